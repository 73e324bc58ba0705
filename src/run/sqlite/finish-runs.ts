import { PARENT_CANCELLED } from "../../database/queries/lost-runs.ts";
import type { CancelRun } from "../../database/sqlite/cancel-run.ts";
import type { SqliteConnection } from "../../database/sqlite/open-sqlite.ts";
import type { RunStatements } from "../../database/sqlite/run-statements.ts";
import type { Outcome } from "../run-store.ts";
import type { AddRun } from "./add-runs.ts";

export type FinishRun = (outcome: Outcome) => "done" | "retrying" | "fenced";

interface Held {
  readonly process_id: number | null;
  readonly cancel_requested_at: number | null;
  readonly cancel_requested_by: string | null;
}

export function prepareFinishRun(
  connection: SqliteConnection,
  statements: RunStatements,
  add: AddRun,
  cancel: CancelRun,
): FinishRun {
  const held = connection.prepare<[string, number], Held>(
    "select process_id, cancel_requested_at, cancel_requested_by from run_live where id = ? and claim = ? and state = 'running'",
  );
  const lastHolder = connection.prepare<[string], { process_id: number | null }>(
    "select process_id from run_live where id = ?",
  );
  const retry = connection.prepare<unknown[]>(`
    update run_live set state = 'scheduled', process_id = null, available_at = ?, retries = retries + ?, lost = lost + ?, attempt = ?,
      started_at = coalesce(started_at, ?), attempt_started_at = null, abandon_at = null, suspect = 0,
      progress = null, published_at = null, slot_key = null, turn_at = null
    where id = ?`);

  return (outcome) => {
    const isUnkept = outcome.kind === "final" && outcome.unkept === true;
    // With its first claim it has no earlier attempts.
    const isBareRow = isUnkept && outcome.claim === 1 && !outcome.report && outcome.follow === undefined;
    if (isBareRow && statements.drop(outcome)) return "done";
    const row = held.get(outcome.id, outcome.claim);
    const result = outcome.kind === "final" && outcome.result !== undefined ? JSON.stringify(outcome.result) : null;
    const error = outcome.error ?? null;
    if (row === undefined) {
      const holder = lastHolder.get(outcome.id);
      // Nothing is noted of a run that is gone and that leaves nothing.
      if (isUnkept && holder === undefined) return "fenced";
      const process = statements.processName(holder?.process_id ?? null);
      statements.addAttempt({ ...attemptOf(outcome), process, outcome: "late", error, result });
      return "fenced";
    }
    const process = statements.processName(row.process_id);
    if (outcome.kind === "retry" && row.cancel_requested_at === null) {
      statements.addAttempt({
        ...attemptOf(outcome),
        process,
        outcome: outcome.lost ? "lost" : "retried",
        error,
        result: null,
      });
      const isCounted = !outcome.handedBack && !outcome.lost;
      retry.run(
        outcome.availableAt,
        isCounted ? 1 : 0,
        outcome.lost ? 1 : 0,
        outcome.attempt,
        outcome.startedAt,
        outcome.id,
      );
      return "retrying";
    }
    // A run that was to be tried again and is to be cancelled ends here.
    const state = outcome.kind === "final" ? outcome.state : "cancelled";
    statements.end({
      id: outcome.id,
      state,
      endedAt: outcome.endedAt,
      attempt: outcome.attempt,
      attemptStartedAt: outcome.startedAt,
      result,
      error,
      process,
      byWorker: true,
      ...(outcome.kind === "final" && { report: outcome.report ?? false }),
    });
    // It may have sent some between the request and the moment when it heard of it.
    if (state === "cancelled") cancel({ id: outcome.id, by: PARENT_CANCELLED, now: outcome.endedAt, force: false });
    if (outcome.kind === "final") for (const run of outcome.follow ?? []) add(run);
    return "done";
  };
}

function attemptOf(outcome: Outcome) {
  const { id, attempt, claim, startedAt, endedAt } = outcome;
  return { runId: id, number: attempt, claim, startedAt, endedAt };
}
