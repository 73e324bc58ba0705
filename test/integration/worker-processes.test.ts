import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { openSqliteDatabase } from "../../src/database/sqlite/sqlite-database.ts";
import { SqlPeriodicTaskStore } from "../../src/ledger/sql/sql-periodic-task-store.ts";
import { eventually } from "../support/eventually.ts";
import { createWorkerProject, type WorkerProject } from "../support/worker-project.ts";

let at: WorkerProject | undefined;
afterEach(async () => {
  await at?.close();
  at = undefined;
});

async function project(tasks: string, files: Readonly<Record<string, string>> = {}): Promise<WorkerProject> {
  const imports = `
import { appendFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { sql, task } from "hyoshi";
const stand = (ms) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
`;
  at = await createWorkerProject({ "app/tasks.ts": `${imports}${tasks}`, ...files });
  return at;
}

/** A periodic task that fires each second. */
async function everySecond({ project }: WorkerProject, task: string): Promise<void> {
  const database = openSqliteDatabase({ file: project.databaseFile, durability: "process" });
  const store = new SqlPeriodicTaskStore({ db: database.db, uid: () => "uid" });
  await store.create(
    {
      name: "each second",
      task,
      payload: { args: [], kwargs: {} },
      queue: null,
      priority: null,
      options: { overlap: "allow" },
      tags: [],
      ownerId: null,
      description: "",
      enabled: true,
      schedules: [
        {
          name: "",
          definition: { kind: "interval", every: 1, period: "seconds" },
          zone: "UTC",
          input: null,
          misfire: "latest",
          enabled: true,
        },
      ],
    },
    { now: Date.now(), by: { name: "test" } },
  );
  await database.close();
}

describe("a task that blocks the event loop for longer than a lease", () => {
  it("keeps its lease, is executed once, and delays neither beat nor the other workers", async () => {
    const {
      project: folder,
      db,
      ...all
    } = await project(`
export const block = task("app.block", { run: (_, { log, attempt }) => {
  appendFileSync("blocked.txt", attempt + "\\n");
  log.info("before");
  stand(14_000);
  log.info("after");
} });
export const quick = task("app.quick", { run: () => "quick" });
`);
    const workers = ["one", "two"].map((name) => folder.start(["worker", "--name", name, "--concurrency", "2"]));
    const beat = folder.start(["beat"]);
    await Promise.all([...workers.map((worker) => worker.says("at work")), beat.says("at work")]);
    await everySecond({ project: folder, db, ...all }, "app.quick");

    const id = await all.send("app.block");
    const file = join(folder.folder, "blocked.txt");
    await eventually(async () => (await all.find(id)).state === "running");
    const blockedAt = Date.now();
    // The others are served by the worker that is left, all the while.
    for (let n = 0; n < 10; n += 1) {
      const quick = await all.ended(await all.send("app.quick"), 5_000);
      expect(quick.state).toBe("succeeded");
      await eventually(() => Date.now() - blockedAt > n * 1_000);
    }
    expect((await all.find(id)).state).toBe("running");

    const run = await all.ended(id);
    expect(run).toMatchObject({ state: "succeeded", attempt: 1 });
    expect(all.attempts(id)).toEqual([]);
    expect(readFileSync(file, "utf8")).toBe("1\n");
    expect(await all.log(id)).toMatch(/before\n.*after\n/);
    const fired = db
      .prepare("select count(*) from firing where verdict = 'sent' and decided_at between ? and ?")
      .pluck();
    expect(fired.get(blockedAt, blockedAt + 12_000)).toBeGreaterThanOrEqual(10);
  });
});

describe("a worker that is killed", () => {
  it("charges what it had begun with an attempt, what it had reserved with none, and loses nothing", async () => {
    const {
      project: folder,
      db,
      ...all
    } = await project(`
export const quick = task("app.quick", { run: () => "quick" });
export const block = task("app.block", { run: async (_, { attempt }) => {
  // Long enough to be noted as begun, and not long enough for what waits behind it to be given back.
  await sleep(25);
  if (attempt === 1) stand(60_000);
} });
`);
    const first = folder.start(["worker", "--name", "first", "--concurrency", "1"]);
    // After many short runs it claims ahead.
    const warm = await all.sendAll(Array.from({ length: 300 }, () => ["app.quick"] as const));
    for (const id of warm) await all.ended(id);
    const [block = "", ...reserved] = await all.sendAll([
      ["app.block", { priority: 9 }],
      ...Array.from({ length: 20 }, () => ["app.quick"] as const),
    ]);
    await eventually(async () => (await all.find(block)).attempt === 1);
    expect(db.prepare("select count(*) from run_live where state = 'running'").pluck().get()).toBeGreaterThan(1);
    await first.end("SIGKILL");
    // As if its lease had ended since.
    db.prepare("update process set lease_until = 1 where name = 'first'").run();

    folder.start(["worker", "--name", "second", "--concurrency", "4"]);
    expect(await all.ended(block)).toMatchObject({ state: "succeeded", attempt: 2, worker: "second" });
    expect(all.attempts(block)).toEqual([{ number: 1, outcome: "lost" }]);
    for (const id of reserved) {
      expect(await all.ended(id)).toMatchObject({ state: "succeeded", attempt: 1, worker: "second" });
      expect(all.attempts(id)).toEqual([]);
    }
  });

  it("by its task, three times, gives that run up, and executes its innocent neighbours", async () => {
    const {
      project: folder,
      db,
      ...all
    } = await project(`
export const quick = task("app.quick", { run: () => "quick" });
export const guilty = task("app.guilty", { run: () => process.kill(process.pid, "SIGKILL") });
`);
    const [guilty = "", ...innocent] = await all.sendAll([
      ["app.guilty"],
      ...Array.from({ length: 5 }, () => ["app.quick"] as const),
    ]);
    for (let n = 0; n < 5 && (await all.find(guilty)).endedAt === undefined; n += 1) {
      const worker = folder.start(["worker", "--no-supervisor", "--concurrency", "2"]);
      await eventually(async () => worker.child.signalCode !== null || (await all.find(guilty)).endedAt !== undefined);
      db.prepare("update process set lease_until = 0").run();
      await all.runs.sweep(Date.now());
    }
    expect(await all.find(guilty)).toMatchObject({ state: "lost", attempt: 3 });
    folder.start(["worker"]);
    for (const id of innocent) expect(await all.ended(id)).toMatchObject({ state: "succeeded", attempt: 1 });
  });
});

describe("a worker that is told to stop", () => {
  it("lets finish what can within the grace time, and hands back the rest uncharged", async () => {
    const {
      project: folder,
      db,
      ...all
    } = await project(`
export const short = task("app.short", { run: async () => { await sleep(500); return "done"; } });
export const heeds = task("app.heeds", { run: (_, { signal, attempt }) => sleep(attempt === 1 ? 60_000 : 1, "heeded", { signal }) });
export const deaf = task("app.deaf", { run: (_, { attempt }) => sleep(attempt === 1 ? 60_000 : 1, "deaf") });
export const never = task("app.never", { onLost: "fail", run: (_, { signal }) => sleep(60_000, undefined, { signal }) });
`);
    const worker = folder.start(["worker", "--name", "first", "--concurrency", "4", "--grace", "1"]);
    const [short = "", heeds = "", deaf = "", never = ""] = await all.sendAll(
      ["app.short", "app.heeds", "app.deaf", "app.never"].map((task) => [task] as const),
    );
    const waiting = await all.sendAll([["app.short"], ["app.short"]]);
    await eventually(async () => (await all.find(never)).attempt === 1 && (await all.find(deaf)).attempt === 1);
    expect(await worker.end("SIGTERM")).toBe(0);

    expect(await all.find(short)).toMatchObject({ state: "succeeded", result: "done" });
    for (const id of [heeds, deaf]) {
      expect(await all.find(id)).toMatchObject({
        state: expect.stringMatching(/scheduled|ready/),
        attempt: 1,
        retries: 0,
      });
    }
    expect(await all.find(never)).toMatchObject({ state: "lost" });
    for (const id of waiting) expect(await all.find(id)).toMatchObject({ state: "ready", attempt: 0 });
    expect(db.prepare("select count(*) from process").pluck().get()).toBe(0);

    folder.start(["worker", "--name", "second"]);
    expect(await all.ended(heeds)).toMatchObject({ state: "succeeded", result: "heeded", attempt: 2 });
    expect(await all.ended(deaf)).toMatchObject({ state: "succeeded", result: "deaf", attempt: 2 });
    for (const id of waiting) expect(await all.ended(id)).toMatchObject({ state: "succeeded", attempt: 1 });
  });
});

describe("an error that a task lets slip", () => {
  it("as a rejected promise is told in its log, and as one thrown in a timer ends the run and, warmly, the worker", async () => {
    const { project: folder, ...all } = await project(`
export const rejects = task("app.rejects", { run: async () => {
  void Promise.reject(new Error("left lying"));
  await sleep(100);
  return "survived";
} });
export const throws = task("app.throws", { run: async () => {
  setTimeout(() => { throw new Error("thrown in a timer"); }, 10);
  await new Promise(() => {});
} });
export const slow = task("app.slow", { run: () => sleep(500, "in peace") });
`);
    const worker = folder.start(["worker", "--no-supervisor"]);
    const rejects = await all.send("app.rejects");
    expect(await all.ended(rejects)).toMatchObject({ state: "succeeded", result: "survived", attempt: 1 });
    expect(await all.log(rejects)).toContain("left lying");

    const [slow = "", throws = ""] = await all.sendAll([["app.slow"], ["app.throws"]]);
    expect(await all.ended(throws)).toMatchObject({ state: "failed", error: { message: "thrown in a timer" } });
    expect(await all.log(throws)).toContain("thrown in a timer");
    expect(await all.ended(slow)).toMatchObject({ state: "succeeded", result: "in peace" });
    await eventually(() => worker.child.exitCode !== null);
    expect(worker.child.exitCode).toBe(1);
  });
});

describe("a task that holds a write transaction open", () => {
  const tasks = `
const write = (db) => sql\`create table if not exists held (n integer)\`.execute(db);
export const holds = task("app.holds", { run: (_, { db }) => db({}).transaction().execute(async (trx) => {
  await write(trx);
  await sleep(2_500);
  await sql\`insert into held values (1)\`.execute(trx);
}) });
export const raw = task("app.raw", { run: async (_, { db }) => {
  const own = db({});
  await sql\`begin immediate\`.execute(own);
  await write(own);
  await sleep(2_500);
  await sql\`commit\`.execute(own);
} });
export const quick = task("app.quick", { run: async (_, { db }) => {
  await sql\`create table if not exists other (n integer)\`.execute(db({}));
  return "quick";
} });
`;
  it("is rolled back after a second, with an error that names it, and the others go on", async () => {
    const { project: folder, db, ...all } = await project(tasks);
    folder.start(["worker", "--name", "one"]);
    folder.start(["worker", "--name", "two"]);
    // Begun by Kysely, and by a statement of the task's own.
    for (const name of ["app.holds", "app.raw"]) {
      const id = await all.send(name);
      await eventually(async () => (await all.find(id)).state === "running");
      expect(await all.ended(await all.send("app.quick"), 10_000)).toMatchObject({ state: "succeeded" });
      const run = await all.ended(id);
      expect(run).toMatchObject({ state: "failed", error: { code: "transaction_too_long" } });
      expect(run.error?.message).toContain(`task '${name}' kept a write transaction open`);
      expect(db.prepare("select count(*) from sqlite_schema where name = 'held'").pluck().get()).toBe(0);
    }
  });
});

describe("the queues of a worker", () => {
  it("are those that it is given, and all but those that it is not to serve", async () => {
    const { project: folder, ...all } = await project(`
export const a = task("app.a", { run: () => 1 });
export const mail = task("app.mail", { queue: "mail", run: () => 1 });
`);
    const mail = folder.start(["worker", "--name", "mail", "--queues", "mail"]);
    const rest = folder.start(["worker", "--name", "rest", "--exclude-queues", "mail"]);
    await Promise.all([mail.says("at work"), rest.says("at work")]);
    const served = await all.sendAll(
      Array.from({ length: 20 }, (_, n) => (n % 2 ? ["app.a"] : ["app.mail", { queue: "mail" }]) as ["app.a"]),
    );
    const elsewhere = await all.send("app.a", { queue: "nobody's" });
    for (const [n, id] of served.entries()) expect((await all.ended(id)).worker).toBe(n % 2 ? "rest" : "mail");
    expect((await all.find(elsewhere)).state).toBe("ready");
  });
});

describe("an app whose tasks.ts throws on import", () => {
  it("is named with its file, and the other apps' tasks are executed", async () => {
    const { project: folder, ...all } = await project(`export const a = task("app.a", { run: () => "works" });`, {
      "hyoshi.config.ts": `import { defineConfig } from "hyoshi";\nexport default defineConfig({ apps: ["./bad", "./app"] });\n`,
      "bad/tasks.ts": `throw new Error("no such setting");`,
    });
    const worker = folder.start(["worker"]);
    await worker.says("at work");
    expect(worker.output()).toContain(`${folder.folder}/bad/tasks.ts of app 'bad' cannot be imported: no such setting`);
    expect(await all.ended(await all.send("app.a"))).toMatchObject({ state: "succeeded", result: "works" });
  });
});

describe("a database newer than the program", () => {
  it("is refused in one line, before anything is done", async () => {
    const { project: folder, db } = await project("");
    db.prepare("insert into hyoshi_migration (name, timestamp) values ('0999-from-the-future', '')").run();
    const { code, stderr } = await folder.run(["worker"]);
    expect({ code, stderr }).toEqual({
      code: 6,
      stderr: expect.stringMatching(/^hyoshi: [^\n]*newer hyoshi[^\n]*'0999-from-the-future'[^\n]*\n$/),
    });
  });
});
