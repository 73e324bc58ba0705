import type { Instant } from "../base/clock.ts";

/** Which of the runs that ended without success nobody has to look after any more. */
export interface HandledRuns {
  /** They were run again, or set aside. May be said again. */
  handle(ids: readonly string[], by: string, at: Instant): Promise<void>;
}
