import type { Instant } from "../../src/base/clock.ts";
import type { Crontab } from "../../src/schedule/crontab-parse.ts";

export const MINUTE_MS = 60_000;
const DAY_MINUTES = 1440;

/** Which of the times that a change of the clocks leaves out or repeats happen, and when. `ignore` is `skip` without its exceptions. */
export interface WalkRules {
  readonly gap: "after" | "skip" | "ignore";
  readonly fold: "first" | "second" | "both";
}

/** What a zone's clock reads in every minute from `start` on, in minutes since 1970-01-01T00:00 on that clock. */
export interface Readings {
  readonly start: Instant;
  readonly read: readonly number[];
  /** The indices of the minutes at which the clock reads a value. */
  readonly passes: ReadonlyMap<number, readonly number[]>;
}

export interface Walked {
  readonly fires: Instant[];
  /** Where a gap left something out, and nothing fires. */
  readonly skipped: Instant[];
}

/**
 * Looks at the clock of a zone (or one with the offsets given) in every minute of a window. Zones and years must change their offset on
 * whole minutes.
 */
export function readClock(zone: string | ((instant: Instant) => number), from: Instant, to: Instant): Readings {
  const readingAt =
    typeof zone === "string" ? clockOf(zone) : (instant: Instant) => (instant + zone(instant)) / MINUTE_MS;
  const start = Math.floor(from / MINUTE_MS) * MINUTE_MS;
  const read: number[] = [];
  const passes = new Map<number, number[]>();
  for (let instant = start; instant <= to; instant += MINUTE_MS) {
    const reading = readingAt(instant);
    const before = passes.get(reading);
    if (before === undefined) passes.set(reading, [read.length]);
    else before.push(read.length);
    read.push(reading);
  }
  return { start, read, passes };
}

/**
 * The instants at which wall-clock times happen, found without any of the engine's cleverness: it goes through the minutes one by one, and
 * applies the rules in its own words. What happens within a day and a half of the window's ends may depend on what lies beyond them.
 *
 * @param matches whether a time is named, in minutes since 1970-01-01T00:00 on the wall clock
 */
export function walk(clock: Readings, matches: (local: number) => boolean, { gap, fold }: WalkRules): Walked {
  const fires: Instant[] = [];
  const skipped: Instant[] = [];
  for (const [index, reading] of clock.read.entries()) {
    const instant = clock.start + index * MINUTE_MS;
    const passes = clock.passes.get(reading) ?? [];
    const counts =
      fold === "both" || (fold === "first" && passes[0] === index) || (fold === "second" && passes.at(-1) === index);
    let happens = counts && matches(reading);
    let leftOut = false;
    for (let missing = (clock.read[index - 1] ?? reading) + 1; missing < reading; missing += 1) {
      if (!clock.passes.has(missing) && matches(missing)) leftOut = true;
    }
    if (leftOut && gap === "after") happens = true;
    if (happens) fires.push(instant);
    else if (leftOut && gap === "skip") skipped.push(instant);
  }
  return { fires, skipped };
}

/** The nominal times of a crontab in [`from`, `to`] under rules; default: its own default. */
export function walkMinutes(
  crontab: Crontab,
  zone: string | ((instant: Instant) => number),
  from: Instant,
  to: Instant,
  rules: WalkRules = crontab.hours.length === 24 ? { gap: "ignore", fold: "both" } : { gap: "after", fold: "first" },
): Instant[] {
  const margin = 26 * 60 * MINUTE_MS;
  const { fires } = walk(readClock(zone, from - margin, to + margin), (local) => matchesCrontab(crontab, local), rules);
  return fires.filter((instant) => instant >= from && instant <= to);
}

/** What a zone's clock reads at an instant, in minutes. */
function clockOf(zone: string): (instant: Instant) => number {
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
  });
  return (instant) => {
    const [month = 0, day = 0, year = 0, hour = 0, minute = 0] = format.format(instant).split(/\D+/).map(Number);
    return Date.UTC(year, month - 1, day, hour, minute) / MINUTE_MS;
  };
}

/** Whether a crontab names a wall-clock minute. The rules for days are counted out on a calendar, day by day. */
export function matchesCrontab(crontab: Crontab, localMinute: number): boolean {
  const ofDay = localMinute - Math.floor(localMinute / DAY_MINUTES) * DAY_MINUTES;
  if (!crontab.minutes.includes(ofDay % 60) || !crontab.hours.includes(Math.floor(ofDay / 60))) return false;
  const date = new Date(localMinute * MINUTE_MS);
  if (!crontab.months.includes(date.getUTCMonth() + 1)) return false;
  const byDay = crontab.days.includes(date.getUTCDate()) || crontab.dayRules.some((rule) => isDay(rule, date));
  const byWeekday =
    crontab.weekdays.includes(date.getUTCDay()) || crontab.weekdayRules.some((rule) => isWeekday(rule, date));
  return crontab.either ? byDay || byWeekday : byDay && byWeekday;
}

function isDay(rule: Crontab["dayRules"][number], date: Date): boolean {
  const month = datesOfMonth(date);
  if (rule.kind === "last") return month.length - rule.before === date.getUTCDate();
  const wanted = rule.day === "last" ? month.length : rule.day;
  const [nearest] = month
    .filter((day) => day.getUTCDay() >= 1 && day.getUTCDay() <= 5)
    .sort((a, b) => Math.abs(a.getUTCDate() - wanted) - Math.abs(b.getUTCDate() - wanted));
  return wanted <= month.length && nearest?.getUTCDate() === date.getUTCDate();
}

function isWeekday({ weekday, nth }: Crontab["weekdayRules"][number], date: Date): boolean {
  const same = datesOfMonth(date).filter((day) => day.getUTCDay() === weekday);
  const wanted = nth === "last" ? same.at(-1) : same[nth - 1];
  return wanted?.getUTCDate() === date.getUTCDate();
}

const months = new Map<number, Date[]>();

function datesOfMonth(date: Date): readonly Date[] {
  const first = Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1);
  let dates = months.get(first);
  if (dates === undefined) {
    dates = [];
    for (let day = first; new Date(day).getUTCMonth() === date.getUTCMonth(); day += DAY_MINUTES * MINUTE_MS) {
      dates.push(new Date(day));
    }
    months.set(first, dates);
  }
  return dates;
}
