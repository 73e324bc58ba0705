import type { PostgresConnection } from "../../database/postgres/postgres-pool.ts";
import { arraysOf, unnest } from "../../database/postgres/unnest.ts";
import type { FiringToWrite } from "./write-firings.ts";

const columns = { periodic_task_id: "bigint", nominal_at: "bigint" } as const;

interface SiblingRow {
  readonly periodic_task_id: number;
  readonly nominal_at: number;
  readonly run_id: string;
  readonly input: string | null;
}

/** Another schedule of the same periodic task at the same instant, whose run has the same input: its run stands for both. */
export async function mergeSiblings(
  connection: PostgresConnection,
  firings: readonly FiringToWrite[],
): Promise<readonly FiringToWrite[]> {
  const shared = firings.filter(({ row, run }) => row.schedules > 1 && run !== undefined);
  if (shared.length === 0) return firings;
  const keys = shared.map(({ row, firing }) => ({
    periodic_task_id: row.periodic_task_id,
    nominal_at: firing.nominalAt,
  }));
  const { rows } = await connection.query<SiblingRow>({
    name: "siblings",
    text: `
      select t.periodic_task_id, t.nominal_at, f.run_id, coalesce(l.input, d.input) as input
      from ${unnest(columns, "t")}
      cross join lateral (
        select f.run_id from schedule o
        join firing f on f.schedule_id = o.id and f.nominal_at = t.nominal_at and f.verdict in ('sent', 'held')
        where o.periodic_task_id = t.periodic_task_id offset 0
      ) f
      left join run_live l on l.id = f.run_id
      left join run_done d on d.id = f.run_id`,
    values: arraysOf(columns, keys),
  });
  return firings.map((one) => {
    const { row, firing, run } = one;
    if (run === undefined) return one;
    const sibling = rows.find(
      (other) =>
        other.periodic_task_id === row.periodic_task_id &&
        other.nominal_at === firing.nominalAt &&
        other.run_id !== run.id &&
        other.input === JSON.stringify(run.payload),
    );
    return sibling === undefined ? one : { ...one, run: undefined, mergedInto: sibling.run_id };
  });
}
