import type { Instant } from "../base/clock.ts";
import type { CalendarDays, CalendarRule } from "../calendar/calendar-days.ts";
import { withCalendar } from "../calendar/with-calendar.ts";
import type { FoldRule, GapRule } from "../schedule/clock-rules.ts";
import { compileSchedule, type ScheduleDefinition } from "../schedule/definition.ts";
import { EARLIEST, LATEST, type Schedule, withinBounds } from "../schedule/schedule.ts";

/** Everything that the nominal times of a schedule follow from. */
export interface SchedulePlan {
  readonly definition: ScheduleDefinition;
  /** An IANA name. */
  readonly zone: string;
  readonly gap: GapRule;
  readonly fold: FoldRule;
  /** No nominal time before it. */
  readonly startsAt: Instant | null;
  /** No nominal time after it. */
  readonly endsAt: Instant | null;
  readonly calendar: PlanCalendar | null;
  /** The schedule's: hashed values of a crontab follow from it. */
  readonly uid: string;
}

/** A calendar as a schedule uses it. */
export interface PlanCalendar {
  readonly id: number;
  /** With the id it says which days are meant. */
  readonly version: number;
  readonly rule: CalendarRule;
  readonly days: CalendarDays;
}

export type Compile = (plan: SchedulePlan) => Schedule;

/** A plan without rules, bounds and calendar. */
export function plainPlan(plan: Pick<SchedulePlan, "definition" | "zone"> & Partial<SchedulePlan>): SchedulePlan {
  return { gap: "default", fold: "default", startsAt: null, endsAt: null, calendar: null, uid: "", ...plan };
}

/**
 * The nominal times of a schedule. Both its own times and those that its calendar moves lie within its bounds.
 *
 * @throws HyoshiError as `compileSchedule` does
 */
export function compilePlan(plan: SchedulePlan): Schedule {
  const { definition, zone, gap, fold, startsAt, endsAt, calendar, uid } = plan;
  const schedule = compileSchedule(definition, zone, { gap, fold, startsAt, endsAt, seed: uid });
  if (calendar === null) return schedule;
  const kept = withCalendar(schedule, zone, calendar.days, calendar.rule);
  return withinBounds(kept, Math.max(startsAt ?? EARLIEST, EARLIEST), Math.min(endsAt ?? LATEST, LATEST));
}

/**
 * The same text for plans with the same nominal times. Calendars are known by their id and version, and the uid counts only where
 * something is hashed.
 */
export function planKey(plan: SchedulePlan): string {
  const { definition, zone, gap, fold, startsAt, endsAt, calendar, uid } = plan;
  const days = calendar === null ? "" : `${calendar.id}/${calendar.version}/${calendar.rule}`;
  const seed = isHashed(definition) ? uid : "";
  return `${zone}\n${gap}\n${fold}\n${startsAt ?? ""}\n${endsAt ?? ""}\n${days}\n${seed}\n${JSON.stringify(definition)}`;
}

// A part of a field that begins with H: no name of a month or a weekday does.
const HASHED_PART = /(^|[\s,])H/i;

/** Whether the nominal times depend on the schedule's uid. */
export function isHashed(definition: ScheduleDefinition): boolean {
  return definition.kind === "crontab" && HASHED_PART.test(definition.expression);
}
