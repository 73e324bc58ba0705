import type { Instant } from "../base/clock.ts";
import { firstDayOf, lengthOf, MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE, monthOf } from "./civil-date.ts";
import { clockRulesOf, type ScheduleRules } from "./clock-rules.ts";
import { parseInstant } from "./clocked.ts";
import type { LocalTime, LocalTimes } from "./local-time.ts";
import type { Schedule } from "./schedule.ts";
import { pathOf, quote, quoteJa, scheduleError } from "./schedule-error.ts";
import type { TimeZone } from "./time-zone.ts";
import { onWallClock } from "./wall-clock.ts";

export const periods = ["seconds", "minutes", "hours", "days", "weeks", "months"] as const;
export type Period = (typeof periods)[number];

/**
 * Every `every` units from `anchor` on, in both directions, so that it neither drifts nor restarts. Seconds, minutes
 * and hours are elapsed time; days, weeks and months keep the anchor's wall-clock time in the zone.
 */
export interface IntervalDefinition {
  readonly kind: "interval";
  readonly every: number;
  readonly period: Period;
  /** Default: when the zone's wall clock read 1970-01-01T00:00. */
  readonly anchor?: Instant;
}

const ELAPSED_MS: Partial<Record<Period, number>> = { seconds: 1000, minutes: MS_PER_MINUTE, hours: MS_PER_HOUR };
const UNITS_JA: Record<Period, string> = {
  seconds: "秒",
  minutes: "分",
  hours: "時間",
  days: "日",
  weeks: "週間",
  months: "か月",
};
/** No interval is longer than a hundred years or a million units. */
const LONGEST: Record<Period, number> = {
  seconds: 1_000_000,
  minutes: 1_000_000,
  hours: 876_000,
  days: 36_500,
  weeks: 5_200,
  months: 1_200,
};

/** @throws HyoshiError `invalid_interval` */
export function createInterval(definition: IntervalDefinition, zone: TimeZone, rules: ScheduleRules = {}): Schedule {
  const { every, period, anchor = zone.firstAt(0) } = parseInterval({ ...definition }, "");
  const elapsed = ELAPSED_MS[period];
  if (elapsed !== undefined) return everyElapsed(every * elapsed, anchor);
  const local = zone.localAt(anchor);
  const times =
    period === "months"
      ? everyMonths(every, local)
      : everyStep(every * (period === "weeks" ? 7 : 1) * MS_PER_DAY, local);
  return onWallClock(times, zone, clockRulesOf(rules, false));
}

function everyElapsed(step: number, anchor: Instant): Schedule {
  const indexAt = (at: Instant) => Math.floor((at - anchor) / step);
  return {
    ...everyStep(step, anchor),
    count: (from, to, limit) => Math.min(limit, indexAt(to) - indexAt(Math.ceil(from) - 1)),
    each(from, to, visit) {
      for (let at = anchor + (indexAt(Math.ceil(from) - 1) + 1) * step; at <= to; at += step) visit(at);
    },
  };
}

function everyStep(step: number, anchor: number): LocalTimes {
  const timeOf = (index: number) => anchor + index * step;
  const indexAt = (at: number) => Math.floor((at - anchor) / step);
  return { next: (after) => timeOf(indexAt(after) + 1), previous: (at) => timeOf(indexAt(at)) };
}

/** The anchor's day and time every so many months; a month without that day takes its last. */
function everyMonths(every: number, anchor: LocalTime): LocalTimes {
  const anchorDay = Math.floor(anchor / MS_PER_DAY);
  const anchorMonth = monthOf(anchorDay);
  const dayOfMonth = anchorDay - firstDayOf(anchorMonth) + 1;
  const timeOfDay = anchor - anchorDay * MS_PER_DAY;
  const timeOf = (index: number) => {
    const month = anchorMonth + index * every;
    return (firstDayOf(month) + Math.min(dayOfMonth, lengthOf(month)) - 1) * MS_PER_DAY + timeOfDay;
  };
  const indexAt = (at: LocalTime) => {
    const index = Math.floor((monthOf(Math.floor(at / MS_PER_DAY)) - anchorMonth) / every);
    return timeOf(index) <= at ? index : index - 1;
  };
  return { next: (after) => timeOf(indexAt(after) + 1), previous: (at) => timeOf(indexAt(at)) };
}

/** @throws HyoshiError `invalid_interval` */
export function parseInterval(value: Readonly<Record<string, unknown>>, path: string): IntervalDefinition {
  const { every, period, anchor } = value;
  if (!isPeriod(period)) {
    const accepted = periods.join(", ");
    const ja = `間隔の単位${quoteJa(period)}はありません（${periods.join("、")} のいずれか）`;
    throw intervalError(path, { field: "period", value: period, accepted, wrong: "is not known", ja });
  }
  if (typeof every !== "number" || !Number.isInteger(every) || every < 1 || every > LONGEST[period]) {
    const accepted = `a whole number of ${period} from 1 to ${LONGEST[period]}`;
    const wrong = typeof every === "number" ? "is out of range" : "is not a number";
    const what = every === undefined || every === null ? "" : quoteJa(every);
    const range = `1〜${LONGEST[period]} ${UNITS_JA[period]}の整数`;
    const ja = what === "" ? `間隔を ${range}で指定してください` : `間隔の${what}は使えません（${range}）`;
    throw intervalError(path, { field: "every", value: every, accepted, wrong, ja });
  }
  if (anchor === undefined || anchor === null) return { kind: "interval", every, period };
  return { kind: "interval", every, period, anchor: parseInstant(anchor, pathOf(path, "anchor"), "anchor") };
}

function isPeriod(value: unknown): value is Period {
  return periods.some((period) => period === value);
}

function intervalError(
  path: string,
  { wrong, ...fault }: { field: string; value: unknown; accepted: string; wrong: string; ja: string },
): Error {
  const message = `interval ${fault.field} ${quote(fault.value)} ${wrong}: expected ${fault.accepted}`;
  return scheduleError({ code: "invalid_interval", message, ...fault, path: pathOf(path, fault.field) });
}
