import type { Instant } from "../base/clock.ts";
import type { SchedulePlan } from "../firing/schedule-plan.ts";

/** Which schedules are to be planned anew, and how. */
export type PlanSelection =
  /** Those that follow a calendar; with `below`, those that are planned with an older version of its days. */
  | { readonly kind: "calendar"; readonly calendarId: number; readonly below?: number }
  /** Those whose zone is a key; the value is the new one. */
  | { readonly kind: "zones"; readonly zones: Readonly<Record<string, string>> }
  /** Those that were planned with this tz database. */
  | { readonly kind: "tz"; readonly tzVersion: string };

/** A schedule that is not removed, of a periodic task that is not archived, with all that its times follow from. */
export interface PlannedRow {
  readonly scheduleId: number;
  readonly scheduleName: string;
  readonly periodicTaskId: number;
  readonly periodicTaskName: string;
  /** Undefined where its row holds nonsense. */
  readonly plan: SchedulePlan | undefined;
  readonly accountedTo: Instant;
  readonly nextAt: Instant | null;
  /** Whether it fires: it and its periodic task are switched on. */
  readonly on: boolean;
  readonly tzVersion: string;
}

/** What is planned with another tz database than this process has, or with an older version of its calendar. */
export interface OutdatedPlans {
  /** Schedules, counted up to 10,000. */
  readonly count: number;
  readonly capped: boolean;
  /** The tz databases that they were planned with. */
  readonly tzVersions: readonly string[];
  /** Calendars whose edit was interrupted before all schedules followed it. */
  readonly calendarIds: readonly number[];
  readonly selections: readonly PlanSelection[];
}

/** Schedules that share all that their times follow from. */
export interface PlanGroup {
  readonly plan: SchedulePlan;
  readonly schedules: number;
  /** One of them. */
  readonly scheduleId: number;
}

/** Reads what many schedules' times follow from, each answer of a bounded size. */
export interface PlanReader {
  /** By id, those after `after`. */
  select(
    selection: PlanSelection,
    page: { readonly after: number; readonly limit: number },
  ): Promise<readonly PlannedRow[]>;
  /** Up to `most`. */
  count(selection: PlanSelection, most: number): Promise<number>;
  outdated(tzVersion: string): Promise<OutdatedPlans>;
  /** Of the schedules that are on, those with the most schedules first; and how many groups and schedules there are. */
  groups(limit: number): Promise<{
    readonly groups: readonly PlanGroup[];
    readonly total: number;
    readonly schedules: number;
  }>;
  /** Some of the periodic tasks whose schedules are on and share a definition and zone. */
  examples(
    plan: Pick<SchedulePlan, "definition" | "zone">,
    limit: number,
  ): Promise<readonly { readonly id: number; readonly name: string }[]>;
}
