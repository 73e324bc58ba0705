import type { Instant } from "../base/clock.ts";
import type { SchedulePlan } from "../firing/schedule-plan.ts";
import type { PeriodicTaskFilter } from "./periodic-task-reader.ts";

/** Which schedules are to be planned anew, and how. */
export type PlanSelection =
  /** Those that follow a calendar; with `below`, those that are planned with an older version of its days. */
  | { readonly kind: "calendar"; readonly calendarId: number; readonly below?: number }
  /** Those whose zone is a key; the value is the new one. */
  | { readonly kind: "zones"; readonly zones: Readonly<Record<string, string>> }
  /** Those that were planned with this tz database. */
  | { readonly kind: "tz"; readonly tzVersion: string }
  /** Those of some periodic tasks. */
  | { readonly kind: "tasks"; readonly periodicTaskIds: readonly number[] };

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
  /** Its periodic task is held until somebody releases it. */
  readonly held: boolean;
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
  /** It was asked for because it is large; the others are a sample of all. */
  readonly isLargest: boolean;
}

export interface GroupQuery {
  readonly filter?: Pick<PeriodicTaskFilter, "queue" | "tag">;
  /** So many with the most schedules … */
  readonly largest: number;
  /** … and a sample of so many of all. */
  readonly others: number;
}

export interface PlanGroups {
  /** Those with the most schedules first. */
  readonly groups: readonly PlanGroup[];
  /** How many groups and schedules there are. */
  readonly total: number;
  readonly schedules: number;
}

/** A schedule with what its runs take. */
export interface TaskGroup {
  readonly plan: SchedulePlan;
  readonly periodicTaskId: number;
  readonly name: string;
  /** The mean of the periodic task's last ten runs; null where none has ended. */
  readonly meanMs: number | null;
}

export interface TaskGroups {
  readonly groups: readonly TaskGroup[];
  /** Schedules that there are. */
  readonly total: number;
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
  /** The schedules that are on and not held, by what their times follow from. */
  groups(query: GroupQuery): Promise<PlanGroups>;
  /** The same schedules one by one, a sample of at most `limit`. */
  taskGroups(limit: number): Promise<TaskGroups>;
  /** Some of the periodic tasks whose schedules are on and share a definition and zone. */
  examples(
    plan: Pick<SchedulePlan, "definition" | "zone">,
    limit: number,
  ): Promise<readonly { readonly id: number; readonly name: string }[]>;
}
