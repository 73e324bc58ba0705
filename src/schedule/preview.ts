import type { Instant } from "../base/clock.ts";
import { MS_PER_DAY } from "./civil-date.ts";
import type { ClockRules } from "./clock-rules.ts";
import type { LocalTime } from "./local-time.ts";
import type { Exception, Schedule } from "./schedule.ts";
import { type OffsetChange, timeZone } from "./time-zone.ts";

/** The next `count` nominal times after an instant; fewer when the schedule ends. */
export function previewTimes(schedule: Schedule, after: Instant, count: number): Instant[] {
  const times: Instant[] = [];
  let time = schedule.next(after);
  while (time !== undefined && times.length < count) {
    times.push(time);
    time = schedule.next(time);
  }
  return times;
}

/** The times in [`from`, `to`], the first `limit` of them; `more` when others follow there. */
export function timesWithin(
  schedule: Schedule,
  from: Instant,
  to: Instant,
  limit: number,
): { readonly times: Instant[]; readonly more: boolean } {
  const times: Instant[] = [];
  let time = schedule.next(from - 1);
  while (time !== undefined && time <= to && times.length < limit) {
    times.push(time);
    time = schedule.next(time);
  }
  return { times, more: time !== undefined && time <= to };
}

/** The exceptions in [`from`, `to`], the first `limit` of them. */
export function exceptionsWithin(schedule: Schedule, from: Instant, to: Instant, limit: number): Exception[] {
  const found: Exception[] = [];
  let exception = schedule.exceptions?.next(from - 1);
  while (exception !== undefined && exception.at <= to && found.length < limit) {
    found.push(exception);
    exception = schedule.exceptions?.next(exception.at);
  }
  return found;
}

/** A date of a zone, and how often a schedule fires on it. */
export interface DayCount {
  /** `YYYY-MM-DD` */
  readonly date: string;
  readonly count: number;
}

/**
 * How often a schedule fires on each of the `days` days that begin with the one which the zone's clock shows at `from`; a count
 * stops at `limit`. A day that a zone left out has none.
 */
export function countPerDay(
  schedule: Schedule,
  zoneName: string,
  from: Instant,
  days: number,
  limit: number,
): DayCount[] {
  const zone = timeZone(zoneName);
  const first = Math.floor(zone.localAt(from) / MS_PER_DAY);
  return Array.from({ length: days }, (_, index) => {
    const midnight = (first + index) * MS_PER_DAY;
    const [start, end] = [zone.firstAt(midnight), zone.firstAt(midnight + MS_PER_DAY)];
    const count = start < end ? schedule.count(start, end - 1, limit) : 0;
    return { date: new Date(midnight).toISOString().slice(0, 10), count };
  });
}

/** A change of the zone's offset that alters what a schedule does. */
export interface ScheduleOffsetChange {
  /** The instant of the change. */
  readonly at: Instant;
  /** `gap`: named times are left out by the clock. `fold`: they are read twice. */
  readonly kind: "gap" | "fold";
  /** The first of the named times that are left out or repeated, as the wall clock reads it. */
  readonly local: LocalTime;
  /** The schedule's rule for it: moved right after the gap, skipped; the first pass of a repeated time, the second, both. */
  readonly rule: "after" | "skip" | "first" | "second" | "both";
  /** When that time happens under the rule: once, twice, or not at all. */
  readonly happensAt: readonly Instant[];
}

const TWO_YEARS_MS = 2 * 366 * MS_PER_DAY;

/**
 * The next change of the zone's offset that leaves out or repeats a time which the schedule names; undefined when none
 * does by `until` (default: two years on). Schedules of elapsed time, of the sun and of one instant name no such times.
 */
export function nextOffsetChange(
  zoneName: string,
  schedule: Schedule,
  after: Instant,
  until: Instant = after + TWO_YEARS_MS,
): ScheduleOffsetChange | undefined {
  const { named, clockRules } = schedule;
  if (named === undefined || clockRules === undefined) return undefined;
  const zone = timeZone(zoneName);
  for (let change = zone.nextChange(after, until); change !== undefined; change = zone.nextChange(change.at, until)) {
    const from = change.at + Math.min(change.before, change.after);
    const to = change.at + Math.max(change.before, change.after);
    const local = named.next(from - 1);
    if (local === undefined || local >= to) continue;
    const found = touched(change, local, clockRules);
    // Bounds and closed days keep it from mattering.
    if (found !== undefined && isWithin(schedule, found)) return found;
  }
  return undefined;
}

function touched({ at, before, after }: OffsetChange, local: LocalTime, { gap, fold }: ClockRules) {
  if (after > before) {
    if (gap === "ignore") return undefined;
    return { at, kind: "gap", local, rule: gap, happensAt: gap === "after" ? [at] : [] } as const;
  }
  const passes = { first: [local - before], second: [local - after], both: [local - before, local - after] };
  return { at, kind: "fold", local, rule: fold, happensAt: passes[fold] } as const;
}

function isWithin(schedule: Schedule, { at, happensAt: [happens = at] }: ScheduleOffsetChange): boolean {
  return schedule.previous(happens) === happens || schedule.exceptions?.previous(happens)?.at === happens;
}
