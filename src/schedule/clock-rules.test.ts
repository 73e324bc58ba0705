import { Cron } from "croner";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { matchesCrontab, readClock, walk } from "../../test/support/minute-walk.ts";
import { changeWindows, isLong, oddZones, PATIENCE_MS, windowOf } from "../../test/support/odd-zones.ts";
import type { Instant } from "../base/clock.ts";
import { clockRulesOf, foldRules, gapRules, type ScheduleRules } from "./clock-rules.ts";
import { createCrontab } from "./crontab.ts";
import { parseCrontab } from "./crontab-parse.ts";
import { compileSchedule, type ScheduleDefinition } from "./definition.ts";
import type { Schedule } from "./schedule.ts";
import { formatLocal, TimeZone } from "./time-zone.ts";

const AROUND_DAYS = 1;
const windows = changeWindows(oddZones, AROUND_DAYS);
const rules = fc.record({ gap: fc.constantFrom(...gapRules), fold: fc.constantFrom(...foldRules) });

/** What never matches is refused, and no case. */
function parseOrSkip(expression: string, days: "and" | "or") {
  try {
    return parseCrontab(expression, { days });
  } catch {
    fc.pre(false);
    throw new Error("not reached");
  }
}

/** All that a schedule names in [`from`, `to`], forwards; and that backwards and counting agree. */
function timesWithin(schedule: Schedule, from: Instant, to: Instant) {
  const fires: Instant[] = [];
  for (let at = schedule.next(from - 1); at !== undefined && at <= to; at = schedule.next(at)) fires.push(at);
  const backward: Instant[] = [];
  for (let at = schedule.previous(to); at !== undefined && at >= from; at = schedule.previous(at - 1))
    backward.push(at);
  expect(backward.reverse()).toEqual(fires);
  expect(schedule.count(from, to, 100_000)).toBe(fires.length);
  const visited: Instant[] = [];
  schedule.each?.(from, to, (at) => visited.push(at));
  if (schedule.each !== undefined) expect(visited).toEqual(fires);
  const skipped: Instant[] = [];
  const { exceptions } = schedule;
  for (let next = exceptions?.next(from - 1); next !== undefined && next.at <= to; next = exceptions?.next(next.at)) {
    skipped.push(next.at);
  }
  const skippedBackward: Instant[] = [];
  for (
    let last = exceptions?.previous(to);
    last !== undefined && last.at >= from;
    last = exceptions?.previous(last.at - 1)
  ) {
    skippedBackward.push(last.at);
  }
  expect(skippedBackward.reverse()).toEqual(skipped);
  return { fires, skipped };
}

const within = (times: readonly Instant[], from: Instant, to: Instant) => times.filter((at) => at >= from && at <= to);

describe("every rule for the gap and for the repeated hour, beside a walk over every minute", () => {
  const value = (first: number, last: number) => fc.integer({ min: first, max: last });
  const many = (first: number, last: number) =>
    fc.uniqueArray(value(first, last), { minLength: Math.ceil((last - first) / 2) }).map((values) => values.join());
  const minutes = fc.oneof(fc.constantFrom("0", "30", "15,45", "*", "*/20"), value(0, 59).map(String));
  const hours = fc.oneof(
    fc.constantFrom("*", "0", "1", "2", "3", "0-3", "23,0", "*/2"),
    fc.uniqueArray(value(0, 23), { minLength: 1, maxLength: 6 }).map((values) => values.join()),
  );
  const days = fc.oneof(fc.constant("*"), many(1, 31), fc.constantFrom("L,L-1,L-2,L-3", "1W,8W,15W,29W", "1-20,LW"));
  const weekdays = fc.oneof(
    fc.constant("*"),
    many(0, 6),
    fc.constantFrom("sun#1,sun#2", "0L,6L,5L,4L", "mon-fri,0#2,0L", "0#4,0#5,6"),
  );
  const expressions = fc.tuple(minutes, hours, days, fc.constant("*"), weekdays).map((fields) => fields.join(" "));

  it(
    "a crontab, with L, W and #, and with one of the two day fields being enough",
    () => {
      const property = fc.property(
        fc.constantFrom(...windows),
        expressions,
        fc.constantFrom("and", "or"),
        rules,
        (window, expression, combined, given) => {
          const { zone, from, to, clock } = windowOf(window, AROUND_DAYS);
          const definition = { kind: "crontab", expression, days: combined } as const;
          const crontab = parseOrSkip(expression, combined);
          const walked = walk(
            clock,
            (local) => matchesCrontab(crontab, local),
            clockRulesOf(given, crontab.hours.length === 24),
          );
          const { fires, skipped } = timesWithin(compileSchedule(definition, zone, given), from, to);
          expect(fires).toEqual(within(walked.fires, from, to));
          expect(skipped).toEqual(within(walked.skipped, from, to));
        },
      );
      fc.assert(property, { numRuns: isLong ? 20_000 : 1_000 });
    },
    PATIENCE_MS,
  );

  it(
    "an interval of days, weeks or months",
    () => {
      const property = fc.property(
        fc.constantFrom(...windows),
        fc.integer({ min: 1, max: 3 }),
        fc.constantFrom("days", "weeks", "months"),
        fc.integer({ min: -400, max: 400 }),
        fc.integer({ min: 0, max: 1439 }),
        rules,
        (window, every, period, distance, minute, given) => {
          const { zone, from, to, clock } = windowOf(window, AROUND_DAYS);
          const anchor = from + distance * 86_400_000 + minute * 60_000;
          const definition = { kind: "interval", every, period, anchor } as const;
          const local = Date.parse(`${formatLocal(anchor, zone).slice(0, 16)}Z`);
          const walked = walk(clock, (at) => isNamed(definition, local, at * 60_000), clockRulesOf(given, false));
          const { fires, skipped } = timesWithin(compileSchedule(definition, zone, given), from, to);
          expect(fires).toEqual(within(walked.fires, from, to));
          expect(skipped).toEqual(within(walked.skipped, from, to));
        },
      );
      fc.assert(property, { numRuns: isLong ? 5_000 : 300 });
    },
    PATIENCE_MS,
  );
});

describe("every rule in zones that never were", () => {
  /** Two changes of the clock near a turn of the year, as offsets by instant. */
  const madeUp = fc
    .record({
      first: fc.integer({ min: -1600, max: 1600 }),
      apart: fc.integer({ min: 7 * 1440, max: 9 * 1440 }),
      offsets: fc.tuple(shift(), shift(), shift()),
    })
    .map(({ first, apart, offsets: [before, between, after] }) => {
      const turn = Date.UTC(2027, 0);
      const changes = [turn + first * 60_000, turn + (first + apart) * 60_000] as const;
      const offsetAt = (at: Instant) => (at < changes[0] ? before : at < changes[1] ? between : after) * 60_000;
      return { change: changes[0], offsetAt };
    });

  function shift() {
    return fc.oneof(fc.constantFrom(0, 60, -60, 30, 120), fc.integer({ min: -700, max: 700 }));
  }

  it(
    "agree with a walk over every minute, around the turn of a year and with shifts of any size",
    () => {
      const expressions = fc.constantFrom(
        "*/20 * * * *",
        "30 1,23 * * *",
        "0 0-3 * * *",
        "15 */5 1-31 * *",
        "45 12 * * *",
      );
      const property = fc.property(madeUp, expressions, rules, ({ change, offsetAt }, expression, given) => {
        const crontab = parseCrontab(expression);
        const zone = new TimeZone("made up", offsetAt);
        const [from, to] = [change - 86_400_000, change + 86_400_000];
        const clock = readClock(offsetAt, from - 1.5 * 86_400_000, to + 1.5 * 86_400_000);
        const everyHour = crontab.hours.length === 24;
        const walked = walk(clock, (local) => matchesCrontab(crontab, local), clockRulesOf(given, everyHour));
        const { fires, skipped } = timesWithin(createCrontab({ kind: "crontab", expression }, zone, given), from, to);
        expect(fires).toEqual(within(walked.fires, from, to));
        expect(skipped).toEqual(within(walked.skipped, from, to));
      });
      fc.assert(property, { numRuns: isLong ? 10_000 : 300 });
    },
    PATIENCE_MS,
  );
});

/** Whether an interval from an anchor on names a wall-clock time, by counting from the anchor. */
function isNamed(
  { every, period }: { readonly every: number; readonly period: "days" | "weeks" | "months" },
  anchor: number,
  local: number,
): boolean {
  if (period !== "months") {
    const step = every * (period === "weeks" ? 7 : 1) * 86_400_000;
    return (local - anchor) % step === 0;
  }
  const [from, at] = [new Date(anchor), new Date(local)];
  if (from.toISOString().slice(11) !== at.toISOString().slice(11)) return false;
  const months = (at.getUTCFullYear() - from.getUTCFullYear()) * 12 + at.getUTCMonth() - from.getUTCMonth();
  const lastDay = new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1, 0)).getUTCDate();
  return months % every === 0 && at.getUTCDate() === Math.min(from.getUTCDate(), lastDay);
}

describe("by example", () => {
  const times = (definition: ScheduleDefinition | string, zone: string, given: ScheduleRules, day: string) => {
    const whole: ScheduleDefinition =
      typeof definition === "string" ? { kind: "crontab", expression: definition } : definition;
    const from = Date.parse(`${day}T00:00Z`) - 86_400_000;
    const { fires, skipped } = timesWithin(compileSchedule(whole, zone, given), from, from + 3 * 86_400_000 - 1);
    const told = (at: Instant) => formatLocal(at, zone).slice(0, 16) + formatLocal(at, zone).slice(19);
    return [...fires.map(told), ...skipped.map((at) => `${told(at)} skipped`)].filter((text) => text.startsWith(day));
  };
  const newYork = (expression: string, given: ScheduleRules, day: string) =>
    times(expression, "America/New_York", given, day).map((text) => text.slice(11));

  it("a gap moves a time right behind it, or skips it", () => {
    const gap = (expression: string, rule: "after" | "skip") => newYork(expression, { gap: rule }, "2027-03-14");
    expect(gap("30 2 * * *", "after")).toEqual(["03:00-04:00"]);
    expect(gap("30 2 * * *", "skip")).toEqual(["03:00-04:00 skipped"]);
    expect(gap("0,30 2,3 * * *", "after")).toEqual(["03:00-04:00", "03:30-04:00"]);
    expect(gap("0,30 2,3 * * *", "skip")).toEqual(["03:00-04:00", "03:30-04:00"]);
    expect(gap("30 2,4 * * *", "skip")).toEqual(["04:30-04:00", "03:00-04:00 skipped"]);
  });

  it("a repeated hour happens the first time, the second, or both", () => {
    const fold = (rule: "default" | "first" | "second" | "both") =>
      newYork("15,45 1 * * *", { fold: rule }, "2027-11-07");
    expect(fold("default")).toEqual(["01:15-04:00", "01:45-04:00"]);
    expect(fold("first")).toEqual(["01:15-04:00", "01:45-04:00"]);
    expect(fold("second")).toEqual(["01:15-05:00", "01:45-05:00"]);
    expect(fold("both")).toEqual(["01:15-04:00", "01:45-04:00", "01:15-05:00", "01:45-05:00"]);
  });

  it("every hour is elapsed time by default, and a person may still choose otherwise", () => {
    const quarter = (given: ScheduleRules, day: string) => newYork("30 * * * *", given, day).length;
    expect(quarter({}, "2027-03-14")).toBe(23);
    expect(quarter({}, "2027-11-07")).toBe(25);
    expect(quarter({ fold: "first" }, "2027-11-07")).toBe(24);
    expect(quarter({ gap: "after" }, "2027-03-14")).toBe(24);
    expect(
      compileSchedule({ kind: "crontab", expression: "30 * * * *" }, "America/New_York").exceptions,
    ).toBeUndefined();
    expect(newYork("30 * * * *", { gap: "skip" }, "2027-03-14")).toContain("03:00-04:00 skipped");
  });

  it("a day that a zone left out is skipped whole, with one exception", () => {
    expect(times("0 9,12 * * *", "Pacific/Apia", { gap: "skip" }, "2011-12-31")).toEqual([
      "2011-12-31T09:00+14:00",
      "2011-12-31T12:00+14:00",
      "2011-12-31T00:00+14:00 skipped",
    ]);
  });

  it("an interval of months follows the same rules", () => {
    const monthly = {
      kind: "interval",
      every: 1,
      period: "months",
      anchor: Date.parse("2027-01-14T02:30-05:00"),
    } as const;
    const on = (given: ScheduleRules) => times(monthly, "America/New_York", given, "2027-03-14");
    expect(on({})).toEqual(["2027-03-14T03:00-04:00"]);
    expect(on({ gap: "skip" })).toEqual(["2027-03-14T03:00-04:00 skipped"]);
  });

  it("exceptions are found years away, and none where the clocks never touch a time", () => {
    const skip = (expression: string, zone: string) =>
      compileSchedule({ kind: "crontab", expression }, zone, { gap: "skip" }).exceptions;
    const leap = skip("30 2 13 3 *", "America/New_York")?.next(Date.parse("2028-01-01T00:00Z"));
    expect(leap?.at).toBe(Date.parse("2033-03-13T07:00Z"));
    expect(skip("0 12 * * *", "America/New_York")?.next(0)).toBeUndefined();
    expect(skip("30 2 * * *", "Asia/Tokyo")?.next(Date.UTC(2027, 0))).toBeUndefined();
    expect(skip("30 2 * * *", "Asia/Tokyo")?.previous(Date.UTC(2027, 0))).toBeUndefined();
  });

  it("bounds keep times and exceptions inside, both ends included", () => {
    const [startsAt, endsAt] = [Date.parse("2027-03-14T07:00Z"), Date.parse("2027-03-15T06:30Z")];
    const bounded = compileSchedule({ kind: "crontab", expression: "30 2 * * *" }, "America/New_York", {
      gap: "skip",
      startsAt,
      endsAt,
    });
    expect(timesWithin(bounded, 0, Date.UTC(2030, 0))).toEqual({ fires: [endsAt], skipped: [startsAt] });
    const after = compileSchedule({ kind: "crontab", expression: "30 2 * * *" }, "UTC", {
      startsAt: endsAt,
      endsAt: startsAt,
    });
    expect(after.next(0)).toBeUndefined();
  });
});

describe("L, W, # and cron's OR", () => {
  const lists = (items: readonly string[]) => fc.uniqueArray(fc.constantFrom(...items), { minLength: 1, maxLength: 3 });
  const dayItems = ["1", "13", "15", "28-31", "L", "L-1", "L-7", "1W", "2W", "15W", "29W", "30W", "31W", "LW"];
  const weekdayItems = ["1", "5", "mon-fri", "0", "5L", "0L", "6L", "5#1", "1#2", "0#3", "6#4", "2#5"];
  const fields = fc.tuple(
    fc.oneof(
      fc.constant("*"),
      lists(dayItems).map((items) => items.join()),
    ),
    fc.oneof(fc.constantFrom("*", "2", "2-4", "*/3")),
    fc.oneof(
      fc.constant("*"),
      lists(weekdayItems).map((items) => items.join()),
    ),
  );

  it(
    "name the dates that a calendar shows when its days are counted out",
    () => {
      const property = fc.property(
        fields,
        fc.constantFrom("and", "or"),
        fc.integer({ min: 1990, max: 2090 }),
        ([day, month, weekday], combined, year) => {
          const expression = `30 4 ${day} ${month} ${weekday}`;
          const crontab = parseOrSkip(expression, combined);
          const schedule = compileSchedule({ kind: "crontab", expression, days: combined }, "UTC");
          const [from, to] = [Date.UTC(year, 0), Date.UTC(year + 4, 0)];
          const expected: Instant[] = [];
          for (let at = from + 270 * 60_000; at < to; at += 86_400_000) {
            if (matchesCrontab(crontab, at / 60_000)) expected.push(at);
          }
          expect(timesWithin(schedule, from, to).fires).toEqual(expected);
        },
      );
      fc.assert(property, { numRuns: isLong ? 10_000 : 400 });
    },
    PATIENCE_MS,
  );

  it(
    "are refused exactly where 28 years show no date",
    () => {
      const property = fc.property(fields, fc.constantFrom("and", "or"), ([day, month, weekday], combined) => {
        const byDay = parseCrontab(`0 0 ${day} * *`);
        const { weekdays, weekdayRules } = parseCrontab(`0 0 * * ${weekday}`);
        const { months } = parseCrontab(`0 0 * ${month} *`);
        const either = combined === "or" && day !== "*" && !weekday.startsWith("*");
        const crontab = { ...byDay, weekdays, weekdayRules, months, either };
        const days = Array.from({ length: 28 * 365 + 7 }, (_, index) => Date.UTC(1972, 0) / 60_000 + index * 1440);
        const parse = () => parseCrontab(`0 0 ${day} ${month} ${weekday}`, { days: combined });
        if (days.some((local) => matchesCrontab(crontab, local))) expect(parse).not.toThrow();
        else expect(parse).toThrow(expect.objectContaining({ code: "crontab_never_matches" }));
      });
      fc.assert(property, { numRuns: isLong ? 3_000 : 200 });
    },
    PATIENCE_MS,
  );

  it(
    "agree with croner where it has the same",
    () => {
      const property = fc.property(
        fields,
        fc.constantFrom("and", "or"),
        fc.integer({ min: Date.UTC(2000, 0), max: Date.UTC(2060, 0) }),
        ([day, month, weekday], combined, from) => {
          const expression = `30 4 ${day} ${month} ${weekday}`;
          parseOrSkip(expression, combined);
          const schedule = compileSchedule({ kind: "crontab", expression, days: combined }, "UTC");
          const oracle = cronerOf(expression, combined);
          if (oracle === undefined) return fc.pre(false);
          let at: Instant | undefined = from;
          for (let step = 0; step < 4 && at !== undefined; step += 1) {
            const expected: Date | null = oracle.nextRun(new Date(at));
            at = schedule.next(at);
            expect(at === undefined ? undefined : new Date(at).toISOString()).toBe(expected?.toISOString());
          }
        },
      );
      fc.assert(property, { numRuns: isLong ? 2_000 : 150 });
    },
    PATIENCE_MS,
  );

  /** Undefined for what it does not know: days before the last, and lists with L or W. `5L` is `5#L` to it. */
  function cronerOf(expression: string, days: "and" | "or") {
    try {
      return new Cron(expression.replace(/(\d)L/g, "$1#L"), { timezone: "UTC", domAndDow: days === "and" });
    } catch (error) {
      if (error instanceof TypeError) return undefined;
      throw error;
    }
  }
});
