import type { Selectable } from "kysely";
import { attemptOf } from "../../../src/database/queries/run-columns.ts";
import type { AttemptRow, PeriodicTaskOutcomeRow } from "../../../src/database/rows.ts";
import { openSqliteWriter } from "../../../src/database/sqlite/open-sqlite.ts";
import { SqliteRunStore } from "../../../src/run/sqlite/sqlite-run-store.ts";
import { openTestDatabase } from "../../support/database.ts";
import { describeRunStore } from "./describe-run-store.ts";

describeRunStore("SQLite", async () => {
  const database = await openTestDatabase();
  const second = openSqliteWriter({ file: database.file, durability: "process" });
  const { hot } = database;
  return {
    runs: new SqliteRunStore(hot),
    other: new SqliteRunStore(second),
    async addProcess(name, leaseUntil) {
      const insert = hot.prepare(`insert into process (kind, name, host, pid, started_at, lease_until, loop_lag, info)
        values ('worker', ?, 'host', 1, 0, ?, 0, '{}')`);
      return Number(insert.run(name, leaseUntil).lastInsertRowid);
    },
    async setLease(processId, leaseUntil) {
      hot.prepare("update process set lease_until = ? where id = ?").run(leaseUntil, processId);
    },
    async attempts(runId) {
      const rows = hot.prepare<[string], Selectable<AttemptRow>>("select * from attempt where run_id = ? order by 2");
      return rows.all(runId).map(attemptOf);
    },
    async outcomeOf(periodicTaskId) {
      const row = hot
        .prepare<[number], PeriodicTaskOutcomeRow>("select * from periodic_task_outcome where periodic_task_id = ?")
        .get(periodicTaskId);
      return (
        row && {
          runId: row.run_id,
          state: row.state,
          durationMs: row.duration_ms,
          succeededAt: row.succeeded_at,
          failedInARow: row.failed_in_a_row,
        }
      );
    },
    async close() {
      second.close();
      await database.close();
    },
  };
});
