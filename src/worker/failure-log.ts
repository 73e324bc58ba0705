import type { Logger } from "../base/logger.ts";
import type { ClaimedRun, Outcome } from "../run/run-store.ts";

/**
 * What a worker's log says of an attempt that failed: of one that the task expects a line, of any other the stack as well. What is tried again is a warning, what ended an error.
 */
export function logFailure(
  logger: Logger,
  { id: runId, task }: Pick<ClaimedRun, "id" | "task">,
  outcome: Outcome,
): void {
  const { error, attempt } = outcome;
  const isRetry = outcome.kind === "retry";
  if (error === undefined || (isRetry ? outcome.handedBack : outcome.state !== "failed")) return;
  const what = `task '${task}' failed${isRetry ? ", and is tried again" : ""}: ${error.name}: ${error.message}`;
  const facts = { runId, attempt };
  if (error.expected) logger.info(facts, what);
  else if (isRetry) logger.warn(facts, what);
  else logger.error({ ...facts, stack: error.stack }, what);
}
