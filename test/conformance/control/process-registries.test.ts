import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { PostgresProcessRegistry } from "../../../src/control/postgres/postgres-process-registry.ts";
import { LEASE_MS, RENEW_EVERY_MS } from "../../../src/control/process-registry.ts";
import { SqliteProcessRegistry } from "../../../src/control/sqlite/sqlite-process-registry.ts";
import { SqliteRunStore } from "../../../src/run/sqlite/sqlite-run-store.ts";
import { openTestDatabase, type TestDatabase } from "../../support/database.ts";
import { eventually } from "../../support/eventually.ts";
import { MemoryProcessRegistry } from "../../support/memory-process-registry.ts";
import { MemoryRunStore } from "../../support/memory-run-store.ts";
import { openPostgresTestDatabase, type PostgresTestDatabase } from "../../support/postgres-database.ts";
import { newRun } from "../run/run-bench.ts";
import { describeProcessRegistry, worker } from "./describe-process-registry.ts";

describeProcessRegistry("plain objects", async () => {
  const runs = new MemoryRunStore();
  const processes = new MemoryProcessRegistry(runs);
  return {
    processes,
    async row(id) {
      const process = runs.processes.get(id);
      return process && { info: processes.infos.get(id), leaseUntil: process.leaseUntil };
    },
    announced: async (id) => (processes.announced.get(id) ?? []).map(({ task }) => task),
    remove: async (id) => processes.lose(id),
    async close() {},
  };
});

interface Row {
  readonly info: string;
  readonly lease_until: number;
  readonly loop_lag: number;
}

const rowOf = (database: TestDatabase, id: number) =>
  database.hot.prepare<[number], Row>("select info, lease_until, loop_lag from process where id = ?").get(id);

describeProcessRegistry("SQLite", async () => {
  const database = await openTestDatabase();
  const { hot, file } = database;
  return {
    processes: new SqliteProcessRegistry(hot, file),
    async row(id) {
      const row = rowOf(database, id);
      return row && { info: JSON.parse(row.info) as unknown, leaseUntil: row.lease_until };
    },
    announced: async (id) =>
      hot.prepare<[number], string>("select task from announced_task where process_id = ? order by 1").pluck().all(id),
    remove: async (id) => void hot.prepare("delete from process where id = ?").run(id),
    close: () => database.close(),
  };
});

async function postgresRow({ hot }: PostgresTestDatabase, id: number): Promise<Row | undefined> {
  const text = "select info, lease_until, loop_lag from process where id = $1";
  return (await hot.query<Row>({ text, values: [id] })).rows[0];
}

describeProcessRegistry("PostgreSQL", async () => {
  const database = await openPostgresTestDatabase();
  const { hot } = database;
  return {
    processes: new PostgresProcessRegistry(database),
    async row(id) {
      const row = await postgresRow(database, id);
      return row && { info: JSON.parse(row.info) as unknown, leaseUntil: row.lease_until };
    },
    async announced(id) {
      const text = "select task from announced_task where process_id = $1 order by 1";
      return (await hot.query<{ task: string }>({ text, values: [id] })).rows.map(({ task }) => task);
    },
    remove: async (id) => void (await hot.query({ text: "delete from process where id = $1", values: [id] })),
    close: () => database.close(),
  };
});

describe("a lease on SQLite", () => {
  let database: TestDatabase;
  let processes: SqliteProcessRegistry;
  beforeEach(async () => {
    database = await openTestDatabase();
    processes = new SqliteProcessRegistry(database.hot, database.file);
  });
  afterEach(() => database.close());

  it("is renewed while the event loop is blocked for longer than it lasts, and the lag is seen meanwhile", async () => {
    const registration = await processes.register(worker, Date.now());
    // One turn, for the thread's sake that has just been started.
    await sleep(0);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LEASE_MS + 2_000);
    const row = rowOf(database, registration.id);
    expect(row?.lease_until).toBeGreaterThan(Date.now());
    expect(row?.loop_lag).toBeGreaterThan(LEASE_MS / 2);
    await registration.leave();
  });

  it("is refused to a second host, named with the process that is in its way, until that has left", async () => {
    const elsewhere = { ...worker, name: "beat-2", host: "host-2" };
    const registration = await processes.register(worker, Date.now());
    await expect(processes.register(elsewhere, Date.now())).rejects.toMatchObject({
      code: "second_host",
      message: expect.stringContaining("'worker-1' on host 'host-1'"),
    });
    await registration.leave();
    const other = await processes.register(elsewhere, Date.now());
    await other.leave();
  });

  it("is not refused for the sake of Celery's workers elsewhere, which are only heard of", async () => {
    database.hot
      .prepare(
        `insert into process (id, kind, name, host, pid, started_at, lease_until, loop_lag, info)
          values (-7, 'worker', 'celery@host-2', 'host-2', 1, 0, ?, 0, '{}')`,
      )
      .run(Date.now() + 60_000);
    const registration = await processes.register(worker, Date.now());
    await registration.leave();
  });

  it("of a host that died does not stand in another's way", async () => {
    const registration = await processes.register(worker, Date.now());
    await registration.leave();
    database.hot
      .prepare(
        `insert into process (kind, name, host, pid, started_at, lease_until, loop_lag, info)
          values ('worker', 'dead', 'host-2', 1, 0, ?, 0, '{}')`,
      )
      .run(Date.now() - 1);
    const other = await processes.register(worker, Date.now());
    await other.leave();
  });

  it("leaves its row to the sweep where the process still holds runs", async () => {
    const runs = new SqliteRunStore(database.hot);
    const registration = await processes.register(worker, Date.now());
    const now = Date.now();
    await runs.add([newRun("a", { queuedAt: now, availableAt: now })]);
    await runs.claim({ processId: registration.id, queues: ["default"], limit: 1, now });
    await registration.leave();
    expect(rowOf(database, registration.id)).toMatchObject({ lease_until: 0 });
    expect(await runs.sweep(now)).toMatchObject({ released: 1 });
    expect(rowOf(database, registration.id)).toBeUndefined();
  });
});

describe("a lease on PostgreSQL", () => {
  let database: PostgresTestDatabase;
  let processes: PostgresProcessRegistry;
  beforeEach(async () => {
    database = await openPostgresTestDatabase();
    processes = new PostgresProcessRegistry(database);
  });
  afterEach(() => database.close());

  it("is renewed while the event loop is blocked, and the lag is seen meanwhile", async () => {
    const registration = await processes.register(worker, Date.now());
    const first = await postgresRow(database, registration.id);
    await sleep(0);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2 * RENEW_EVERY_MS + 1_000);
    const row = await postgresRow(database, registration.id);
    expect(row?.lease_until).toBeGreaterThan((first?.lease_until ?? 0) + RENEW_EVERY_MS);
    expect(row?.loop_lag).toBeGreaterThan(RENEW_EVERY_MS / 2);
    await registration.leave();
  });

  it("is given to processes of several hosts", async () => {
    const one = await processes.register(worker, Date.now());
    const two = await processes.register({ ...worker, host: "host-2" }, Date.now());
    expect(await postgresRow(database, one.id)).toBeDefined();
    expect(await postgresRow(database, two.id)).toBeDefined();
    await Promise.all([one.leave(), two.leave()]);
  });

  it("is renewed again after its connection was cut", async () => {
    const registration = await processes.register(worker, Date.now());
    registration.update({ before: 1 });
    await eventually(async () => (await postgresRow(database, registration.id))?.info.includes("before"));
    await database.hot.query({
      text: "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and query like '%update process%' and pid <> pg_backend_pid()",
    });
    registration.update({ after: 1 });
    await eventually(async () => (await postgresRow(database, registration.id))?.info.includes("after"));
    await registration.leave();
    expect(await postgresRow(database, registration.id)).toBeUndefined();
  });

  it("leaves its row to the sweep where the process still holds runs", async () => {
    const registration = await processes.register(worker, Date.now());
    await database.hot.query({
      text: `insert into run_live (id, task, queue, priority, state, input, options, origin, available_at, queued_at, process_id)
        values ('a', 'tapp_a.one', 'default', 5, 'running', '{}', '{}', '{}', 0, 0, $1)`,
      values: [registration.id],
    });
    await registration.leave();
    expect(await postgresRow(database, registration.id)).toMatchObject({ lease_until: 0 });
  });
});
