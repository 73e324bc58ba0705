import { afterEach, expect, it } from "vitest";
import { openPostgresDatabase } from "../../src/database/postgres/postgres-database.ts";
import { eventually } from "../support/eventually.ts";
import { type PostgresServer, startPostgresServer } from "../support/postgres-server.ts";
import type { TestProject } from "../support/project.ts";
import { createAppProject, runHere } from "./cli/projects.ts";

let server: PostgresServer;
let project: TestProject;
afterEach(async () => {
  await project?.close();
  await server?.stop();
});

const occurrences = (text: string, part: string) => text.split(part).length - 1;

async function createDatabase(): Promise<string> {
  const database = await openPostgresDatabase({ url: server.url, applicationName: "test" });
  await database.hot.query({ text: "create database tm" });
  await database.close();
  return server.url.replace(/\/postgres$/, "/tm");
}

it("a PostgreSQL server that is away is waited for by every service, told once by each, and costs nothing", async () => {
  server = await startPostgresServer();
  project = createAppProject();
  const env = { DATABASE_URL: await createDatabase(), HYOSHI_ADMIN_PASSWORD: "correct-horse-battery" };
  const run = (...words: string[]) => runHere(project.folder, words, env);
  const send = (b: number) =>
    run("send", "app.add", "--input", JSON.stringify({ a: 1, b }), "--wait", "--timeout", "60");

  // From the start.
  await server.kill();
  expect(await run("migrate")).toMatchObject({ code: 6, stderr: expect.stringContaining("does not answer") });
  expect(await run("check")).toMatchObject({ code: 3, stdout: expect.stringContaining("does not answer") });
  const dev = project.start(["dev", "--port", "0", "--no-watch"], env);
  const lines = (role: string, part: string) =>
    dev
      .output()
      .split("\n")
      .filter((line) => line.startsWith(role) && line.includes(part)).length;
  const roles = ["admin", "beat", "worker"];
  const saidByAll = (part: string) =>
    eventually(() => roles.every((role) => lines(role, part) > 0), {
      within: 60_000,
      what: () => `${part}\n${dev.output()}`,
    });
  await saidByAll("waiting: the database does not answer");
  await server.start();
  await saidByAll("run 'hyoshi migrate'");
  expect(await run("migrate")).toMatchObject({ code: 0 });
  await dev.says("open http://127.0.0.1:");
  await dev.says("beat is at work");
  await dev.says("worker is at work");
  for (const role of roles) expect(lines(role, "waiting: the database does not answer"), dev.output()).toBe(1);
  expect(await send(1)).toMatchObject({ code: 0, stdout: '{\n  "sum": 2\n}\n' });

  // And while they work.
  const address = /open (\S+)/.exec(dev.output())?.[1] ?? "";
  expect(await run("createsuperuser", "--username", "root", "--no-input")).toMatchObject({ code: 0 });
  const token = (await run("createtoken", "root")).stdout.trim();
  const ask = () => fetch(`${address}api/v1/runs`, { headers: { authorization: `Bearer ${token}` } });
  expect((await ask()).status).toBe(200);
  await server.kill();
  const refused = await eventually(async () => {
    const answer = await ask();
    return answer.status === 503 && answer;
  });
  expect(await refused.json()).toMatchObject({
    status: 503,
    code: "database_unavailable",
    text: { ja: expect.any(String) },
  });
  await dev.says("beat cannot fire");
  await dev.says("the worker meets a failure");
  expect(await run("send", "app.add", "--input", '{"a":1}')).toMatchObject({ code: 6 });
  // Several further attempts are made meanwhile.
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  await server.start();
  await dev.says("beat fires again");
  expect((await ask()).status).toBe(200);
  expect(await send(2)).toMatchObject({ code: 0, stdout: '{\n  "sum": 3\n}\n' });
  expect(occurrences(dev.output(), "beat cannot fire"), dev.output()).toBe(1);
  expect(occurrences(dev.output(), "the worker meets a failure"), dev.output()).toBe(1);
  expect(dev.output()).not.toContain("starts again");
  expect(await dev.end("SIGTERM")).toBe(0);
});

it("a server that refuses is told at once", async () => {
  server = await startPostgresServer();
  project = createAppProject();
  const env = { DATABASE_URL: server.url.replace(/\/postgres$/, "/nothing") };
  for (const words of [["migrate"], ["worker"], ["createsuperuser", "--no-input"]]) {
    const { code, stderr } = await project.run(words, env);
    expect([code, stderr.trim().split("\n").at(-1)]).toEqual([
      6,
      'hyoshi: the database refuses the connection: database "nothing" does not exist',
    ]);
  }
});

it("a service that loses its connections while it starts goes on starting when they last", async () => {
  server = await startPostgresServer();
  project = createAppProject();
  const url = await createDatabase();
  expect(await runHere(project.folder, ["migrate"], { DATABASE_URL: url })).toMatchObject({ code: 0 });
  const database = await openPostgresDatabase({ url, applicationName: "test" });
  try {
    const services = [["worker"], ["beat"], ["runserver", "--port", "0"]].map((words) =>
      project.start(words, { DATABASE_URL: url }),
    );
    let cut = 0;
    // Until each has lost some at whatever it was doing, and said so.
    await eventually(
      async () => {
        const { rowCount } = await database.hot.query({
          text: `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database()
            and pid <> pg_backend_pid() and application_name <> 'test' and backend_type = 'client backend'`,
        });
        cut += rowCount;
        return cut > 12 && services.every((one) => one.output().includes("waiting: "));
      },
      { within: 25_000, every: 5, what: () => services.map((one) => one.output()).join("\n") },
    );
    for (const [index, words] of ["worker is at work", "beat is at work", "the admin is at http://"].entries()) {
      await services[index]?.says(words);
    }
    await Promise.all(services.map((one) => one.end("SIGTERM")));
  } finally {
    await database.close();
  }
});
