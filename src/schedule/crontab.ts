import type { Instant } from "../base/clock.ts";
import { firstDayOf, MS_PER_DAY, MS_PER_MINUTE, monthOf } from "./civil-date.ts";
import { clockRulesOf, type ScheduleRules } from "./clock-rules.ts";
import { type DaysOfMonth, daysOfMonth } from "./crontab-days.ts";
import { type Crontab, parseCrontab } from "./crontab-parse.ts";
import type { LocalTime, LocalTimes } from "./local-time.ts";
import { EARLIEST, LATEST, type Schedule } from "./schedule.ts";
import { LONGEST_REPEAT, type TimeZone } from "./time-zone.ts";
import { onWallClock } from "./wall-clock.ts";

/** Celery's crontab: five fields, all of which must match. */
export interface CrontabDefinition {
  readonly kind: "crontab";
  /** Minute, hour, day of month, month and day of week, or a name such as `@daily`; see {@link parseCrontab}. */
  readonly expression: string;
  /** How the day of month and the day of week combine: both must match, or cron's own rule. Default: `and`. */
  readonly days?: "and" | "or";
}

/**
 * The schedule of a crontab, with the rules for the times that a change of the clocks leaves out or repeats.
 *
 * @throws HyoshiError `invalid_crontab`, `crontab_never_matches`
 */
export function createCrontab(definition: CrontabDefinition, zone: TimeZone, rules: ScheduleRules = {}): Schedule {
  const { expression, days } = definition;
  const crontab = parseCrontab(expression, { days, seed: rules.seed });
  const times = new CrontabTimes(crontab);
  const everyHour = crontab.hours.length === 24;
  const clockRules = clockRulesOf(rules, everyHour);
  const { named, ...schedule } = onWallClock(times, zone, clockRules);
  const isElapsed = clockRules.gap === "ignore" && clockRules.fold === "both";
  const walked = { schedule, times, zone, isSecond: clockRules.fold === "second" };
  return {
    ...schedule,
    count: (from, to, limit) => countByDays(walked, from, to, limit),
    each: (from, to, visit) => visitByDays(walked, from, to, visit),
    ...(!isElapsed && named !== undefined && { named }),
  };
}

interface Days {
  readonly schedule: Pick<Schedule, "next">;
  readonly times: CrontabTimes;
  readonly zone: TimeZone;
  /** Whether repeated times happen at the second pass. */
  readonly isSecond: boolean;
}

/** Counts a day at a time wherever the zone's offset holds all day, and one by one elsewhere. */
function countByDays(days: Days, from: Instant, to: Instant, limit: number): number {
  const { schedule, times } = days;
  let counted = 0;
  let time = schedule.next(from - 1);
  while (time !== undefined && time <= to && counted < limit) {
    const dayEnd = wholeDayEnd(days, time, to);
    counted += dayEnd === undefined ? 1 : times.perDay;
    time = schedule.next(dayEnd === undefined ? time : dayEnd - 1);
  }
  return Math.min(counted, limit);
}

/** Goes through a day without a search wherever the zone's offset holds all day, and one by one elsewhere. */
function visitByDays(days: Days, from: Instant, to: Instant, visit: (at: Instant) => void): void {
  const { schedule, times } = days;
  let time = schedule.next(from - 1);
  while (time !== undefined && time <= to) {
    const dayEnd = wholeDayEnd(days, time, to);
    if (dayEnd === undefined) {
      visit(time);
      time = schedule.next(time);
    } else {
      const midnight = dayEnd - MS_PER_DAY;
      for (const timeOfDay of times.ofDay()) visit(midnight + timeOfDay);
      time = schedule.next(dayEnd - 1);
    }
  }
}

/**
 * The end of the day that begins with `time`, where all of its times happen as they are named: it is the day's first, no repetition
 * and named itself rather than moved there out of a gap, and neither `to` nor a change of the clocks comes before the day's end.
 */
function wholeDayEnd({ times, zone, isSecond }: Days, time: Instant, to: Instant): Instant | undefined {
  const { start, offset, end } = zone.spanAt(time);
  const local = time + offset;
  const midnight = Math.floor(local / MS_PER_DAY) * MS_PER_DAY;
  const dayEnd = midnight + MS_PER_DAY - offset;
  const holdsTo = isSecond ? end - LONGEST_REPEAT : end;
  if (local !== midnight + times.firstOfDay || dayEnd > holdsTo || dayEnd > to) return undefined;
  const isNamed = time > start || times.next(local - 1) === local;
  return isNamed && zone.reachedAt(time) === local ? dayEnd : undefined;
}

const FIRST_MONTH = monthOf(Math.floor(EARLIEST / MS_PER_DAY)) - 1;
const LAST_MONTH = monthOf(Math.floor(LATEST / MS_PER_DAY)) + 1;

/** The wall-clock times that match a crontab, found with one bit per value: whole days and months are passed over at once. */
class CrontabTimes implements LocalTimes {
  /** How many times a matching day has. */
  readonly perDay: number;
  /** The first time of a matching day, in milliseconds after midnight. */
  readonly firstOfDay: number;
  // Minutes 0 to 29 and 30 to 59 apart, because bits are counted in 32.
  readonly #earlyMinutes: number;
  readonly #lateMinutes: number;
  readonly #hours: number;
  readonly #months: number;
  readonly #days: DaysOfMonth;
  readonly #crontab: Crontab;
  #ofDay: readonly number[] | undefined;

  constructor(crontab: Crontab) {
    const { minutes, hours, months } = crontab;
    this.#crontab = crontab;
    this.perDay = minutes.length * hours.length;
    this.firstOfDay = ((hours[0] ?? 0) * 60 + (minutes[0] ?? 0)) * MS_PER_MINUTE;
    this.#earlyMinutes = bits(minutes.filter((minute) => minute < 30));
    this.#lateMinutes = bits(minutes.filter((minute) => minute >= 30).map((minute) => minute - 30));
    this.#hours = bits(hours);
    this.#months = bits(months.map((month) => month - 1));
    this.#days = daysOfMonth(crontab);
  }

  /** The times of a matching day, in milliseconds after midnight. */
  ofDay(): readonly number[] {
    const { minutes, hours } = this.#crontab;
    this.#ofDay ??= hours.flatMap((hour) => minutes.map((minute) => (hour * 60 + minute) * MS_PER_MINUTE));
    return this.#ofDay;
  }

  next(after: LocalTime): LocalTime | undefined {
    const first = Math.floor(after / MS_PER_MINUTE) + 1;
    const day = Math.floor(first / 1440);
    const matching = this.#dayFrom(day);
    if (matching === undefined) return undefined;
    if (matching > day) return matching * MS_PER_DAY + this.firstOfDay;
    const minuteOfDay = first - day * 1440;
    const hour = Math.floor(minuteOfDay / 60);
    const minute = (this.#hours >> hour) & 1 ? this.#minuteFrom(minuteOfDay - hour * 60) : -1;
    if (minute >= 0) return (day * 1440 + hour * 60 + minute) * MS_PER_MINUTE;
    const laterHour = lowestBit(this.#hours & (-2 << hour));
    if (laterHour >= 0) return (day * 1440 + laterHour * 60 + this.#minuteFrom(0)) * MS_PER_MINUTE;
    const later = this.#dayFrom(day + 1);
    return later === undefined ? undefined : later * MS_PER_DAY + this.firstOfDay;
  }

  previous(at: LocalTime): LocalTime | undefined {
    const last = Math.floor(at / MS_PER_MINUTE);
    const day = Math.floor(last / 1440);
    if (this.#dayUpTo(day) === day) {
      const minuteOfDay = last - day * 1440;
      const hour = Math.floor(minuteOfDay / 60);
      const minute = (this.#hours >> hour) & 1 ? this.#minuteUpTo(minuteOfDay - hour * 60) : -1;
      if (minute >= 0) return (day * 1440 + hour * 60 + minute) * MS_PER_MINUTE;
      const earlierHour = highestBit(this.#hours & ((1 << hour) - 1));
      if (earlierHour >= 0) return (day * 1440 + earlierHour * 60 + this.#minuteUpTo(59)) * MS_PER_MINUTE;
    }
    const earlier = this.#dayUpTo(day - 1);
    if (earlier === undefined) return undefined;
    return (earlier * 1440 + highestBit(this.#hours) * 60 + this.#minuteUpTo(59)) * MS_PER_MINUTE;
  }

  /** The first matching day at or after `day`. */
  #dayFrom(day: number): number | undefined {
    let month = monthOf(day);
    let first = firstDayOf(month);
    let wanted = -1 << (day - first);
    while (month <= LAST_MONTH) {
      const found = this.#daysOf(month, first) & wanted;
      if (found !== 0) return first + lowestBit(found);
      const monthOfYear = month % 12;
      const later = lowestBit(this.#months & (-2 << monthOfYear));
      month += later >= 0 ? later - monthOfYear : 12 - monthOfYear + lowestBit(this.#months);
      first = firstDayOf(month);
      wanted = -1;
    }
    return undefined;
  }

  /** The last matching day at or before `day`. */
  #dayUpTo(day: number): number | undefined {
    let month = monthOf(day);
    let first = firstDayOf(month);
    // The 31st is bit 30, so that 2 << 30 less one still holds all days.
    let wanted = (2 << (day - first)) - 1;
    while (month >= FIRST_MONTH) {
      const found = this.#daysOf(month, first) & wanted;
      if (found !== 0) return first + highestBit(found);
      const monthOfYear = month % 12;
      const earlier = highestBit(this.#months & ((1 << monthOfYear) - 1));
      month -= earlier >= 0 ? monthOfYear - earlier : monthOfYear + 12 - highestBit(this.#months);
      first = firstDayOf(month);
      wanted = -1;
    }
    return undefined;
  }

  /** The matching days of a month, bit 0 for the 1st. */
  #daysOf(month: number, first: number): number {
    return ((this.#months >> (month % 12)) & 1) === 0 ? 0 : this.#days(month, first);
  }

  #minuteFrom(minute: number): number {
    if (minute < 30) {
      const early = lowestBit(this.#earlyMinutes & (-1 << minute));
      if (early >= 0) return early;
    }
    const late = lowestBit(this.#lateMinutes & (minute > 30 ? -1 << (minute - 30) : -1));
    return late < 0 ? -1 : late + 30;
  }

  #minuteUpTo(minute: number): number {
    if (minute >= 30) {
      const late = highestBit(this.#lateMinutes & ((2 << (minute - 30)) - 1));
      if (late >= 0) return late + 30;
    }
    return highestBit(this.#earlyMinutes & (minute < 30 ? (2 << minute) - 1 : -1));
  }
}

function bits(values: readonly number[]): number {
  return values.reduce((mask, value) => mask | (1 << value), 0);
}

/** The lowest bit that is set, or -1. */
function lowestBit(mask: number): number {
  return mask === 0 ? -1 : 31 - Math.clz32(mask & -mask);
}

/** The highest bit that is set, or -1. */
function highestBit(mask: number): number {
  return 31 - Math.clz32(mask);
}
