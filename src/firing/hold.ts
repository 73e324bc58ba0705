import type { Instant } from "../base/clock.ts";
import type { Hold } from "./decision.ts";

/** How a periodic task's options say what a failure means. */
export interface HoldOptions {
  readonly holdOnError?: boolean;
  readonly disableAfterFailures?: number;
}

/** Whether a run that failed or was lost keeps its periodic task from firing on. */
export function holdAfter(
  { holdOnError, disableAfterFailures }: HoldOptions,
  failure: { readonly runId: string; readonly at: Instant; readonly failedInARow: number },
): Hold | null {
  const { runId, at, failedInARow } = failure;
  if (typeof disableAfterFailures === "number" && failedInARow >= disableAfterFailures) {
    return { kind: "failures", at, runId, count: failedInARow };
  }
  return holdOnError === true ? { kind: "failed_run", at, runId } : null;
}
