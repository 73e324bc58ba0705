import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { eventually } from "../support/eventually.ts";
import { createPostgresTestDatabase, type EmptyPostgresDatabase } from "../support/postgres-database.ts";
import { createTestProject, type Running, type TestProject } from "../support/project.ts";
import { type BrokerKind, openPlace, type Place } from "./place.ts";

const exampleConfig = fileURLToPath(new URL("../../examples/taskmanager/hyoshi.config.ts", import.meta.url));

interface ApiRun {
  readonly id: string;
  readonly task: string;
  readonly state: string;
  readonly attempt: number;
  readonly result: unknown;
  readonly nominalAt: number | null;
  readonly endedAt: number | null;
}

/** The example as it is, with a database and a broker of its own by two environment variables, each service a process, two beats and two workers. */
export function describeTaskManager(broker: BrokerKind, { kills }: { readonly kills: number }): void {
  let project: TestProject;
  let database: EmptyPostgresDatabase;
  let place: Place;
  let env: Readonly<Record<string, string>>;
  let origin = "";
  let token = "";
  const services = new Map<string, Running>();

  const command = (...args: readonly string[]) => project.run([...args, "--config", exampleConfig], env);
  const start = async (name: string) => {
    const role = name.split(" ")[0] ?? "";
    const args = role === "runserver" ? ["--port", "0"] : [];
    const service = project.start([role, ...args, "--config", exampleConfig], env);
    services.set(name, service);
    await service.says(role === "runserver" ? "the admin is at" : "at work");
    return service;
  };
  const api = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const answer = await fetch(`${origin}/api/v1/${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path} was answered with ${answer.status}: ${text}`);
    return JSON.parse(text === "" ? "null" : text) as T;
  };
  const runsOf = async (periodicTaskId: number) =>
    (await api<{ items: readonly ApiRun[] }>("GET", `runs?periodicTaskId=${periodicTaskId}&limit=200`)).items;
  const ended = (id: string) =>
    eventually(
      async () => {
        const run = await api<ApiRun>("GET", `runs/${id}`);
        return run.endedAt !== null && run;
      },
      { within: 60_000, every: 50, what: () => `run ${id} to end` },
    );
  const counter = async (app: "a" | "b") =>
    (
      await api<{ items: readonly { id: number; count: number }[] }>("GET", `models/tapp_${app}.counter/records`)
    ).items.find(({ id }) => id === 1)?.count ?? Number.NaN;

  beforeAll(async () => {
    place = await openPlace(broker);
    database = await createPostgresTestDatabase({ empty: true });
    project = createTestProject({});
    env = {
      DATA_DIR: project.folder,
      DATABASE_URL: database.url,
      BROKER_URL: place.url,
      HYOSHI_ADMIN_PASSWORD: "seven wooden clappers",
    };
    const migrated = await command("migrate");
    if (migrated.code !== 0) throw new Error(migrated.stdout + migrated.stderr);
    await command("createsuperuser", "--username", "admin", "--no-input");
    token = (await command("createtoken", "admin")).stdout.trim();
    const [admin] = await Promise.all(["runserver", "beat 1", "beat 2", "worker 1", "worker 2"].map(start));
    origin = /http:\/\/127\.0\.0\.1:\d+/.exec(admin?.output() ?? "")?.[0] ?? "";
  });
  afterAll(async () => {
    await project?.close();
    await database?.drop();
    await place?.close();
  });

  it("runs what is asked for in the admin, and what one task sends from another", async () => {
    const tasks = await api<{ items: readonly { id: number; name: string }[] }>("GET", "periodic-tasks?limit=100");
    const id = tasks.items.find(({ name }) => name === "Count in B, and in A as well")?.id;
    const before = { a: await counter("a"), b: await counter("b") };
    const run = await ended((await api<ApiRun>("POST", `periodic-tasks/${id}/runs`, {})).id);
    expect(run).toMatchObject({ state: "succeeded", task: "tapp_b.counter_upper" });
    await eventually(async () => (await counter("a")) > before.a && (await counter("b")) > before.b, {
      what: () => "both counters to be raised",
    });
  });

  it("fires each second through kills of beats and workers, and each firing is executed", async () => {
    const { id } = await api<{ id: number }>("POST", "periodic-tasks", {
      name: "Count each second",
      task: "tapp_a.counter_upper",
      input: { counterId: 1 },
      schedules: [{ kind: "interval", every: 1, period: "seconds" }],
    });
    const ran = async () => (await runsOf(id)).filter(({ state }) => state === "succeeded").length;
    await eventually(async () => (await ran()) >= 2, { within: 60_000, every: 100 });
    const victims = ["beat 1", "worker 1", "beat 2", "worker 2"];
    for (let n = 0; n < kills; n += 1) {
      const before = await ran();
      await eventually(async () => (await ran()) > before, { within: 60_000, every: 100 });
      const victim = victims[n % victims.length] ?? "";
      await services.get(victim)?.end("SIGKILL");
      await start(victim);
    }
    await api("DELETE", `periodic-tasks/${id}/enabled`);
    const runs = await eventually(
      async () => {
        const all = await runsOf(id);
        return all.every(({ endedAt }) => endedAt !== null) && all;
      },
      { within: 60_000, every: 100, what: () => "what was sent to end" },
    );
    expect(runs.filter(({ state }) => state !== "succeeded")).toEqual([]);
    const times = runs.map(({ nominalAt }) => nominalAt ?? 0).sort((a, b) => a - b);
    expect(times.every((time, n) => n === 0 || time - (times[n - 1] ?? 0) === 1_000)).toBe(true);
    const audit = await command("ledger", "audit");
    expect(audit.stdout).toContain("0 errors");
    expect(audit.code).toBe(0);
  });

  it("ends everything at once when it is told to", async () => {
    const codes = await Promise.all([...services.values()].map((service) => service.end("SIGTERM")));
    expect(codes).toEqual(codes.map(() => 0));
    expect(await place.depth("default")).toBe(0);
  });
}
