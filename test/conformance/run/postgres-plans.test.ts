import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PostgresPool } from "../../../src/database/postgres/postgres-pool.ts";
import { hotUse } from "../../../src/database/postgres/postgres-settings.ts";
import { decide } from "../../../src/firing/decide.ts";
import { compilePlan } from "../../../src/firing/schedule-plan.ts";
import type { FireRequest } from "../../../src/ledger/ledger.ts";
import { PostgresLedger } from "../../../src/ledger/postgres/postgres-ledger.ts";
import { PostgresLogStore } from "../../../src/run/postgres/postgres-log-store.ts";
import { PostgresRunStore } from "../../../src/run/postgres/postgres-run-store.ts";
import type { ClaimedRun } from "../../../src/run/run-store.ts";
import { openPostgresTestDatabase, type PostgresTestDatabase } from "../../support/postgres-database.ts";
import { failed, newRun, retry, second, start, succeeded } from "./run-bench.ts";

/** Rows of each table. */
const MANY = 6_000;
/** Index entries and rows that an operation on ten runs or schedules may read: some dozens for each, whatever the tables hold. */
const READ_AT_MOST = 1_500;
const minute = 60 * second;

/** Three of four periodic tasks are alone, one has two schedules; the rules are mixed. */
const fill = (now: number) => [
  `insert into periodic_task (uid, name, task, input, options, tags, description, enabled, created_at, updated_at, version)
    select 'p' || n, 'task ' || n, 'app.task', '{"input":{}}',
      (array['{"overlap":"allow","holdOnError":true}', '{"overlap":"skip"}', '{"overlap":"queue"}',
        '{"overlap":"replace","overlapLimit":2,"endAfterRuns":9}'])[1 + n % 4]::json, '[]', '', 1, 0, 0, 1
    from generate_series(1, ${MANY}) n`,
  `insert into schedule (uid, periodic_task_id, name, definition, zone, misfire, enabled, version)
    select 's' || n, 1 + (n - 1) % ${MANY}, '', '{"kind":"interval","every":1,"period":"minutes","anchor":0}', 'UTC', 'latest', 1, 1
    from generate_series(1, ${MANY + MANY / 4}) n`,
  `insert into schedule_cursor (schedule_id, version, next_at, accounted_from, accounted_to)
    select id, 1, ${now + minute} + (id / 10) * ${minute}, ${now}, ${now} from schedule`,
  `insert into firing (schedule_id, nominal_at, through_at, version, verdict, reason, decided_at)
    select id, ${now}, ${now}, 1, 'sent', 'on_time', ${now} from schedule`,
  `insert into run_live (id, task, queue, priority, state, input, options, origin, periodic_task_id, available_at, queued_at)
    select 'live ' || n, 'app.task', 'other', 5, 'ready', '{}', '{}', '{"kind":"api"}', n, ${now}, ${now}
    from generate_series(1, ${MANY}) n`,
  `insert into run_done (id, task, queue, priority, state, input, options, origin, periodic_task_id, available_at, queued_at, attempt, retries, ended_at)
    select 'done ' || n, 'app.task', 'other', 5, 'succeeded', '{}', '{}', '{"kind":"api"}', n, ${now}, ${now}, 1, 0, ${now}
    from generate_series(1, ${MANY}) n`,
  `insert into periodic_task_outcome (periodic_task_id, run_id, state, ended_at, failed_in_a_row)
    select n, 'done ' || n, 'succeeded', ${now}, 0 from generate_series(1, ${MANY}) n`,
  "insert into process (kind, name, host, pid, started_at, lease_until, loop_lag, info) values ('worker', 'w', 'h', 1, 0, 9000000000000, 0, '{}')",
];

describe.each(["just filled", "analysed"])("what a hot statement reads of large PostgreSQL tables, %s", (how) => {
  let database: PostgresTestDatabase;
  let pool: PostgresPool;
  let runs: PostgresRunStore;
  let ledger: PostgresLedger;

  beforeAll(async () => {
    database = await openPostgresTestDatabase();
    const connection = await database.hot.connect();
    for (const text of fill(start)) await connection.query(text);
    if (how === "analysed") await connection.query("analyze");
    // What filling has read is counted now, and not while something else is measured.
    await connection.query("select pg_stat_force_next_flush()");
    await connection.query("select 1");
    connection.release();
    pool = new PostgresPool(database.driver, database.settings, { ...hotUse, most: 1 });
    runs = new PostgresRunStore(pool);
    ledger = new PostgresLedger(pool);
  }, 60_000);
  afterAll(async () => {
    await pool.close();
    await database.close();
  });

  /** Entries of indexes and rows of tables that the work read. */
  async function readBy(work: () => Promise<unknown>): Promise<number> {
    const before = await readSoFar();
    await work();
    return (await readSoFar()) - before;
  }

  async function readSoFar(): Promise<number> {
    await pool.query({ text: "select pg_stat_force_next_flush()" });
    await pool.query({ text: "select 1" });
    const { rows } = await database.hot.query<{ read: number }>({
      text: `select (select sum(idx_tup_read) from pg_stat_user_indexes) + (select sum(seq_tup_read) from pg_stat_user_tables) as read`,
    });
    return rows[0]?.read ?? 0;
  }

  const claim = (limit = 10) =>
    runs.claim({ processId: 1, queues: ["default", "mail"], limit, now: start }) as Promise<ClaimedRun[]>;
  const addTen = (name: string, changes = {}) =>
    runs.add(Array.from({ length: 10 }, (_, n) => newRun(`${name} ${n}`, { periodicTaskId: n + 1, ...changes })));

  it("is what it asks for, and no whole table", async () => {
    const read: Record<string, number> = {};
    const measured = async (name: string, work: () => Promise<unknown>) => {
      read[name] = await readBy(work);
    };
    const decideIt: FireRequest["decide"] = (due, now) => decide(due, now, compilePlan);
    for (let n = 1; n <= 8; n += 1) {
      const fire = () => ledger.fireDue({ now: start + n * minute, limit: 10, decide: decideIt });
      await measured(`fire ${n}`, fire);
    }
    await measured("fire one", () =>
      ledger.fireDue({ now: start + 900 * minute, limit: 10, decide: decideIt, periodicTaskId: 4_000 }),
    );
    await measured("next wake", () => ledger.nextWakeAt());
    await runs.cancel({ ids: (await claim(100)).map(({ id }) => id), by: "ops", now: start, force: true });
    for (let n = 1; n <= 8; n += 1) {
      await measured(`add ${n}`, () => addTen(`a ${n}`));
      let claims: ClaimedRun[] = [];
      await measured(`claim ${n}`, async () => {
        claims = await claim();
      });
      await measured(`begin ${n}`, () => runs.begin(claims, start));
      await measured(`watch ${n}`, () => runs.cancelled(1, claims));
      const outcomes = claims.map((run, at) => [succeeded(run), failed(run), retry(run)][at % 3] ?? succeeded(run));
      await measured(`finish ${n}`, () => runs.finish(outcomes));
      await measured(`repeat ${n}`, () => runs.finish(outcomes));
    }
    for (const rule of ["skip", "queue", "replace"] as const) {
      const lock = (key: string) => ({ key, rule, limit: 1, queue: 1 });
      await measured(`add under ${rule}`, () => addTen(rule, { lock: lock(rule) }));
      await measured(`lock state of ${rule}`, () => runs.lockState(rule));
      await measured(`cancel under ${rule}`, () =>
        runs.cancel({ ids: [`${rule} 9`, `${rule} 0`], by: "ops", now: start }),
      );
    }
    await addTen("last");
    const last = await claim();
    await measured("give back", () => runs.giveBack(last));
    await addTen("expiring", { expiresAt: start + 1 });
    await measured("sweep", () => runs.sweep(start + 2 * second));
    await measured("sweep again", () => runs.sweep(start + 3 * second));
    const logs = new PostgresLogStore(pool);
    await measured("log", () => logs.append([{ runId: "live 1", attempt: 1, at: start, text: "x\n" }]));
    await measured("find", () => runs.find("done 7"));
    const tooMany = Object.entries(read).filter(([, rows]) => rows > READ_AT_MOST);
    expect(tooMany).toEqual([]);
  }, 60_000);
});
