import type { Settlement } from "../queries/settle-firing.ts";
import type { PostgresConnection } from "./postgres-pool.ts";
import { arraysOf, unnest } from "./unnest.ts";

interface SettledRun {
  readonly id: string;
  readonly schedule_id: number | null;
  readonly nominal_at: number | null;
}

const columns = { id: "text", schedule_id: "bigint", nominal_at: "bigint", verdict: "text", reason: "text" } as const;

/**
 * What becomes of the firings that are held with these runs, and of no others: it is the one verdict that may change. (A backfill's run has its
 * nominal time as well.)
 */
export async function settleFirings(
  connection: PostgresConnection,
  runs: readonly { readonly run: SettledRun; readonly as: Settlement }[],
): Promise<void> {
  const rows = runs.flatMap(({ run, as }) =>
    run.schedule_id === null || run.nominal_at === null
      ? []
      : { id: run.id, schedule_id: run.schedule_id, nominal_at: run.nominal_at, ...as },
  );
  if (rows.length === 0) return;
  await connection.query({
    name: "settle-firings",
    text: `update firing f set verdict = t.verdict, reason = t.reason from ${unnest(columns, "t")}
      where f.schedule_id = t.schedule_id and f.nominal_at = t.nominal_at and f.verdict = 'held'
        and f.run_id = t.id`,
    values: arraysOf(columns, rows),
  });
}
