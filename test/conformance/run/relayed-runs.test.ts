import { PostgresPool } from "../../../src/database/postgres/postgres-pool.ts";
import { hotUse } from "../../../src/database/postgres/postgres-settings.ts";
import { openSqliteWriter } from "../../../src/database/sqlite/open-sqlite.ts";
import type { Carriage } from "../../../src/run/arrival.ts";
import { PostgresRunStore } from "../../../src/run/postgres/postgres-run-store.ts";
import { SqliteRunStore } from "../../../src/run/sqlite/sqlite-run-store.ts";
import { openTestDatabase } from "../../support/database.ts";
import { emptiedPostgres } from "../../support/emptied-postgres.ts";
import { describeRelayedRuns } from "./describe-relayed-runs.ts";

const carriage: Carriage = { arrival: "unpublished", reports: true };
const quiet = () => {};

describeRelayedRuns("SQLite", async () => {
  const database = await openTestDatabase();
  const second = openSqliteWriter({ file: database.file, durability: "process" });
  const { hot } = database;
  return {
    runs: new SqliteRunStore(hot, quiet, { carriage }),
    other: new SqliteRunStore(second, quiet, { carriage }),
    shared: new SqliteRunStore(second),
    async addProcess(name, leaseUntil) {
      const insert = hot.prepare(`insert into process (kind, name, host, pid, started_at, lease_until, loop_lag, info)
        values ('worker', ?, 'host', 1, 0, ?, 0, '{}')`);
      return Number(insert.run(name, leaseUntil).lastInsertRowid);
    },
    async setLease(processId, leaseUntil) {
      hot.prepare("update process set lease_until = ? where id = ?").run(leaseUntil, processId);
    },
    async announce(task, processId, options = {}) {
      hot
        .prepare(
          "insert into announced_task (task, schema_hash, process_id, announcement, announced_at) values (?, '', ?, ?, 0)",
        )
        .run(task, processId, JSON.stringify(options));
    },
    async close() {
      second.close();
      await database.close();
    },
  };
});

const emptied = emptiedPostgres();

describeRelayedRuns("PostgreSQL", async () => {
  const { hot, driver, settings } = await emptied();
  const second = new PostgresPool(driver, settings, hotUse);
  return {
    runs: new PostgresRunStore(hot, quiet, { carriage }),
    other: new PostgresRunStore(second, quiet, { carriage }),
    shared: new PostgresRunStore(second),
    async addProcess(name, leaseUntil) {
      const { rows } = await hot.query<{ id: number }>({
        text: `insert into process (kind, name, host, pid, started_at, lease_until, loop_lag, info)
          values ('worker', $1, 'host', 1, 0, $2, 0, '{}') returning id`,
        values: [name, leaseUntil],
      });
      return rows[0]?.id ?? 0;
    },
    async setLease(processId, leaseUntil) {
      await hot.query({ text: "update process set lease_until = $1 where id = $2", values: [leaseUntil, processId] });
    },
    async announce(task, processId, options = {}) {
      await hot.query({
        text: "insert into announced_task (task, schema_hash, process_id, announcement, announced_at) values ($1, '', $2, $3, 0)",
        values: [task, processId, JSON.stringify(options)],
      });
    },
    close: () => second.close(),
  };
});
