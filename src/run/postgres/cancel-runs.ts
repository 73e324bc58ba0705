import type { Instant } from "../../base/clock.ts";
import type { PostgresConnection } from "../../database/postgres/postgres-pool.ts";
import { cancelledBy } from "../../database/queries/lost-runs.ts";
import type { LiveRow } from "../../database/queries/run-columns.ts";
import type { RunState } from "../run.ts";
import { type Ending, endLocked, endOfWaiting } from "./end-runs.ts";

export interface CancelRequest {
  readonly ids: readonly string[];
  readonly by: string;
  readonly now: Instant;
  readonly force: boolean;
}

// In the order of sending, as everybody who locks several runs.
const withChildren = `
  with recursive tree (id) as (
    select unnest($1::text[]) collate "C" union select r.id from tree join run_live r on r.parent_id = tree.id
  )
  select * from run_live where id in (select id from tree) order by seq for update`;

const request = `
  update run_live set cancel_requested_at = $2, cancel_requested_by = $3
  where id = any($1::text[]) and cancel_requested_at is null`;

/** Cancels runs and, with them, the children that they sent and that are not finished. Inside a transaction. */
export async function cancelRuns(
  connection: PostgresConnection,
  { ids, by, now, force }: CancelRequest,
): Promise<readonly (RunState | "unknown")[]> {
  const live = await connection.query<LiveRow>({ text: withChildren, values: [ids] });
  const done = await connection.query<{ id: string; state: RunState }>({
    text: "select id, state from run_done where id = any($1::text[])",
    values: [ids],
  });
  const states = new Map<string, RunState>(done.rows.map(({ id, state }) => [id, state]));
  const waiting = live.rows.filter((row) => row.state !== "running");
  const running = live.rows.filter((row) => row.state === "running");
  const ended = [
    ...waiting.map((row) => endOfWaiting(row, "cancelled", now, cancelledBy(by))),
    ...(force ? running.map((row) => terminated(row, by, now)) : []),
  ];
  await endLocked(connection, ended);
  for (const { id } of ended) states.set(id, "cancelled");
  if (!force && running.length > 0) {
    await connection.query({ text: request, values: [running.map(({ id }) => id), now, by] });
    for (const { id } of running) states.set(id, "running");
  }
  return ids.map((id) => states.get(id) ?? "unknown");
}

function terminated(row: LiveRow, by: string, now: Instant): Ending {
  const { id, claim, attempt, attempt_started_at: attemptStartedAt } = row;
  return {
    ...{ id, claim, attemptStartedAt },
    state: "cancelled",
    endedAt: now,
    attempt: attemptStartedAt === null ? attempt + 1 : attempt,
    result: null,
    error: { name: "Terminated", message: `ended by force by ${by}; its worker may still be executing it` },
    executed: true,
  };
}
