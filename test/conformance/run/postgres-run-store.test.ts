import type { Selectable } from "kysely";
import { attemptOf } from "../../../src/database/queries/run-columns.ts";
import type { AttemptRow, PeriodicTaskOutcomeRow } from "../../../src/database/rows.ts";
import { PostgresRunStore } from "../../../src/run/postgres/postgres-run-store.ts";
import { twoOnPostgres } from "../../support/two-connections.ts";
import { describeRunStore } from "./describe-run-store.ts";

const openTwo = twoOnPostgres();

describeRunStore("PostgreSQL", async () => {
  const two = await openTwo();
  const { hot, second } = two;
  return {
    ...two,
    runs: new PostgresRunStore(hot),
    other: new PostgresRunStore(second),
    async attempts(runId) {
      const { rows } = await hot.query<Selectable<AttemptRow>>({
        text: "select * from attempt where run_id = $1 order by number",
        values: [runId],
      });
      return rows.map(attemptOf);
    },
    async outcomeOf(periodicTaskId) {
      const { rows } = await hot.query<PeriodicTaskOutcomeRow>({
        text: "select * from periodic_task_outcome where periodic_task_id = $1",
        values: [periodicTaskId],
      });
      const [row] = rows;
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
