import type { Instant } from "../base/clock.ts";
import type { ClaimedRun, Outcome } from "../run/run-store.ts";
import type { RunLog } from "./run-log.ts";
import type { StopReason } from "./stop-reason.ts";

/** One attempt of a run, wherever it is made: in this event loop, in a thread, or in another process. */
export interface Attempt {
  readonly run: ClaimedRun;
  readonly log: RunLog;
  readonly startedAt: Instant;
  /** The same moment on the monotonic clock. */
  readonly since: number;
  /** Counted from its start. */
  readonly timeLimitMs: number;
  /** The ids of the runs that the task has sent, the first of them; complete when it has ended. */
  readonly children: readonly string[];
  /** Whether the store knows that it has begun. */
  isBegun: boolean;
  /** Why it was asked to stop. */
  readonly stopReason: StopReason | undefined;
  /** Whether it must not be begun again once it was begun. */
  readonly isOnce: boolean;
  /** Asks it to stop, once and for one reason; after `graceMs` it ends without the task's consent. */
  stop(reason: StopReason, graceMs?: number): void;
  /** The task threw where it could not be caught. */
  threw(error: unknown): void;
  /** Begins it, and says what came of it. Never fails. To be called once. */
  outcome(): Promise<Outcome>;
}
