import type { ClaimedRun } from "../run/run-store.ts";
import type { RegisteredTask } from "../task/registry.ts";

/** The hard limit of an attempt, in ms: the run's own, what remote control has set for its task, or the task's. */
export function timeLimitOf(
  run: ClaimedRun,
  { task }: RegisteredTask,
  set: { readonly timeLimitOf?: (task: string) => number | undefined },
): number {
  return run.options.timeLimitMs ?? set.timeLimitOf?.(run.task) ?? task.options.timeLimitMs;
}

/** Whether a run must not be begun again once it was begun. */
export function isOnce(run: ClaimedRun, { task }: RegisteredTask): boolean {
  return (run.options.onLost ?? task.options.onLost) === "fail";
}
