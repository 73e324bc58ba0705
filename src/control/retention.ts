import type { Instant } from "../base/clock.ts";
import type { KeepOptions } from "../task/keep-options.ts";

/** How long runs of one task, or of one periodic task, are kept: what is absent is as the policy says. */
export interface KeepRules {
  readonly tasks: ReadonlyMap<string, KeepOptions>;
  /** By their ids. Before a task's. */
  readonly periodicTasks: ReadonlyMap<number, KeepOptions>;
}

/** How long what is over is kept. */
export interface RetentionPolicy {
  readonly runsDays: number;
  /** For runs that failed or were lost. */
  readonly failuresDays: number;
  readonly ledgerDays: number;
  readonly changesDays: number;
  /** So many of the latest runs of each periodic task are kept however old they are. */
  readonly lastRuns: number;
}

/** Where a purge goes on: it walks the finished runs from the oldest, a few at a time, and then those that rules of their own let go earlier. */
export interface PurgePosition {
  /** Which walk: 0 over all runs, then one for each rule. */
  readonly walk: number;
  readonly queuedAt: Instant;
  readonly id: string;
}

export interface PurgeReport {
  readonly runs: number;
  readonly firings: number;
  readonly changes: number;
  /** Undefined after the last run of the last walk. */
  readonly position: PurgePosition | undefined;
  /** Another purge would find more. */
  readonly more: boolean;
}

/** Removes what has been kept long enough. A firing is never repeated by it: the cursor decides, not the ledger's rows. */
export interface Retention {
  /** One small transaction: at most `limit` rows of each kind. */
  purge(request: { now: Instant; limit: number; position: PurgePosition | undefined }): Promise<PurgeReport>;
}
