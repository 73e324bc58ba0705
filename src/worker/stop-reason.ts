import { HyoshiError } from "../base/error.ts";

/** Why an attempt is to stop. `lost`: others have the run; what comes of this attempt is fenced. */
export type StopReason = "cancelled" | "time_limit" | "worker_stopped" | "lost";

/** The reason of the task's aborted signal, and the error of the attempt. */
export function stopError(
  reason: StopReason,
  run: { readonly task: string; readonly timeLimitMs: number },
): HyoshiError {
  switch (reason) {
    case "cancelled":
      return new HyoshiError("run_cancelled", "the run was cancelled");
    case "time_limit":
      return new HyoshiError("time_limit", `task '${run.task}' took longer than its limit of ${run.timeLimitMs} ms`, {
        fields: { timeLimitMs: run.timeLimitMs },
      });
    case "worker_stopped":
      return new HyoshiError("worker_stopped", "the worker was stopped before the task had ended");
    case "lost":
      return new HyoshiError(
        "lease_lost",
        "the worker no longer holds the run: its lease was lost, or it was ended by force",
      );
  }
}
