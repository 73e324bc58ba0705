import { PostgresPool } from "../../../src/database/postgres/postgres-pool.ts";
import { hotUse } from "../../../src/database/postgres/postgres-settings.ts";
import { openSqliteWriter } from "../../../src/database/sqlite/open-sqlite.ts";
import { PostgresRunLimits } from "../../../src/run/postgres/postgres-run-limits.ts";
import { PostgresRunStore } from "../../../src/run/postgres/postgres-run-store.ts";
import { SqliteRunLimits } from "../../../src/run/sqlite/sqlite-run-limits.ts";
import { SqliteRunStore } from "../../../src/run/sqlite/sqlite-run-store.ts";
import { openTestDatabase } from "../../support/database.ts";
import { emptiedPostgres } from "../../support/emptied-postgres.ts";
import { describeRunLimits } from "./describe-run-limits.ts";

describeRunLimits("SQLite", async () => {
  const database = await openTestDatabase();
  const second = openSqliteWriter({ file: database.file, durability: "process" });
  const { hot } = database;
  return {
    runs: new SqliteRunStore(hot),
    other: new SqliteRunStore(second),
    limits: new SqliteRunLimits(hot),
    otherLimits: new SqliteRunLimits(second),
    async addProcess(name, leaseUntil) {
      const insert = hot.prepare(`insert into process (kind, name, host, pid, started_at, lease_until, loop_lag, info)
        values ('worker', ?, 'host', 1, 0, ?, 0, '{}')`);
      return Number(insert.run(name, leaseUntil).lastInsertRowid);
    },
    async setLease(processId, leaseUntil) {
      hot.prepare("update process set lease_until = ? where id = ?").run(leaseUntil, processId);
    },
    attempts: async () => [],
    async close() {
      second.close();
      await database.close();
    },
  };
});

const emptied = emptiedPostgres();

describeRunLimits("PostgreSQL", async () => {
  const { hot, driver, settings } = await emptied();
  const second = new PostgresPool(driver, settings, hotUse);
  const runs = new PostgresRunStore(hot);
  return {
    runs,
    other: new PostgresRunStore(second),
    limits: new PostgresRunLimits(hot, undefined, { parked: (claims) => runs.forget(claims) }),
    otherLimits: new PostgresRunLimits(second),
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
    attempts: async () => [],
    close: () => second.close(),
  };
});
