import Sqlite from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually } from "../../support/eventually.ts";
import type { Running, TestProject } from "../../support/project.ts";
import { createAppProject, runHere } from "./projects.ts";

let project: TestProject;
let worker: Running;
const run = (...words: string[]) => runHere(project.folder, words);
const sent = async (...words: string[]) => (await run("send", ...words)).stdout.trim();

beforeAll(async () => {
  project = createAppProject();
  // Started before there is a database: it waits.
  worker = project.start(["worker", "--name", "the-worker", "--concurrency", "2", "--grace", "1"]);
  await worker.says("waiting: the database");
});
afterAll(() => project.close());

describe("a database that is not migrated", () => {
  it("is told apart by its exit code, in one line", async () => {
    expect(await run("runs")).toEqual({
      code: 6,
      stdout: "",
      stderr: expect.stringMatching(/^hyoshi: the database \S+ lacks 0001-create-tables\b.*: run 'hyoshi migrate'\n$/),
    });
  });

  it("lets a service wait, which says so once, and go on when it is migrated", async () => {
    expect(await run("migrate", "--status")).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/0001-create-tables +missing/),
    });
    expect(await run("migrate")).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^applied 0001-create-tables\n(applied \d{4}-.*\n)*$/),
    });
    expect(await run("migrate", "--json")).toMatchObject({
      code: 0,
      stdout: '{\n  "steps": [],\n  "seeded": false,\n  "code": []\n}\n',
    });
    await worker.says("worker is at work");
    expect(worker.output().split("waiting:").length).toBe(2);
  });
});

describe("remote control and refused messages", () => {
  it("have nothing to ask over where the database is the broker", async () => {
    expect(await run("inspect", "ping")).toEqual({
      code: 3,
      stdout: "",
      stderr: expect.stringContaining("carries no remote control"),
    });
    expect(await run("control", "pool_grow", "2", "--destination", "a@b")).toMatchObject({ code: 3 });
  });

  it("are listed, shown and removed", async () => {
    expect(await run("dead-letters")).toMatchObject({ code: 0, stdout: "no refused messages\n" });
    const db = new Sqlite(project.databaseFile);
    db.prepare(
      `insert into dead_letter (at, queue, run_id, task, code, why, headers, properties, body, body_bytes)
       values (0, 'default', 'r1', 'app.gone', 'unknown_task', 'nobody knows it', '{}', '{}', ?, 10)`,
    ).run(Buffer.from("[[7],{},0]").toString("base64"));
    db.close();
    const { stdout } = await run("dead-letters", "--json");
    const [{ id }] = (JSON.parse(stdout) as { items: [{ id: number }] }).items;
    expect((await run("dead-letters", "list", "--queue", "default")).stdout).toContain("app.gone");
    expect((await run("dead-letters", "show", String(id))).stdout).toMatch(/nobody knows it \(unknown_task\)[\s\S]*7/);
    expect(await run("dead-letters", "resend", String(id))).toMatchObject({ code: 3 });
    expect(await run("dead-letters", "remove", String(id))).toMatchObject({ code: 0, stdout: "removed 1\n" });
    expect(await run("dead-letters", "show", String(id))).toMatchObject({ code: 4 });
    expect((await run("dead-letters", "show", "nonsense")).code).toBe(2);
  });
});

describe("send", () => {
  it("waits for the result and prints it", async () => {
    expect(await run("send", "app.add", "--input", '{"a": 2}', "--wait", "--timeout", "30")).toMatchObject({
      code: 0,
      stdout: '{\n  "sum": 3\n}\n',
    });
    const { stdout } = await run("send", "app.echo", "--args", "[1]", "--kwargs", '{"b": 2}', "--wait", "--json");
    expect(JSON.parse(stdout)).toMatchObject({ state: "succeeded", result: { args: [1], kwargs: { b: 2 } } });
  });

  it("takes what is said of this one run: when, where, how urgent, how long, and that it is one", async () => {
    const when = ["--eta", "2031-05-06T07:08:09+02:00", "--expires", "2031-05-07T00:00:00Z"];
    const how = ["--queue", "night", "--priority", "8", "--time-limit", "1.5", "--key", "order 7"];
    const id = await sent("app.echo", ...when, ...how);
    expect(await sent("app.echo", "--key", "order 7")).toBe(id);
    const { stdout } = await run("run", "show", id, "--json");
    expect(JSON.parse(stdout)).toMatchObject({
      ...{ state: "scheduled", queue: "night", priority: 8, options: { timeLimitMs: 1500 } },
      availableAt: Date.parse("2031-05-06T05:08:09Z"),
      expiresAt: Date.parse("2031-05-07T00:00:00Z"),
    });
    const later = await sent("app.echo", "--countdown", "3600", "--expires", "2h");
    expect(JSON.parse((await run("run", "show", later, "--json")).stdout).state).toBe("scheduled");
    expect(await run("cancel", id, later)).toMatchObject({ code: 0 });
    expect(await run("send", "app.echo", "--eta", "tomorrow")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("option '--eta' is 'tomorrow'"),
    });
    const both = await run("send", "app.echo", "--eta", "1h", "--countdown", "5");
    expect(both).toMatchObject({ code: 2, stderr: expect.stringContaining("either 'countdown' or 'eta'") });
  });

  it("ends with 1 when the run fails, with its error", async () => {
    const { code, stdout, stderr } = await run("send", "app.fail", "--wait");
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/failed: no such luck\n$/);
    const json = await run("send", "app.fail", "--wait", "--json");
    expect(json).toMatchObject({ code: 1, stderr: "" });
    expect(JSON.parse(json.stdout)).toMatchObject({ state: "failed", error: { code: "run_failed" } });
  });

  it("ends with 5 when the time is over, and the run goes on", async () => {
    const { code, stderr } = await run("send", "app.wait", "--wait", "--timeout", "0.2");
    expect(code).toBe(5);
    const id = /^run (\S+)/.exec(stderr)?.[1] ?? "";
    expect(await run("cancel", id)).toMatchObject({ code: 0, stdout: `${id}  running, asked to stop\n` });
    await eventually(async () => JSON.parse((await run("run", "show", id, "--json")).stdout).state === "cancelled");
  });

  it("refuses an unknown task with 4 and input that does not fit with 2", async () => {
    expect(await run("send", "app.ad")).toMatchObject({
      code: 4,
      stderr: "hyoshi: no task is called 'app.ad'; did you mean 'app.add'?\n",
    });
    const misfit = await run("send", "app.add", "--input", '{"a": "two"}');
    expect(misfit).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining("/a") });
    expect(await run("send", "app.add", "--input", "{a: 2}")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("JSON"),
    });
    expect(await run("send", "app.add", "--timeout", "1")).toMatchObject({
      code: 2,
      stderr: "hyoshi: '--timeout' needs '--wait'\n",
    });
  });
});

describe("runs", () => {
  it("lists and filters, shows one with its log, follows a log to the end", async () => {
    const id = await sent("app.talk");
    const followed = await run("logs", id, "--follow");
    expect(followed.code).toBe(0);
    const lines = followed.stdout.trimEnd().split("\n");
    expect(lines.map((line) => line.replace(/^.*(?=line)/, ""))).toEqual([
      "line 1",
      "line 2",
      "line 3",
      "line 4",
      "line 5",
    ]);

    const listed = JSON.parse(
      (await run("runs", "--task", "app.talk", "--state", "succeeded", "--since", "1h", "--json")).stdout,
    );
    expect(listed.items.map((item: { id: string }) => item.id)).toEqual([id]);
    const { stdout } = await run("runs", "--limit", "1");
    expect(stdout).toMatch(/^ID +STATE +TASK +PERIODIC TASK +SENT +DURATION +WORKER\n/);
    expect(stdout.split("\n").length).toBe(3);
    expect((await run("run", "show", id)).stdout).toMatch(/state +succeeded\n[\s\S]*worker +the-worker\n/);
  });

  it("runs one again", async () => {
    const id = await sent("app.add", "--input", '{"a": 5}');
    const again = (await run("run-again", id)).stdout.trim();
    expect(again).not.toBe(id);
    const done = await eventually(async () => {
      const seen = JSON.parse((await run("run", "show", again, "--json")).stdout);
      return seen.state === "succeeded" && seen;
    });
    expect(done).toMatchObject({ result: { sum: 6 }, origin: { kind: "rerun", rerunOf: id } });
  });

  it("runs all of a search again up to a cap, and sets aside the rest", async () => {
    const batch = ["app.fail", "--input", '{"kwargs": {"batch": "first-batch"}}'];
    const ids = [await sent(...batch), await sent(...batch)];
    await eventually(async () => {
      const { items } = JSON.parse((await run("runs", "--unhandled", "--text", "first-batch", "--json")).stdout);
      return items.length === 2;
    });
    const search = ["--text", "first-batch", "--state", "failed"];
    expect((await run("run-again", ...search, "--cap", "1", "--dry-run")).stdout).toBe(
      "2 found; 1 would be run again\n",
    );
    const report = JSON.parse((await run("run-again", ...search, "--unhandled", "--set-aside", "--json")).stdout);
    expect(report).toMatchObject({ matched: { value: 2 }, done: 2 });
    expect((await run("run-again", ...search, "--cap", "1")).stdout).toBe("2 found; 1 run again\n");
    const { items } = JSON.parse((await run("runs", "--text", "first-batch", "--json")).stdout);
    expect(items[0].origin).toMatchObject({ kind: "rerun", rerunOf: ids[1] });
    expect(await run("run-again")).toMatchObject({ code: 2 });
    expect(await run("run-again", ids[0] ?? "", "--task", "app.fail")).toMatchObject({ code: 2 });
  });

  it("draws what belongs together", async () => {
    const id = await sent("app.add", "--input", '{"a": 5}');
    expect((await run("tree", id)).stdout).toMatch(new RegExp(`^app\\.add  \\w+.*  ${id}\n$`));
  });

  it("ends with 4 for what is not there, and with 2 for a state that is none", async () => {
    for (const words of [
      ["run", "show", "x"],
      ["logs", "x"],
      ["cancel", "x"],
      ["run-again", "x"],
      ["tree", "x"],
      ["enable", "x"],
      ["createtoken", "x"],
      ["changepassword", "x"],
    ]) {
      expect(await run(...words), words.join(" ")).toMatchObject({ code: 4 });
    }
    expect(await run("runs", "--state", "done")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("expected some of"),
    });
  });
});

it("lists the tasks with who has them", async () => {
  const items = JSON.parse((await run("tasks", "--json")).stdout);
  expect(items).toContainEqual({
    task: "app.add",
    app: "app",
    queue: "default",
    workers: 1,
    limits: null,
    description: "Adds two numbers",
    inProject: true,
  });
});

describe("users", () => {
  it("makes a superuser once, with the password of the environment or a random one", async () => {
    const env = { HYOSHI_ADMIN_USERNAME: "chief", HYOSHI_ADMIN_PASSWORD: "correct-horse-battery" };
    expect(await runHere(project.folder, ["createsuperuser"], env)).toEqual({
      code: 0,
      stdout: "made the superuser 'chief'\n",
      stderr: "",
    });
    expect(await runHere(project.folder, ["createsuperuser"], env)).toMatchObject({ code: 1 });
    expect(await runHere(project.folder, ["createsuperuser", "--if-missing"], env)).toMatchObject({ code: 0 });
    expect((await run("createsuperuser", "--username", "second")).stdout).toMatch(/\npassword: [a-z2-9-]{27}\n/);
    const weak = await runHere(project.folder, ["changepassword", "second"], { HYOSHI_ADMIN_PASSWORD: "12345678" });
    expect(weak).toMatchObject({ code: 2, stdout: "" });
    expect(weak.stderr.trimEnd().split("\n").length).toBe(1);
  });

  it("makes a token, alone on the output", async () => {
    const { code, stdout, stderr } = await run("createtoken", "chief", "--expires", "90d");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^hys_\S+\n$/);
    expect(stderr).toContain("not shown again");
  });
});

it("lets no rejected promise of a task end the worker, and ends it warmly after an error that nobody could catch", async () => {
  expect(await run("send", "app.careless", "--wait", "--timeout", "30")).toMatchObject({ code: 0, stdout: '"done"\n' });
  await worker.says("a promise was rejected and nobody waited for it: left behind");
  const other = project.start(["worker", "--no-supervisor", "--queues", "deadly"]);
  await other.says("worker is at work");
  await sent("app.deadly", "--queue", "deadly");
  await other.says("an error was thrown where nobody could catch it: from a timer");
  await eventually(() => other.child.exitCode === 1, { what: other.output });
  expect(other.output()).toMatch(/stopped after an error that nobody could catch\n$/);
});

it("hands back what runs when it is stopped, after the grace time", async () => {
  const id = await sent("app.wait");
  await eventually(async () => JSON.parse((await run("run", "show", id, "--json")).stdout).state === "running");
  expect(await worker.end("SIGTERM")).toBe(0);
  expect(JSON.parse((await run("run", "show", id, "--json")).stdout).state).toMatch(/^(ready|scheduled)$/);
});

it("ends its process as it says", async () => {
  expect(await project.run(["send", "app.ad"])).toMatchObject({ code: 4, stdout: "" });
  expect(await project.run(["preview", "99 * * * *"])).toMatchObject({ code: 2, stdout: "" });
  expect(await project.run(["tasks"])).toMatchObject({ code: 0, stderr: "" });
});

it("refuses a database that is newer than the program", async () => {
  const db = new Sqlite(project.databaseFile);
  db.prepare("insert into hyoshi_migration (name, timestamp) values ('0999-from-the-future', '')").run();
  db.close();
  for (const words of [["runs"], ["beat"], ["migrate"]]) {
    expect(await run(...words), words[0]).toMatchObject({ code: 6, stderr: expect.stringContaining("newer hyoshi") });
  }
});
