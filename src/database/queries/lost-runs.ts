import type { Instant } from "../../base/clock.ts";
import type { RunError } from "../../run/run.ts";
import { LOST_ATTEMPTS_LIMIT } from "../../run/run-options.ts";
import type { LiveRow } from "./run-columns.ts";

export interface LostRunFate {
  /** The error of the attempt that ended with its worker; null where none had begun. */
  readonly attemptError: RunError | null;
  /** How the run ends; null: it is released. */
  readonly end: { readonly state: "lost" | "cancelled"; readonly error: RunError } | null;
  /** Nobody knows whether a reserved run had begun: it is executed alone, and its beginning noted first. */
  readonly suspect: boolean;
  /** Begun attempts that ended with their worker, this one included. */
  readonly lost: number;
}

/** What becomes of a run whose worker, of that name, is dead. */
export function lostRunFate(row: LiveRow, worker: string | null): LostRunFate {
  const begun = row.attempt_started_at !== null;
  const lost = row.lost + (begun ? 1 : 0);
  return {
    attemptError: begun
      ? { name: "WorkerLost", message: `worker '${worker ?? "unknown"}' died or lost its lease` }
      : null,
    end: endOf(row, begun, lost),
    suspect: !begun,
    lost,
  };
}

function endOf(row: LiveRow, begun: boolean, lost: number): LostRunFate["end"] {
  if (row.cancel_requested_at !== null) return { state: "cancelled", error: cancelledBy(row.cancel_requested_by) };
  if (!begun) return null;
  const { onLost } = JSON.parse(row.options) as { onLost?: string };
  if (onLost === "fail") {
    const message = "its worker died while executing it, and the task is not to be begun again";
    return { state: "lost", error: { name: "WorkerLost", message } };
  }
  if (lost < LOST_ATTEMPTS_LIMIT) return null;
  return { state: "lost", error: { name: "WorkerLost", message: `${lost} workers died while executing it` } };
}

/** By whom the children are cancelled that a run has sent after it was asked to stop. */
export const PARENT_CANCELLED = "the run that sent it";

export function cancelledBy(by: string | null): RunError {
  return { name: "Cancelled", message: `cancelled by ${by}` };
}

/** The error of a run that had been executing for so long that it no longer counts as unfinished. */
export function abandoned(row: Pick<LiveRow, "attempt_started_at">, now: Instant): RunError {
  const minutes = Math.floor((now - (row.attempt_started_at ?? now)) / 60_000);
  const time = minutes >= 120 ? `${Math.floor(minutes / 60)} hours` : `${minutes} minutes`;
  return { name: "Abandoned", message: `it had been executing for ${time}` };
}
