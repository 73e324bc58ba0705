/**
 * The worker on SQLite, as its own process: no-op runs drained from a filled queue with everything kept, and the time from a send in one
 * process to the start of the task in another.
 */
import { setTimeout as sleep } from "node:timers/promises";
import Sqlite, { type Database } from "better-sqlite3";
import { systemRandom, uuidv7 } from "../src/base/random.ts";
import { openSqliteDatabase } from "../src/database/sqlite/sqlite-database.ts";
import type { NewRun } from "../src/run/run.ts";
import { SqliteRunStore } from "../src/run/sqlite/sqlite-run-store.ts";
import { eventually } from "../test/support/eventually.ts";
import { builtMain, createTestProject, type TestProject } from "../test/support/project.ts";
import { processorShare, residentMb } from "./support/process-usage.ts";
import { percentile, type Result, report, rounded } from "./support/report.ts";

const FILLED = 100_000;

const tasks = `
import { task } from "hyoshi";
export const noop = task("app.noop", { run: () => {} });
export const clock = task("app.clock", { run: () => performance.timeOrigin + performance.now() });
`;

async function project(): Promise<{ made: TestProject; db: Database }> {
  const made = createTestProject({ "app/tasks.ts": tasks }, { main: builtMain });
  const migrated = await made.run(["migrate"]);
  if (migrated.code !== 0) throw new Error(migrated.stderr);
  return { made, db: new Sqlite(made.databaseFile) };
}

function newRun(task: string): NewRun {
  const now = Date.now();
  return {
    id: uuidv7(now, systemRandom),
    task,
    payload: { args: [], kwargs: {} },
    queue: "default",
    priority: 5,
    options: {},
    origin: { kind: "api" },
    availableAt: now,
    queuedAt: now,
  };
}

/** Claims and ends the same number of runs by the store's statements alone, without a worker around them. */
async function rawPerSecond(): Promise<number> {
  const { made, db } = await project();
  const database = openSqliteDatabase({ file: made.databaseFile, durability: "process" });
  try {
    const runs = new SqliteRunStore(database.hot);
    await runs.add(Array.from({ length: FILLED }, () => newRun("app.noop")));
    const start = performance.now();
    for (;;) {
      const claims = await runs.claim({ processId: 1, queues: ["default"], limit: 200, now: Date.now() });
      if (claims.length === 0) break;
      const now = Date.now();
      await runs.finish(
        claims.map(({ id, claim, attempt }) => ({
          kind: "final",
          state: "succeeded",
          id,
          claim,
          attempt,
          startedAt: now,
          endedAt: now,
        })),
      );
    }
    return FILLED / ((performance.now() - start) / 1_000);
  } finally {
    await database.close();
    db.close();
    await made.close();
  }
}

async function drain(): Promise<Result[]> {
  const raw = await rawPerSecond();
  const { made, db } = await project();
  const database = openSqliteDatabase({ file: made.databaseFile, durability: "process" });
  try {
    await new SqliteRunStore(database.hot).add(Array.from({ length: FILLED }, () => newRun("app.noop")));
    const done = db.prepare("select count(*) from run_done").pluck();
    const waiting = db.prepare("select 1 from run_live limit 1").pluck();
    const worker = made.start(["worker"]);
    await eventually(() => (done.get() as number) > 0, { every: 2 });
    const [first, start] = [done.get() as number, performance.now()];
    await eventually(() => waiting.get() === undefined, { every: 5, within: 120_000 });
    const perSecond = (FILLED - first) / ((performance.now() - start) / 1_000);
    const kept = done.get() as number;
    const memory = residentMb(worker.child.pid ?? 0);
    await worker.end();
    if (kept !== FILLED) throw new Error(`${kept} of ${FILLED} runs were kept`);
    return [
      {
        figure: "no-op runs drained, one worker, everything kept",
        value: Math.round(perSecond),
        unit: "per second",
        ratio: rounded(perSecond / raw, 2),
        to: `the store's statements alone (${Math.round(raw)} per second)`,
      },
      { figure: "resident memory after it", value: rounded(memory), unit: "MB" },
    ];
  } finally {
    await database.close();
    db.close();
    await made.close();
  }
}

async function latency(): Promise<Result[]> {
  const { made, db } = await project();
  const database = openSqliteDatabase({ file: made.databaseFile, durability: "process" });
  try {
    const runs = new SqliteRunStore(database.hot);
    const worker = made.start(["worker"]);
    await runs.add([newRun("app.noop")]);
    await eventually(() => db.prepare("select 1 from run_done").get() !== undefined);
    const results: Result[] = [];
    for (const [rate, count] of [
      [100, 1_000],
      [1, 30],
    ] as const) {
      const sent = new Map<string, number>();
      const start = performance.now();
      for (let n = 0; n < count; n += 1) {
        const wait = start + (n * 1_000) / rate - performance.now();
        if (wait > 0) await sleep(wait);
        const run = newRun("app.clock");
        sent.set(run.id, performance.timeOrigin + performance.now());
        await runs.add([run]);
      }
      const result = db.prepare("select result from run_done where id = ?").pluck();
      const late: number[] = [];
      for (const [id, at] of sent) {
        const text = await eventually(() => result.get(id) as string | undefined);
        late.push(Number(text) - at);
      }
      for (const [name, share] of [
        ["p50", 0.5],
        ["p99", 0.99],
      ] as const) {
        results.push({
          figure: `from send to start at ${rate} a second, ${name}`,
          value: rounded(percentile(late, share), 2),
          unit: "ms",
        });
      }
    }
    await sleep(5_000);
    results.push({
      figure: "idle worker, of one core",
      value: rounded(await processorShare(worker.child.pid ?? 0, 20_000), 2),
      unit: "%",
    });
    results.push({
      figure: "idle worker, resident memory",
      value: rounded(residentMb(worker.child.pid ?? 0)),
      unit: "MB",
    });
    await worker.end();
    return results;
  } finally {
    await database.close();
    db.close();
    await made.close();
  }
}

report("worker", { database: "SQLite", durability: "process", filled: FILLED, pool: "event loop" }, [
  ...(await drain()),
  ...(await latency()),
]);
