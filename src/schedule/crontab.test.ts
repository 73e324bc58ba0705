import { readFileSync } from "node:fs";
import { Cron } from "croner";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { matchesCrontab, readClock, walk, walkMinutes } from "../../test/support/minute-walk.ts";
import type { Instant } from "../base/clock.ts";
import { clockRulesOf } from "./clock-rules.ts";
import { createCrontab } from "./crontab.ts";
import { type Crontab, parseCrontab } from "./crontab-parse.ts";
import { compileSchedule } from "./definition.ts";
import { TimeZone } from "./time-zone.ts";

interface Fields {
  minute: string;
  hour: string;
  day_of_month: string;
  month_of_year: string;
  day_of_week: string;
  after: string;
}
interface Cases {
  crontab_utc: (Fields & { next: string[] })[];
  crontab_zone: (Fields & { zone: string; matches: { utc: string; local: string; fold: 0 | 1 }[] })[];
}
const cases: Cases = JSON.parse(
  readFileSync(new URL("../../test/fixtures/schedule-cases.json", import.meta.url), "utf8"),
);

const DAY_MS = 86_400_000;
const textOf = (fields: Fields) =>
  [fields.minute, fields.hour, fields.day_of_month, fields.month_of_year, fields.day_of_week].join(" ");
const crontab = (expression: string, zone = "UTC") => compileSchedule({ kind: "crontab", expression }, zone);
const iso = (instant: Instant | undefined) => (instant === undefined ? undefined : new Date(instant).toISOString());
const formatIn = (zone: TimeZone, instant: Instant) => new Date(zone.localAt(instant)).toISOString().slice(0, 19);
const timesAfter = (expression: string, zone: string, from: string, count: number) => {
  const schedule = crontab(expression, zone);
  const times: (string | undefined)[] = [];
  let time: number | undefined = Date.parse(from);
  while (times.length < count && time !== undefined) {
    time = schedule.next(time);
    times.push(iso(time));
  }
  return times;
};

describe("the cases that Celery computed in UTC", () => {
  it("are as many as were made", () => expect(cases.crontab_utc).toHaveLength(400));

  it.each(cases.crontab_utc.map((fields) => [textOf(fields), fields] as const))("%s", (text, fields) => {
    const schedule = crontab(text);
    let time = Date.parse(fields.after);
    for (const expected of fields.next) {
      expect(iso(schedule.next(time))).toBe(iso(Date.parse(expected)));
      time = Date.parse(expected);
      expect(schedule.previous(time)).toBe(time);
    }
  });
});

/**
 * Morocco as the tz database of the fixtures had it: back an hour for Ramadan. Since 2026 it has no changes at all, so
 * a runtime's own database no longer gives the facts that the fixtures state.
 */
const morocco = (instant: Instant) =>
  instant >= Date.parse("2027-02-07T02:00Z") && instant < Date.parse("2027-03-14T02:00Z") ? 0 : 3_600_000;

describe("the matches that a walk over the tz database found around the changes of 2027", () => {
  it("are as many as were made", () => expect(cases.crontab_zone).toHaveLength(40));

  const policies = (["after", "skip", "ignore"] as const).flatMap((gap) =>
    (["first", "second", "both"] as const).map((fold) => ({ gap, fold })),
  );
  const named = cases.crontab_zone.map((fields) => [textOf(fields), fields.zone, fields] as const);

  it.each(named)("%s in %s, by default and under every rule", (text, name, { after, matches }) => {
    const isMorocco = name === "Africa/Casablanca";
    const zone = isMorocco ? new TimeZone(name, morocco) : new TimeZone(name);
    for (const { utc, local } of matches) expect(formatIn(zone, Date.parse(utc))).toBe(local.slice(0, 19));
    const from = Date.parse(after) + 1;
    const to = Date.parse(matches.at(-1)?.utc ?? "");
    const parsed = parseCrontab(text);
    const everyHour = parsed.hours.length === 24;
    const margin = 26 * 3_600_000;
    const clock = readClock(isMorocco ? morocco : name, from - margin, to + margin);

    for (const rules of [undefined, ...policies]) {
      const effective = rules ?? clockRulesOf({}, everyHour);
      const { gap, fold } = effective;
      // Both passes of a repeated hour are listed, with their number; a rule keeps the first, the second, or both.
      const isFirstOfTwo = (at: Instant) =>
        [30, 60, 120].some((minutes) => formatIn(zone, at + minutes * 60_000) === formatIn(zone, at));
      const listed = matches
        .map((match) => ({ at: Date.parse(match.utc), pass: match.fold }))
        .filter(({ at, pass }) => fold === "both" || (fold === "first" ? pass === 0 : pass === 1 || !isFirstOfTwo(at)))
        .map(({ at }) => at);
      const { fires } = walk(clock, (local) => matchesCrontab(parsed, local), effective);
      const walked = fires.filter((at) => at >= from && at <= to);
      // A gap's times are absent from the list, and happen right after it if at all: only there may the two differ.
      const gapEnds = walked.filter((at) => !listed.includes(at));
      for (const at of gapEnds) expect(zone.offsetAt(at)).toBeGreaterThan(zone.offsetAt(at - 1));
      if (gap !== "after") expect(gapEnds).toEqual([]);
      expect(walked.map(iso)).toEqual([...listed, ...gapEnds].sort((a, b) => a - b).map(iso));

      // `ignore` is what the default makes of every hour, and no rule of its own.
      if (gap === "ignore" && !(everyHour && fold === "both")) continue;
      const given = gap === "ignore" ? {} : rules === undefined ? {} : { gap, fold };
      const schedule = createCrontab({ kind: "crontab", expression: text }, zone, given);
      const times: Instant[] = [];
      for (let at = schedule.next(from - 1); at !== undefined && at <= to; at = schedule.next(at)) times.push(at);
      expect(times.map(iso)).toEqual(walked.map(iso));
    }
  });
});

describe("where the clocks change", () => {
  it("a named time in the gap happens at the first instant after it, and all of one gap together", () => {
    expect(timesAfter("30 2 * * *", "America/New_York", "2027-03-13T12:00:00Z", 2)).toEqual([
      "2027-03-14T07:00:00.000Z",
      "2027-03-15T06:30:00.000Z",
    ]);
    expect(timesAfter("*/10 2,3 * * *", "America/New_York", "2027-03-13T12:00:00Z", 2)).toEqual([
      "2027-03-14T07:00:00.000Z",
      "2027-03-14T07:10:00.000Z",
    ]);
  });

  it("a named time of the repeated hour happens at the first pass only", () => {
    expect(timesAfter("30 1 * * *", "America/New_York", "2027-11-07T00:00:00Z", 2)).toEqual([
      "2027-11-07T05:30:00.000Z",
      "2027-11-08T06:30:00.000Z",
    ]);
  });

  it("the previous time during the second pass is the last of the first pass", () => {
    const schedule = crontab("*/20 1 * * *", "America/New_York");
    expect(iso(schedule.previous(Date.parse("2027-11-07T06:10:00Z")))).toBe("2027-11-07T05:40:00.000Z");
    expect(iso(schedule.next(Date.parse("2027-11-07T06:10:00Z")))).toBe("2027-11-08T06:00:00.000Z");
  });

  it("an hourly time goes on each hour, with no hole and no double", () => {
    expect(timesAfter("0 * * * *", "America/New_York", "2027-11-07T04:30:00Z", 4)).toEqual([
      "2027-11-07T05:00:00.000Z",
      "2027-11-07T06:00:00.000Z",
      "2027-11-07T07:00:00.000Z",
      "2027-11-07T08:00:00.000Z",
    ]);
    expect(timesAfter("0 * * * *", "America/New_York", "2027-03-14T05:30:00Z", 3)).toEqual([
      "2027-03-14T06:00:00.000Z",
      "2027-03-14T07:00:00.000Z",
      "2027-03-14T08:00:00.000Z",
    ]);
  });

  it("hours written out are every hour too", () => {
    const spans = ["*", "*/1", "0-23", "12-11"].map((hours) => crontab(`0 ${hours} * * *`, "America/New_York"));
    const counts = spans.map((schedule) =>
      schedule.count(Date.parse("2027-11-07T04:00Z"), Date.parse("2027-11-08T04:59Z"), 99),
    );
    expect(counts).toEqual([25, 25, 25, 25]);
  });

  it("half an hour is a change like any other (Lord Howe)", () => {
    expect(timesAfter("15 2 * * *", "Australia/Lord_Howe", "2027-10-02T00:00:00Z", 2)).toEqual([
      "2027-10-02T15:30:00.000Z",
      "2027-10-03T15:15:00.000Z",
    ]);
  });

  it("a day that a zone left out happens at the first instant after it (Apia, 30 December 2011)", () => {
    expect(timesAfter("0 12 30 12 *", "Pacific/Apia", "2011-12-01T00:00:00Z", 2)).toEqual([
      "2011-12-30T10:00:00.000Z",
      "2012-12-29T22:00:00.000Z",
    ]);
    expect(timesAfter("0 12 * * *", "Pacific/Apia", "2011-12-29T00:00:00Z", 3)).toEqual([
      "2011-12-29T22:00:00.000Z",
      "2011-12-30T10:00:00.000Z",
      "2011-12-30T22:00:00.000Z",
    ]);
  });

  it("rules without an end hold in the far future", () => {
    expect(timesAfter("30 2 * * *", "America/New_York", "2150-03-07T12:00:00Z", 1)).toEqual([
      "2150-03-08T07:00:00.000Z",
    ]);
  });

  const zones = [
    "Africa/Cairo",
    "Africa/Casablanca",
    "America/Caracas",
    "America/New_York",
    "America/Santiago",
    "America/Sao_Paulo",
    "America/St_Johns",
    "Antarctica/Troll",
    "Asia/Pyongyang",
    "Asia/Tehran",
    "Atlantic/Azores",
    "Australia/Lord_Howe",
    "Europe/Dublin",
    "Pacific/Apia",
    "Pacific/Chatham",
    "Pacific/Kwajalein",
  ];

  it("next, previous and count agree with a walk over every minute, around changes of odd zones", () => {
    const property = fc.property(
      fc.constantFrom(...zones),
      fc.integer({ min: Date.UTC(1976, 0), max: Date.UTC(2050, 0) }),
      denseCrontab(),
      (name, when, fields) => {
        const zone = new TimeZone(name);
        const change = zone.nextChange(when, when + 3000 * DAY_MS)?.at ?? when;
        const from = change - DAY_MS;
        const to = change + DAY_MS;
        const expected = walkMinutes(fields, name, from, to);
        const schedule = crontab(listed(fields), name);
        const forward: Instant[] = [];
        for (let time = schedule.next(from - 1); time !== undefined && time <= to; time = schedule.next(time))
          forward.push(time);
        expect(forward.map(iso)).toEqual(expected.map(iso));
        const backward: Instant[] = [];
        for (let time = schedule.previous(to); time !== undefined && time >= from; time = schedule.previous(time - 1)) {
          backward.unshift(time);
        }
        expect(backward).toEqual(expected);
        expect(schedule.count(from, to, 10_000)).toBe(expected.length);
      },
    );
    fc.assert(property, { numRuns: 150 });
  }, 30_000);
});

describe("in UTC", () => {
  it("agrees with croner, whose rules are the same there", () => {
    const property = fc.property(
      sparseCrontab(),
      fc.integer({ min: Date.UTC(2000, 0), max: Date.UTC(2090, 0) }),
      (fields, from) => {
        const text = listed(fields);
        const oracle = new Cron(text, { timezone: "UTC", domAndDow: true });
        expect(iso(crontab(text).next(from))).toBe(oracle.nextRun(new Date(from))?.toISOString());
      },
    );
    fc.assert(property, { numRuns: 300 });
  });

  it("finds rare dates, over the century without a leap day too", () => {
    expect(timesAfter("0 0 29 2 1", "UTC", "2072-03-01T00:00:00Z", 1)).toEqual(["2112-02-29T00:00:00.000Z"]);
    const schedule = crontab("0 0 29 2 1");
    expect(iso(schedule.previous(Date.parse("2112-02-28T00:00:00Z")))).toBe("2072-02-29T00:00:00.000Z");
  });

  it("counts a year of minutes at once, and stops at the limit", () => {
    const [from, to] = [Date.UTC(2027, 0, 1, 0, 30), Date.UTC(2028, 0, 1)];
    expect(crontab("* * * * *").count(from, to, 1e9)).toBe(365 * 1440 - 30 + 1);
    expect(crontab("* * * * *").count(from, to, 100_000)).toBe(100_000);
  });
});

it("ends with the year 9999, begins with 1900, and has no answer to what is no time", () => {
  const schedule = crontab("0 0 1 1 *", "Asia/Tokyo");
  expect(iso(schedule.next(Date.UTC(9998, 5)))).toBe("9998-12-31T15:00:00.000Z");
  expect(iso(schedule.next(Date.UTC(9999, 5)))).toBe("9999-12-31T15:00:00.000Z");
  expect(schedule.next(Date.UTC(9999, 11, 31, 15))).toBeUndefined();
  expect(iso(schedule.previous(Number.MAX_SAFE_INTEGER))).toBe("9999-12-31T15:00:00.000Z");
  expect(iso(schedule.previous(Date.UTC(1901, 5)))).toBe("1900-12-31T15:00:00.000Z");
  expect(schedule.previous(Date.UTC(1900, 5))).toBeUndefined();
  expect(schedule.next(Number.NaN)).toBeUndefined();
  expect(schedule.previous(Number.NaN)).toBeUndefined();
  expect(schedule.next(Number.NEGATIVE_INFINITY)).toBeDefined();
});

/** Without any rule for days. */
const plain = {
  dayRules: fc.constant([]),
  weekdayRules: fc.constant([]),
  either: fc.constant(false),
  hashed: fc.constant(false),
};

/** Any values, most of them often, so that a window of two days holds some. */
function denseCrontab(): fc.Arbitrary<Crontab> {
  const some = (first: number, last: number) =>
    fc.subarray(range(first, last), { minLength: Math.ceil((last - first + 1) / 2) });
  const hours = fc.oneof(
    fc.constant(range(0, 23)),
    fc.subarray(range(0, 23), { minLength: 1 }),
    fc.constantFrom([0], [1], [2], [3], [23, 0]),
  );
  return fc.record({
    minutes: fc.oneof(
      fc.subarray(range(0, 59), { minLength: 1, maxLength: 6 }),
      fc.constantFrom([0], [30], [15, 45], range(0, 59)),
    ),
    hours: hours.map((values) => [...values].sort((a, b) => a - b)),
    days: fc.oneof(fc.constant(range(1, 31)), some(1, 31)),
    months: fc.oneof(fc.constant(range(1, 12)), some(1, 12)),
    weekdays: fc.oneof(fc.constant(range(0, 6)), some(0, 6)),
    ...plain,
  });
}

function sparseCrontab(): fc.Arbitrary<Crontab> {
  const few = (first: number, last: number) =>
    fc.oneof(fc.constant(range(first, last)), fc.subarray(range(first, last), { minLength: 1 }));
  return fc.record({
    minutes: few(0, 59),
    hours: few(0, 23),
    days: few(1, 28),
    months: few(1, 12),
    weekdays: few(0, 6),
    ...plain,
  });
}

function listed({ minutes, hours, days, months, weekdays }: Crontab): string {
  return [minutes, hours, days, months, weekdays].map((values) => values.join(",")).join(" ");
}

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
