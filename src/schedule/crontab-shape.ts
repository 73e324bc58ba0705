import type { DayRule, WeekdayRule } from "./crontab-days.ts";
import type { Crontab } from "./crontab-parse.ts";

/** A range of values without a hole, both ends included. It may wrap where its field is a circle. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** Values in even steps, both ends included. */
export interface Steps extends Range {
  readonly step: number;
}

/** What a field's values look like to a reader. `ranges` are the values as they come, single ones as ranges of one. */
export type Pattern =
  | { readonly kind: "all" }
  | { readonly kind: "steps"; readonly steps: Steps }
  | { readonly kind: "ranges"; readonly ranges: readonly Range[] };

/** How the times of a matching day are told. */
export type TimeShape =
  /** One by one. */
  | { readonly kind: "times"; readonly times: readonly TimeOfDay[] }
  /** At one minute of the hour, in several hours. */
  | { readonly kind: "hourly"; readonly minute: number; readonly hours: Pattern }
  /** Every so many minutes through each of its hours, from the full hour on; `step` divides 60. */
  | { readonly kind: "steady"; readonly step: number; readonly hours: Pattern }
  /** At some minutes of some hours. */
  | { readonly kind: "minutes"; readonly minutes: Pattern; readonly hours: Pattern };

export interface TimeOfDay {
  readonly hour: number;
  readonly minute: number;
}

/** How the dates are told. Absent parts: any. Months and weekdays keep to the reader's order, weeks from Monday on. */
export interface DateShape {
  readonly months?: Listing;
  readonly weekdays?: Listing;
  readonly days?: Pattern;
  /** Days and weekday together name one week: the first to fourth of that weekday in its month. */
  readonly nth?: number;
  /** Days beside `days`, by rules. */
  readonly dayRules?: readonly DayRule[];
  /** Days beside `weekdays`, by rules. */
  readonly weekdayRules?: readonly WeekdayRule[];
  /** Whether the day or the weekday is enough; otherwise both must match. */
  readonly either?: boolean;
}

/** Whether the dates are more than values of fields that all must match. */
export function isRuled({ dayRules, weekdayRules, either }: DateShape): boolean {
  return dayRules !== undefined || weekdayRules !== undefined || either === true;
}

/** Values of a circle: one by one, as one range that may wrap, or as all but one. */
export type Listing =
  | { readonly kind: "list"; readonly values: readonly number[] }
  | { readonly kind: "range"; readonly range: Range }
  | { readonly kind: "except"; readonly value: number };

const MOST_TIMES_TOLD = 6;

export function timeShapeOf({ minutes, hours, days, weekdays, months }: Crontab): TimeShape {
  const everyDay = days.length === 31 && weekdays.length === 7 && months.length === 12;
  // On some days only, a range over midnight would seem to end on the day after.
  const hourPattern = patternOf(hours, { first: 0, last: 23, wraps: everyDay });
  const [minute = 0] = minutes;
  const step = minutes.length === 1 ? undefined : stepOf(minutes);
  const isSteady = step !== undefined && minute === 0 && step * minutes.length === 60;
  const isRegular = hourPattern.kind === "steps" || (hourPattern.kind === "ranges" && hourPattern.ranges.length === 1);
  const count = minutes.length * hours.length;
  const isShort = count <= 3 || (count <= MOST_TIMES_TOLD && !(isRegular && (isSteady || minutes.length === 1)));
  if (isShort && hours.length < 24) {
    return { kind: "times", times: hours.flatMap((hour) => minutes.map((value) => ({ hour, minute: value }))) };
  }
  if (minutes.length === 1) return { kind: "hourly", minute, hours: hourPattern };
  if (isSteady) return { kind: "steady", step, hours: hourPattern };
  return { kind: "minutes", minutes: patternOf(minutes, { first: 0, last: 59, wraps: false }), hours: hourPattern };
}

export function dateShapeOf({ days, dayRules, months, weekdays, weekdayRules, either }: Crontab): DateShape {
  const shape: { -readonly [Key in keyof DateShape]: DateShape[Key] } = {};
  if (months.length < 12) shape.months = listingOf(months, { first: 1, size: 12, shortestRange: 4 });
  if (weekdays.length < 7 && weekdays.length > 0) {
    // Sunday is the last day of the week to a reader.
    const fromMonday = weekdays.map((day) => (day === 0 ? 7 : day)).sort((a, b) => a - b);
    shape.weekdays = listingOf(fromMonday, { first: 1, size: 7, shortestRange: 3 });
  }
  if (dayRules.length > 0) shape.dayRules = dayRules;
  if (weekdayRules.length > 0) shape.weekdayRules = weekdayRules;
  if (either) shape.either = true;
  if (days.length < 31 && days.length > 0) {
    const nth = weekdays.length === 1 && !isRuled(shape) ? weekOf(days) : undefined;
    if (nth === undefined) shape.days = patternOf(days, { first: 1, last: 31, wraps: false });
    else shape.nth = nth;
  }
  return shape;
}

/** Which week of the month the days are, when they are the 1st to 7th, 8th to 14th, 15th to 21st or 22nd to 28th. */
function weekOf(days: readonly number[]): number | undefined {
  const [first = 0] = days;
  const isWeek = days.length === 7 && days.at(-1) === first + 6 && (first - 1) % 7 === 0;
  return isWeek ? (first - 1) / 7 + 1 : undefined;
}

function patternOf(values: readonly number[], field: { first: number; last: number; wraps: boolean }): Pattern {
  if (values.length === field.last - field.first + 1) return { kind: "all" };
  const step = values.length >= 4 ? stepOf(values) : undefined;
  const [from = 0] = values;
  if (step !== undefined && step > 1) return { kind: "steps", steps: { step, from, to: values.at(-1) ?? from } };
  const ranges = rangesOf(values);
  const [head] = ranges;
  const tail = ranges.at(-1);
  if (field.wraps && head && tail && ranges.length > 1 && head.from === field.first && tail.to === field.last) {
    return { kind: "ranges", ranges: [...ranges.slice(1, -1), { from: tail.from, to: head.to }] };
  }
  return { kind: "ranges", ranges };
}

/** The step between the values, when it is the same all through. */
function stepOf(values: readonly number[]): number | undefined {
  const step = (values[1] ?? 0) - (values[0] ?? 0);
  return values.every((value, index) => index === 0 || value - (values[index - 1] ?? 0) === step) ? step : undefined;
}

function rangesOf(values: readonly number[]): Range[] {
  const ranges: { from: number; to: number }[] = [];
  for (const value of values) {
    const latest = ranges.at(-1);
    if (latest?.to === value - 1) latest.to = value;
    else ranges.push({ from: value, to: value });
  }
  return ranges;
}

function listingOf(values: readonly number[], circle: { first: number; size: number; shortestRange: number }): Listing {
  const { first, size, shortestRange } = circle;
  const all = Array.from({ length: size }, (_, index) => first + index);
  if (values.length === size - 1) {
    const missing = all.find((value) => !values.includes(value)) ?? first;
    // All but an end of the circle reads better as a range.
    if (missing !== first && missing !== first + size - 1) return { kind: "except", value: missing };
  }
  const before = (value: number) => (value === first ? first + size - 1 : value - 1);
  const starts = values.filter((value) => !values.includes(before(value)));
  const [from] = starts;
  if (from !== undefined && starts.length === 1 && values.length >= shortestRange) {
    return { kind: "range", range: { from, to: first + ((from - first + values.length - 1) % size) } };
  }
  return { kind: "list", values };
}
