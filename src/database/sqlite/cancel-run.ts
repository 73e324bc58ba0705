import type { Instant } from "../../base/clock.ts";
import type { RunError, RunState } from "../../run/run.ts";
import { cancelledBy } from "../queries/lost-runs.ts";
import type { LiveRow } from "../queries/run-columns.ts";
import type { SqliteConnection } from "./open-sqlite.ts";
import type { RunStatements } from "./run-statements.ts";

export interface CancelRequest {
  readonly id: string;
  readonly by: string;
  readonly now: Instant;
  /** Ends a running one as well, and fences its worker. */
  readonly force: boolean;
  /** What a waiting one ends with. Default: that it was cancelled. */
  readonly why?: RunError;
}

export type CancelRun = (request: CancelRequest) => RunState | "unknown";

/** Cancels a run and, with it, the children that it sent and that are neither finished nor detached. */
export function prepareCancelRun(connection: SqliteConnection, statements: RunStatements): CancelRun {
  const find = connection.prepare<[string], LiveRow>("select * from run_live where id = ?");
  const doneState = connection.prepare<[string], { state: RunState }>("select state from run_done where id = ?");
  const children = connection.prepare<[string], { id: string }>(
    "select id from run_live where parent_id = ? and json_extract(options, '$.detached') is null",
  );
  const askToStop = connection.prepare<[Instant, string, string]>(
    "update run_live set cancel_requested_at = ?, cancel_requested_by = ? where id = ? and cancel_requested_at is null",
  );

  function cancelOne(row: LiveRow, { by, now, force, why = cancelledBy(by) }: CancelRequest): RunState {
    if (row.state !== "running") {
      statements.endWaiting(row, "cancelled", now, why);
      return "cancelled";
    }
    if (!force) {
      askToStop.run(now, by, row.id);
      return "running";
    }
    statements.end({
      id: row.id,
      state: "cancelled",
      endedAt: now,
      attempt: row.attempt_started_at === null ? row.attempt + 1 : row.attempt,
      attemptStartedAt: row.attempt_started_at,
      result: null,
      error: { name: "Terminated", message: `ended by force by ${by}; its worker may still be executing it` },
      process: statements.processName(row.process_id),
    });
    return "cancelled";
  }

  return function cancel(request) {
    const { id, why: _, ...rest } = request;
    const row = find.get(id);
    const state = row === undefined ? (doneState.get(id)?.state ?? "unknown") : cancelOne(row, request);
    for (const child of children.all(id)) cancel({ ...rest, id: child.id });
    return state;
  };
}
