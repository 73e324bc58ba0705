import { lengthOf, weekdayOf } from "./civil-date.ts";

/** A day of the month that depends on the month. */
export type DayRule =
  /** So many days before the last: `L`, `L-3`. */
  | { readonly kind: "last"; readonly before: number }
  /** The working day nearest to a day of the month, inside the month: `15W`; or the month's last: `LW`. */
  | { readonly kind: "workday"; readonly day: number | "last" };

/** One week's day of a month: the nth, 1 to 5 (`5#2`), or the last (`5L`). */
export interface WeekdayRule {
  /** 0 for Sunday to 6 for Saturday. */
  readonly weekday: number;
  readonly nth: number | "last";
}

/** The dates that a crontab matches in its months. */
export interface MonthDays {
  /** 1 to 31. */
  readonly days: readonly number[];
  readonly dayRules: readonly DayRule[];
  /** 0 for Sunday to 6 for Saturday. */
  readonly weekdays: readonly number[];
  readonly weekdayRules: readonly WeekdayRule[];
  /** Whether the day of month or the day of week is enough; otherwise both must match. */
  readonly either: boolean;
}

/** The days of a month that match, as bits: bit 0 for the 1st. */
export type DaysOfMonth = (month: number, firstDay: number) => number;

/** @returns a function of a month and of its first day, both counted as in civil-date.ts */
export function daysOfMonth(wanted: MonthDays): DaysOfMonth {
  const { dayRules, weekdayRules, either } = wanted;
  const days = bits(wanted.days.map((day) => day - 1));
  const weekdays = bits(wanted.weekdays);
  if (dayRules.length === 0 && weekdayRules.length === 0 && !either) {
    return (month, firstDay) => days & weekly(weekdays, weekdayOf(firstDay)) & upTo(lengthOf(month));
  }
  return (month, firstDay) => matchingDays(wanted, days, weekdays, lengthOf(month), weekdayOf(firstDay));
}

/** Whether any month of a length that begins on a weekday has a matching day. */
export function hasMatch(wanted: MonthDays, length: number, firstWeekday: number): boolean {
  const days = bits(wanted.days.map((day) => day - 1));
  return matchingDays(wanted, days, bits(wanted.weekdays), length, firstWeekday) !== 0;
}

function matchingDays(wanted: MonthDays, days: number, weekdays: number, length: number, first: number): number {
  let byDay = days;
  for (const rule of wanted.dayRules) byDay |= bitOf(dayOf(rule, length, first));
  let byWeekday = weekly(weekdays, first);
  for (const rule of wanted.weekdayRules) byWeekday |= bitOf(dayOfWeekday(rule, length, first));
  return (wanted.either ? byDay | byWeekday : byDay & byWeekday) & upTo(length);
}

/** The day of the month; 0 or beyond the month's end where it has none. */
function dayOf(rule: DayRule, length: number, first: number): number {
  if (rule.kind === "last") return Math.max(length - rule.before, 0);
  const day = rule.day === "last" ? length : rule.day;
  if (day > length) return 0;
  const weekday = (first + day - 1) % 7;
  if (weekday === 6) return day > 1 ? day - 1 : day + 2;
  if (weekday === 0) return day < length ? day + 1 : day - 2;
  return day;
}

function dayOfWeekday({ weekday, nth }: WeekdayRule, length: number, first: number): number {
  const earliest = 1 + ((weekday - first + 7) % 7);
  const day = nth === "last" ? earliest + 7 * Math.floor((length - earliest) / 7) : earliest + 7 * (nth - 1);
  return day <= length ? day : 0;
}

/** The week of the 1st, bit 0 for the 1st's own weekday, repeated over the month. */
function weekly(weekdays: number, first: number): number {
  const week = ((weekdays >> first) | (weekdays << (7 - first))) & 0x7f;
  return week | (week << 7) | (week << 14) | (week << 21) | (week << 28);
}

function upTo(length: number): number {
  return 0x7fffffff >> (31 - length);
}

function bitOf(day: number): number {
  return day < 1 ? 0 : 1 << (day - 1);
}

function bits(values: readonly number[]): number {
  return values.reduce((mask, value) => mask | (1 << value), 0);
}
