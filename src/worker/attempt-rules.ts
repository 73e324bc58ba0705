import type { TimeLimits } from "../control/worker-control.ts";
import type { ClaimedRun } from "../run/run-store.ts";
import type { RegisteredTask } from "../task/registry.ts";

interface SetLimits {
  readonly timeLimitsOf?: (task: string) => TimeLimits;
}

/** The hard limit of an attempt, in ms: the run's own, what remote control has set for its task, or the task's. */
export function timeLimitOf(run: ClaimedRun, { task }: RegisteredTask, { timeLimitsOf }: SetLimits): number {
  return run.options.timeLimitMs ?? timeLimitsOf?.(run.task).hardMs ?? task.options.timeLimitMs;
}

/** The soft limit of an attempt, in the same order; null: there is none. */
export function softTimeLimitOf(run: ClaimedRun, { task }: RegisteredTask, { timeLimitsOf }: SetLimits): number | null {
  return run.options.softTimeLimitMs ?? timeLimitsOf?.(run.task).softMs ?? task.options.limits.softTimeLimitMs;
}

/** Whether a run must not be begun again once it was begun. */
export function isOnce(run: ClaimedRun, { task }: RegisteredTask): boolean {
  return (run.options.onLost ?? task.options.onLost) === "fail";
}
