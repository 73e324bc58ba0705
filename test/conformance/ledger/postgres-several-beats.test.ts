import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { PostgresPool } from "../../../src/database/postgres/postgres-pool.ts";
import { hotUse } from "../../../src/database/postgres/postgres-settings.ts";
import { decide } from "../../../src/firing/decide.ts";
import { compilePlan } from "../../../src/firing/schedule-plan.ts";
import type { FireReport } from "../../../src/ledger/ledger.ts";
import { PostgresLedger } from "../../../src/ledger/postgres/postgres-ledger.ts";
import { SqlPeriodicTaskStore } from "../../../src/ledger/sql/sql-periodic-task-store.ts";
import { PostgresRunStore } from "../../../src/run/postgres/postgres-run-store.ts";
import { despiteKills, killConnections } from "../../support/connection-killer.ts";
import { emptiedPostgres } from "../../support/emptied-postgres.ts";
import { eventually } from "../../support/eventually.ts";
import { startLossyProxy } from "../../support/lossy-proxy.ts";
import type { PostgresTestDatabase } from "../../support/postgres-database.ts";
import { draft, everyMinute, LedgerCases, minute, start } from "./ledger-bench.ts";

const emptied = emptiedPostgres();

describe("several beats on PostgreSQL", () => {
  let database: PostgresTestDatabase;
  let cases: LedgerCases;
  let pools: PostgresPool[] = [];
  const query = async (text: string) => (await database.hot.query<Record<string, unknown>>({ text })).rows;
  const count = async (text: string) => Number((await query(`select count(*) as count from ${text}`))[0]?.count);

  beforeEach(async () => {
    database = await emptied();
    let uids = 0;
    cases = new LedgerCases({
      ledger: new PostgresLedger(database.hot),
      periodicTasks: new SqlPeriodicTaskStore({ db: database.db, uid: () => `uid-${++uids}` }),
      runs: new PostgresRunStore(database.hot),
      query,
      async close() {},
    });
  });
  afterEach(async () => {
    await Promise.all(pools.map((pool) => pool.close()));
    pools = [];
  });

  /** As another process has it. */
  function anotherBeat(url = database.url): PostgresLedger {
    const pool = new PostgresPool(database.driver, { url, applicationName: "beat" }, hotUse);
    pools.push(pool);
    return new PostgresLedger(pool);
  }

  const fire = (ledger: PostgresLedger, ms: number, limit: number): Promise<FireReport> =>
    ledger.fireDue({ now: start + ms, limit, decide: (due, now) => decide(due, now, compilePlan) });

  /** Fires until nothing is due, whatever happens to its connections. */
  async function fireAll(ledger: PostgresLedger, ms: number, limit: number): Promise<number> {
    let sent = 0;
    for (;;) {
      const nextAt = await despiteKills(() => ledger.nextWakeAt());
      if (nextAt === undefined || nextAt > start + ms) return sent;
      sent += (await despiteKills(() => fire(ledger, ms, limit))).sent;
    }
  }

  /** Copies the first periodic task, with its schedules and cursors. */
  async function copies(many: number): Promise<void> {
    await query(`insert into periodic_task (uid, name, task, input, options, tags, description, enabled, created_at, updated_at, version)
      select 'p' || n, 'copy ' || n, task, input, options, tags, description, enabled, created_at, updated_at, version
      from periodic_task, generate_series(2, ${many}) n where id = 1`);
    await query(`insert into schedule (uid, periodic_task_id, name, definition, zone, input, misfire, enabled, version)
      select s.uid || '-' || p.id, p.id, s.name, s.definition, s.zone, s.input, s.misfire, s.enabled, s.version
      from schedule s, periodic_task p where s.periodic_task_id = 1 and p.id > 1`);
    await query(`insert into schedule_cursor (schedule_id, version, next_at, accounted_from, accounted_to)
      select s.id, s.version, ${start + minute}, ${start}, ${start} from schedule s where s.periodic_task_id > 1`);
  }

  it("divide what is due, and none of it is sent twice or not at all", async () => {
    await cases.create(draft("first", { schedules: [everyMinute] }));
    await copies(500);
    const sent = await Promise.all(Array.from({ length: 4 }, () => fireAll(anotherBeat(), minute, 20)));
    expect(sent.reduce((sum, n) => sum + n, 0)).toBe(500);
    expect(await count("firing where verdict = 'sent'")).toBe(500);
    expect(await count("run_live")).toBe(500);
    expect(await count(`schedule_cursor where next_at = ${start + 2 * minute}`)).toBe(500);
  });

  it("send one run for the schedules of a periodic task at one instant, whoever fires them", async () => {
    await cases.create(draft("first", { schedules: [everyMinute, everyMinute, everyMinute] }));
    await copies(60);
    await Promise.all(Array.from({ length: 4 }, () => fireAll(anotherBeat(), minute, 7)));
    expect(await count("run_live")).toBe(60);
    expect(await count("firing where verdict = 'sent'")).toBe(60);
    expect(await count("firing where verdict = 'merged'")).toBe(120);
    const strays = await query(`select 1 from firing m join schedule s on s.id = m.schedule_id
      where m.verdict = 'merged' and m.run_id not in (select id from run_live r where r.periodic_task_id = s.periodic_task_id)`);
    expect(strays).toEqual([]);
  });

  it("send as many runs as were wanted, over all schedules of a periodic task", async () => {
    const inputs = [{ a: 1 }, { a: 2 }, { a: 3 }, { a: 4 }];
    const schedules = inputs.map((input) => ({ ...everyMinute, input }));
    await cases.create(draft("first", { options: { overlap: "allow", endAfterRuns: 2 }, schedules }));
    await copies(40);
    await Promise.all(Array.from({ length: 4 }, () => fireAll(anotherBeat(), minute, 5)));
    expect(await query("select distinct sent from periodic_task_sent")).toEqual([{ sent: 2 }]);
    expect(await count("run_live")).toBe(80);
    expect(await count("firing where reason = 'ended'")).toBe(80);
    expect(await count("periodic_task where held_reason is not null")).toBe(40);
  });

  it("keep the overlap rule between them, and with what a person sends meanwhile", async () => {
    const schedules = [{ a: 1 }, { a: 2 }].map((input) => ({ ...everyMinute, input }));
    const options = { overlap: "queue", overlapLimit: 1, overlapQueue: 1 } as const;
    await cases.create(draft("first", { options, schedules }));
    await copies(40);
    const manual = Array.from({ length: 40 }, (_, n) => ({
      id: `manual-${n}`,
      task: "tapp_a.hello",
      payload: { input: {} },
      queue: "default",
      priority: 5,
      options: {},
      origin: { kind: "manual", by: "ops" } as const,
      availableAt: start,
      queuedAt: start,
      periodicTaskId: n + 1,
      lock: { key: `periodic-task:${n + 1}`, rule: "queue", limit: 1, queue: 1 } as const,
    }));
    const [answers] = await Promise.all([
      Promise.all(manual.map((run) => cases.bench.runs.add([run]))),
      ...Array.from({ length: 3 }, () => fireAll(anotherBeat(), minute, 5)),
    ]);
    expect(await count("run_live where state = 'ready'")).toBe(40);
    expect(await count("run_live where state = 'held'")).toBe(40);
    const manually = answers.flat().filter((answer) => answer !== "locked").length;
    expect((await count("firing where verdict in ('sent', 'held')")) + manually).toBe(80);
    expect(await count("firing where reason = 'queue_full'")).toBe(manually);
  });

  it("lose and double nothing when connections are cut between any two statements, and answers are lost", async () => {
    await cases.create(draft("first", { options: { overlap: "skip" }, schedules: [everyMinute, everyMinute] }));
    await copies(300);
    const proxy = await startLossyProxy(database.url);
    proxy.lose(0.03, 60);
    const stop = killConnections(database.hot, "beat", { everyMs: 30, most: 30 });
    try {
      await Promise.all(Array.from({ length: 3 }, () => fireAll(anotherBeat(proxy.url), minute, 10)));
    } finally {
      expect(await stop()).toBeGreaterThan(0);
      await proxy.close();
    }
    expect(proxy.lost).toBeGreaterThan(0);
    expect(await count("firing")).toBe(600);
    expect(await count("firing where verdict = 'sent'")).toBe(300);
    expect(await count("firing where verdict = 'merged'")).toBe(300);
    expect(await count("run_live")).toBe(300);
  });

  it("do not wait for one that stands still inside its transaction, and fire what it held soon after", async () => {
    await cases.create(draft("first", { schedules: [everyMinute] }));
    await copies(20);
    const frozen = new PostgresPool(database.driver, { ...database.settings, applicationName: "beat" }, hotUse);
    pools.push(frozen);
    const connection = await frozen.connect();
    await connection.query("begin");
    await connection.query("select 1 from schedule_cursor where schedule_id <= 5 for update");
    const other = anotherBeat();
    expect(await fire(other, minute, 100)).toMatchObject({ sent: 15 });
    await eventually(async () => (await fire(other, minute, 100)).sent === 5);
    await expect(connection.query("commit")).rejects.toMatchObject({ code: "database_unavailable" });
    connection.release();
    expect(await count("run_live")).toBe(20);
  });
});
