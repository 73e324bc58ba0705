import type { Selectable } from "kysely";
import { attemptOf } from "../../../src/database/queries/run-columns.ts";
import type { AttemptRow, PeriodicTaskOutcomeRow } from "../../../src/database/rows.ts";
import { SqliteRunStore } from "../../../src/run/sqlite/sqlite-run-store.ts";
import { openTwoOnSqlite } from "../../support/two-connections.ts";
import { describeRunStore } from "./describe-run-store.ts";

describeRunStore("SQLite", async () => {
  const two = await openTwoOnSqlite();
  const { hot, second } = two;
  return {
    ...two,
    runs: new SqliteRunStore(hot),
    other: new SqliteRunStore(second),
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
  };
});
