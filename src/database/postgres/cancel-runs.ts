import type { Instant } from "../../base/clock.ts";
import type { Carriage } from "../../run/arrival.ts";
import type { RunError, RunState } from "../../run/run.ts";
import { cancelledBy } from "../queries/lost-runs.ts";
import type { LiveRow } from "../queries/run-columns.ts";
import { endRuns } from "./end-runs.ts";
import { type Ending, endOfWaiting } from "./end-statement.ts";
import type { PostgresConnection } from "./postgres-pool.ts";
import { keyOf, lockKeys } from "./run-locks.ts";

export interface CancelRequest {
  readonly ids: readonly string[];
  readonly by: string;
  readonly now: Instant;
  /** Ends running ones as well, and fences their workers. */
  readonly force: boolean;
  /** What a waiting one of `ids` ends with. Default: that it was cancelled. */
  readonly why?: RunError;
}

const tree = `
  with recursive tree (id) as (
    select unnest($1::text[]) collate "C" union select r.id from tree join run_live r on r.parent_id = tree.id and r.options->>'detached' is null
  )`;

const look = `${tree}
  select r.lock_key, r.state from tree
  cross join lateral (select * from run_live where id = tree.id and lock_key is not null offset 0) r`;

const locked = `${tree}
  select r.* from (select id from tree order by id) t
  cross join lateral (select * from run_live where id = t.id for update) r`;

const request = `
  update run_live set cancel_requested_at = $2, cancel_requested_by = $3
  where id = any($1::text[]) and cancel_requested_at is null`;

/** Cancels runs and, with them, the children that they sent and that are neither finished nor detached. Inside a transaction. */
export async function cancelRuns(
  connection: PostgresConnection,
  { ids, by, now, force, why = cancelledBy(by) }: CancelRequest,
  carriage: Carriage,
): Promise<readonly (RunState | "unknown")[]> {
  if (ids.length === 0) return [];
  const locks = await connection.query<{ lock_key: string; state: string }>({ text: look, values: [ids] });
  await lockKeys(connection, locks.rows.map(keyOf));
  const live = await connection.query<LiveRow>({ text: locked, values: [ids] });
  const asked = new Set(ids);
  const waiting = live.rows.filter((row) => row.state !== "running");
  const running = live.rows.filter((row) => row.state === "running");
  const endings = [
    ...waiting.map((row) => endOfWaiting(row, "cancelled", now, asked.has(row.id) ? why : cancelledBy(by))),
    ...(force ? running.map((row) => terminated(row, by, now)) : []),
  ];
  await endRuns(connection, "any", endings, carriage);
  if (!force && running.length > 0) {
    await connection.query({ text: request, values: [running.map(({ id }) => id), now, by] });
  }
  const states = new Map(
    live.rows.map(({ id, state }) => [id, state === "running" && !force ? "running" : "cancelled"]),
  );
  const rest = ids.filter((id) => !states.has(id));
  const done = rest.length === 0 ? [] : await statesOfDone(connection, rest);
  for (const { id, state } of done) states.set(id, state);
  return ids.map((id) => (states.get(id) as RunState | undefined) ?? "unknown");
}

async function statesOfDone(connection: PostgresConnection, ids: readonly string[]) {
  const { rows } = await connection.query<{ id: string; state: RunState }>({
    text: "select id, state from run_done where id = any($1::text[])",
    values: [ids],
  });
  return rows;
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
