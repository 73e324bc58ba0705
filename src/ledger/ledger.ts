import type { Instant } from "../base/clock.ts";
import type { Decision, DueSchedule } from "../firing/decision.ts";
import type { Compile, SchedulePlan } from "../firing/schedule-plan.ts";

export interface FireReport {
  /** Cursors that were due and are now moved. */
  readonly schedules: number;
  /** Runs that were sent. */
  readonly sent: number;
  /** Schedules that could not be computed, and are now red. */
  readonly failed: number;
  /** For each nominal time that was sent: how long after it the transaction began. */
  readonly latenessMs: readonly number[];
  /** Nothing more is due. */
  readonly drained: boolean;
}

export interface FireRequest {
  readonly now: Instant;
  /** Cursors in one transaction. */
  readonly limit: number;
  /**
   * Pure and synchronous; it may be called again if the transaction is retried. A schedule for which it throws turns red and
   * stops nobody.
   */
  readonly decide: (due: DueSchedule, now: Instant) => Decision;
  /** Only the schedules of this one. */
  readonly periodicTaskId?: number;
}

/**
 * The cursors of all schedules and the ledger of every firing. Each nominal time of a schedule from its creation up to its cursor lies in
 * exactly one row, whatever is killed: firing, run and cursor are written in one transaction. Any number of processes may call any
 * method at once.
 */
export interface Ledger {
  /** The clock that decides what is due: the host's where the database is a file, else the server's. */
  clock(): Promise<Instant>;
  /** The earliest instant at which a schedule is due; undefined when none waits. */
  nextWakeAt(): Promise<Instant | undefined>;
  /** Makes ready what the first firing would otherwise wait for (connections, plans). Changes nothing, and may be left out. */
  warmUp(): Promise<void>;
  /** Takes due cursors, and in one transaction (or in two at once) writes their firings and runs and moves them. */
  fireDue(request: FireRequest): Promise<FireReport>;
  /**
   * Compares up to `limit` cursors after the schedule `after` with what their schedules say, and mends those that were edited by
   * hand. Answers where to go on; 0 after the last.
   */
  patrol(request: PatrolRequest): Promise<{ mended: readonly number[]; at: number }>;
  /**
   * Takes up to `limit` cursors after the schedule `after`, which account for times more than a minute ahead, back to `now`: a clock
   * was ahead. What was decided for later is decided again in its time, but what was sent stays sent. Answers where to go on; 0 after the last.
   */
  withdraw(request: WithdrawRequest): Promise<{ withdrawn: readonly number[]; at: number }>;
}

export interface WithdrawRequest {
  readonly now: Instant;
  readonly after: number;
  readonly limit: number;
  readonly compile: Compile;
}

export interface PatrolRequest {
  readonly now: Instant;
  readonly after: number;
  readonly limit: number;
  /** Of this process: schedules that were planned with another one are left to who plans them anew. */
  readonly tzVersion: string;
  readonly nextAt: NextAt;
}

/** The first instant after another that a plan names; null when there is none. */
export type NextAt = (plan: SchedulePlan, after: Instant) => Instant | null;
