import type { FinalState, NewRun, RecordRule } from "./run.ts";

/** How much is left of a run when it has ended; undefined: all. Of what others look for then, nothing is left out. */
export function leftOf({
  options,
  periodicTaskId,
  wire,
}: Pick<NewRun, "options" | "periodicTaskId" | "wire">): Exclude<RecordRule, "all"> | undefined {
  const { record } = options;
  if (record === undefined || record === "all" || periodicTaskId !== undefined || wire !== undefined) return undefined;
  return record;
}

/** Whether an end of a run leaves nothing. */
export function leavesNothing(rule: ReturnType<typeof leftOf>, state: FinalState): boolean {
  return rule === "none" || (rule === "failures" && state === "succeeded");
}
