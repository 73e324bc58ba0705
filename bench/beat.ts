/**
 * Beat on SQLite, as its own process: 10,000 schedules due at one instant, and 100,000 enabled ones of which few are due.
 * A row counts as fired when another connection can read it.
 */
import { setTimeout as sleep } from "node:timers/promises";
import Sqlite, { type Database } from "better-sqlite3";
import { openSqliteDatabase } from "../src/database/sqlite/sqlite-database.ts";
import { SqlPeriodicTaskStore } from "../src/ledger/sql/sql-periodic-task-store.ts";
import { eventually } from "../test/support/eventually.ts";
import { builtMain, createTestProject, type TestProject } from "../test/support/project.ts";
import { processorShare, residentMb } from "./support/process-usage.ts";
import { percentile, type Result, report, rounded } from "./support/report.ts";
import { seedPeriodicTasks } from "./support/seed.ts";

const DUE = 10_000;
const ENABLED = 100_000;
const day = 86_400_000;

async function project(): Promise<{ project: TestProject; db: Database }> {
  const made = createTestProject(
    { "app/tasks.ts": 'import { task } from "hyoshi";\nexport const noop = task("app.noop", { run: () => {} });\n' },
    { main: builtMain },
  );
  const migrated = await made.run(["migrate"]);
  if (migrated.code !== 0) throw new Error(migrated.stderr);
  return { project: made, db: new Sqlite(made.databaseFile) };
}

/** For each sent firing, how long after its nominal time it could be read. */
async function lateness(db: Database, count: number, nominalAt: number): Promise<number[]> {
  const fired = db.prepare("select count(*) from firing where verdict = 'sent'").pluck();
  const late: number[] = [];
  while (late.length < count) {
    const seen = fired.get() as number;
    const now = performance.timeOrigin + performance.now();
    while (late.length < seen) late.push(now - nominalAt);
    if (now > nominalAt + 120_000) throw new Error(`only ${seen} of ${count} were fired`);
    await sleep(2);
  }
  return late;
}

/** The same rows by plain statements in batches of the same size: as fast as this could be. */
function rawSeconds(db: Database): number {
  const firing = db.prepare("insert into firing values (?, ?, ?, 1, 'sent', 'on_time', null, ?, ?)");
  const run =
    db.prepare(`insert into run_live (id, task, queue, priority, state, input, options, origin, periodic_task_id, schedule_id,
    schedule_version, nominal_at, available_at, queued_at) values (?, 'app.noop', 'default', 5, 'ready', '{"args":[],"kwargs":{}}', '{}', '{"kind":"schedule"}', ?, ?, 1, ?, ?, ?)`);
  const cursor = db.prepare("update schedule_cursor set next_at = ?, accounted_to = ? where schedule_id = ?");
  const start = performance.now();
  for (let from = 1; from <= DUE; from += 250) {
    db.transaction(() => {
      for (let id = from; id < from + 250; id += 1) {
        firing.run(id, 1, 1, `raw-${id}`, 1);
        run.run(`raw-${id}`, id, id, 1, 1, 1);
        cursor.run(null, 1, id);
      }
    }).immediate();
  }
  return (performance.now() - start) / 1_000;
}

async function manyDue(): Promise<Result[]> {
  const { project: made, db } = await project();
  try {
    const nominalAt = Math.ceil((Date.now() + 12_000) / 1_000) * 1_000;
    seedPeriodicTasks(db, DUE, () => ({ definition: { kind: "clocked", at: nominalAt }, nextAt: nominalAt }));
    const beat = made.start(["beat"]);
    await beat.says("at work");
    const late = await lateness(db, DUE, nominalAt);
    await beat.end();
    db.exec("delete from run_live");
    const raw = rawSeconds(db);
    const all = Math.max(...late) / 1_000;
    const figure = (name: string, value: number): Result => ({
      figure: `${DUE} due at one instant: ${name}`,
      value: rounded(value),
      unit: "ms",
    });
    return [
      {
        figure: `${DUE} due at one instant: all fired after`,
        value: rounded(all, 2),
        unit: "s",
        ratio: rounded(all / raw, 2),
        to: `the same rows by plain statements (${rounded(raw, 2)} s)`,
      },
      figure("lateness p50", percentile(late, 0.5)),
      figure("lateness p99", percentile(late, 0.99)),
      figure("lateness max", Math.max(...late)),
    ];
  } finally {
    db.close();
    await made.close();
  }
}

async function manyEnabled(): Promise<Result[]> {
  const { project: made, db } = await project();
  try {
    // One is due at once, ten each second, and the rest on another day.
    const soon = Date.now() - 500;
    seedPeriodicTasks(db, ENABLED, (index) => {
      if (index === 0) return { definition: { kind: "clocked", at: soon }, nextAt: soon };
      if (index <= 10)
        return {
          definition: { kind: "interval", every: 1, period: "seconds" },
          nextAt: Math.ceil((Date.now() + 60_000) / 1_000) * 1_000,
        };
      const at = Date.now() + day + index * 100;
      return { definition: { kind: "clocked", at }, nextAt: at };
    });
    const started = performance.now();
    const beat = made.start(["beat"]);
    const fired = db.prepare("select count(*) from firing").pluck();
    await eventually(() => (fired.get() as number) >= 1, { every: 5 });
    const firstAfter = performance.now() - started;
    await beat.says("at work");
    const pid = beat.child.pid ?? 0;
    await sleep(5_000);
    const idle = await processorShare(pid, 20_000);
    const memory = residentMb(pid);

    // Edits while ten schedules fire each second: each becomes due 100 ms after its commit.
    const database = openSqliteDatabase({ file: made.databaseFile, durability: "process" });
    let uids = 0;
    const store = new SqlPeriodicTaskStore({ db: database.db, uid: () => `edit-${++uids}` });
    db.exec(
      "update schedule_cursor set next_at = (unixepoch() + 1) * 1000, accounted_to = unixepoch() * 1000 where schedule_id between 2 and 11",
    );
    await sleep(2_000);
    const inForce: number[] = [];
    const sentAt = db.prepare("select 1 from firing where schedule_id = ? and nominal_at = ?").pluck();
    for (let n = 0; n < 20; n += 1) {
      const task = await store.find(1_000 + n, Date.now());
      const [schedule] = task?.schedules ?? [];
      if (task === undefined || schedule === undefined) throw new Error("the seed is incomplete");
      const at = Date.now() + 100;
      await store.update(
        task.id,
        task.version,
        { ...task, schedules: [{ ...schedule, definition: { kind: "clocked", at } }] },
        { now: Date.now(), by: { name: "bench" } },
      );
      const edited = performance.now();
      await eventually(() => sentAt.get(schedule.id, at) !== undefined, { every: 1 });
      inForce.push(performance.now() - edited);
    }
    const others = db
      .prepare(
        "select decided_at - nominal_at from firing where schedule_id between 2 and 11 and verdict = 'sent' order by decided_at desc limit 20",
      )
      .pluck()
      .all() as number[];
    await database.close();
    await beat.end();
    return [
      {
        figure: `${ENABLED} enabled: start of the process to the first firing`,
        value: rounded(firstAfter),
        unit: "ms",
      },
      { figure: `${ENABLED} enabled: idle, of one core`, value: rounded(idle, 2), unit: "%" },
      { figure: `${ENABLED} enabled: resident memory`, value: rounded(memory), unit: "MB" },
      {
        figure: `${ENABLED} enabled: from the commit of an edit to its firing, due 100 ms after it, p50`,
        value: rounded(percentile(inForce, 0.5)),
        unit: "ms",
      },
      { figure: `${ENABLED} enabled: the same, max of 20`, value: rounded(Math.max(...inForce)), unit: "ms" },
      {
        figure: `${ENABLED} enabled: lateness of the others meanwhile, max`,
        value: rounded(Math.max(...others)),
        unit: "ms",
      },
    ];
  } finally {
    db.close();
    await made.close();
  }
}

report("beat", { database: "SQLite", durability: "process", due: DUE, enabled: ENABLED }, [
  ...(await manyDue()),
  ...(await manyEnabled()),
]);
