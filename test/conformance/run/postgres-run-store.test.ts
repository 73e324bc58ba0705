import type { Selectable } from "kysely";
import { PostgresPool } from "../../../src/database/postgres/postgres-pool.ts";
import { hotUse } from "../../../src/database/postgres/postgres-settings.ts";
import { attemptOf } from "../../../src/database/queries/run-columns.ts";
import type { AttemptRow, PeriodicTaskOutcomeRow } from "../../../src/database/rows.ts";
import { PostgresRunStore } from "../../../src/run/postgres/postgres-run-store.ts";
import { emptiedPostgres } from "../../support/emptied-postgres.ts";
import { describeRunStore } from "./describe-run-store.ts";

const emptied = emptiedPostgres();

describeRunStore("PostgreSQL", async () => {
  const { hot, driver, settings } = await emptied();
  const second = new PostgresPool(driver, settings, hotUse);
  return {
    runs: new PostgresRunStore(hot),
    other: new PostgresRunStore(second),
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
    close: () => second.close(),
  };
});
