import type { Instant } from "../base/clock.ts";
import type { Page } from "../base/page.ts";
import type { Verdict } from "../firing/decision.ts";
import type { SchedulePlan } from "../firing/schedule-plan.ts";
import type { Firing } from "./firing.ts";

export interface FiringQuery {
  readonly periodicTaskId?: number;
  readonly scheduleId?: number;
  readonly verdict?: Verdict;
  readonly limit: number;
  readonly after?: string;
  readonly count?: boolean;
}

/** A row of the ledger with what it was decided from. */
export interface FiringRecord extends Firing {
  readonly scheduleName: string;
  readonly periodicTaskId: number;
  /** The schedule as it was then; null where its revision is gone or makes no sense. */
  readonly revision: { readonly plan: SchedulePlan; readonly fromAt: Instant } | null;
}

export interface FiringReader {
  /**
   * The newest first: by nominal time for a periodic task (over all its schedules, removed ones too) or a schedule, by the time of
   * the decision otherwise. Fails with `invalid_cursor`. A verdict that is rare is sought in a bounded stretch, as
   * periodic tasks are.
   */
  list(query: FiringQuery): Promise<Page<FiringRecord>>;
  /** The row of a schedule that covers a nominal time. */
  find(scheduleId: number, nominalAt: Instant): Promise<FiringRecord | undefined>;
}
