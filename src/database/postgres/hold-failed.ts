import type { Hold } from "../../firing/decision.ts";
import { type HoldRow, holdOf, holdRowSql, recordHoldSql, setHoldSql } from "../queries/hold.ts";
import type { EndedRow } from "./end-statement.ts";
import type { PostgresConnection } from "./postgres-pool.ts";

const holdRows = `
  select t.id, h.name, h.options, h.failed_in_a_row from unnest($1::bigint[]) as t (id)
  cross join lateral (${holdRowSql("t.id")} offset 0) h`;

/** Holds the periodic tasks that are not to fire on after what has failed. In the transaction that ended the runs. */
export async function holdFailed(connection: PostgresConnection, ended: readonly EndedRow[]): Promise<void> {
  const ofTask = Map.groupBy(
    ended.filter((row) => row.periodic_task_id !== null),
    (row) => row.periodic_task_id as number,
  );
  const failing = [...ofTask].filter(([, rows]) => rows.some(isFailure)).map(([id]) => id);
  if (failing.length === 0) return;
  const { rows } = await connection.query<HoldRow & { id: number }>({
    name: "hold-rows",
    text: holdRows,
    values: [failing],
  });
  for (const row of rows) {
    const hold = holdAfterAll(row, ofTask.get(row.id) ?? []);
    if (hold !== null) await setHold(connection, row.id, hold);
  }
}

function isFailure({ end_state }: EndedRow): boolean {
  return end_state === "failed" || end_state === "lost";
}

/** What the failures of a batch mean, one after the other. `failed_in_a_row` is what it came to behind the last. */
function holdAfterAll(row: HoldRow, ended: readonly EndedRow[]): Hold | null {
  const lastSuccess = ended.findLastIndex(({ end_state }) => end_state === "succeeded");
  const sinceSuccess = ended.slice(lastSuccess + 1).filter(isFailure).length;
  let failedInARow = ended[0]?.failed_before ?? 0;
  for (const [index, one] of ended.entries()) {
    if (one.end_state === "succeeded") failedInARow = 0;
    if (index === lastSuccess + 1) failedInARow = row.failed_in_a_row - sinceSuccess;
    if (!isFailure(one)) continue;
    failedInARow += 1;
    const hold = holdOf({ ...row, failed_in_a_row: failedInARow }, { runId: one.id, at: one.ended_at });
    if (hold !== null) return hold;
  }
  return null;
}

/** Keeps a periodic task that is not held yet from firing on, and records it. */
export async function setHold(connection: PostgresConnection, id: number, hold: Hold): Promise<void> {
  const { rows } = await connection.query<{ name: string }>({
    text: `${setHoldSql("$1", "$2")} returning name`,
    values: [id, JSON.stringify(hold)],
  });
  const [task] = rows;
  if (task === undefined) return;
  await connection.query({
    text: recordHoldSql("$1", "$2", "$3", "$4"),
    values: [hold.at, String(id), task.name, JSON.stringify({ heldReason: hold })],
  });
}
