import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MINUTE_MS, matchesCrontab, type Readings, walk } from "../../test/support/minute-walk.ts";
import { changeWindows, isLong, oddZones, PATIENCE_MS, windowOf } from "../../test/support/odd-zones.ts";
import type { Instant } from "../base/clock.ts";
import { clockRulesOf, foldRules, gapRules } from "../schedule/clock-rules.ts";
import { parseCrontab } from "../schedule/crontab-parse.ts";
import { compileSchedule, type ScheduleDefinition } from "../schedule/definition.ts";
import type { Exception, Schedule } from "../schedule/schedule.ts";
import { formatLocal } from "../schedule/time-zone.ts";
import { type CalendarDays, type CalendarRule, calendarRules, dateOfDay } from "./calendar-days.ts";
import { withCalendar } from "./with-calendar.ts";

const AROUND_DAYS = 5;
const SEEN_DAYS = 2;
const DAY_MS = 86_400_000;
const windows = changeWindows(oddZones, AROUND_DAYS, isLong ? 12 : 3);

/** All that a schedule names in [`from`, `to`], forwards; and that backwards and counting agree. */
function allWithin(schedule: Schedule, from: Instant, to: Instant) {
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
  const exceptions: Exception[] = [];
  const { exceptions: told } = schedule;
  for (let next = told?.next(from - 1); next !== undefined && next.at <= to; next = told?.next(next.at))
    exceptions.push(next);
  const before: Exception[] = [];
  for (let last = told?.previous(to); last !== undefined && last.at >= from; last = told?.previous(last.at - 1))
    before.push(last);
  expect(before.reverse()).toEqual(exceptions);
  return { fires, exceptions };
}

/** A calendar's rule over the minutes that were walked, in words of its own: day by day, minute by minute. */
function applyRule(
  clock: Readings,
  own: readonly Instant[],
  skipped: readonly Instant[],
  days: CalendarDays,
  rule: CalendarRule,
) {
  const seen = new Map<number, boolean>();
  const isOpen = (local: number) => {
    const day = Math.floor(local / 1440);
    const date = new Date(day * DAY_MS);
    const text = () => date.toISOString().slice(0, 10);
    const known =
      seen.get(day) ??
      (days.open.includes(text()) || (!(text() in days.closed) && !days.weekend.includes(date.getUTCDay())));
    seen.set(day, known);
    return known;
  };
  const readingOf = (at: Instant) => clock.read[(at - clock.start) / MINUTE_MS] ?? Number.NaN;
  const fires = new Set<Instant>();
  const candidates: Exception[] = skipped.map((at) => ({ at, reason: "daylight_saving" }));
  for (const at of own) {
    const local = readingOf(at);
    if (isOpen(local)) {
      fires.add(at);
      continue;
    }
    let moved = local;
    for (let days = 0; rule !== "skip" && days < 12 && !isOpen(moved); days += 1)
      moved += rule === "next" ? 1440 : -1440;
    const index = clock.passes.get(moved)?.[0] ?? clock.read.findIndex((reading) => reading >= moved);
    const movedTo = clock.start + index * MINUTE_MS;
    if (isOpen(moved) && index > 0) {
      fires.add(movedTo);
      candidates.push({ at, reason: "calendar", movedTo });
    } else candidates.push({ at, reason: "calendar" });
  }
  return {
    fires: [...fires].sort((a, b) => a - b),
    exceptions: candidates.filter(({ at }) => !fires.has(at)).sort((a, b) => a.at - b.at),
  };
}

describe("every rule for closed days, beside a walk over every minute", () => {
  const minutes = fc.constantFrom("0", "30", "*/20", "5,45", "1");
  const hours = fc.oneof(
    fc.constantFrom("*", "0", "1", "2", "0-3", "23,0", "*/5"),
    fc.uniqueArray(fc.integer({ min: 0, max: 23 }), { minLength: 1, maxLength: 4 }).map((values) => values.join()),
  );
  const dates = fc.constantFrom("*", "*/2", "1-20,L", "1W,10-20,LW");
  const weekdays = fc.constantFrom("*", "*", "mon-fri", "0", "6", "0,6", "1,3", "sun#1,sun#2,0L");
  const expressions = fc.tuple(minutes, hours, dates, fc.constant("*"), weekdays).map((fields) => fields.join(" "));
  const rules = fc.record({ gap: fc.constantFrom(...gapRules), fold: fc.constantFrom(...foldRules) });
  const calendars = fc.record({
    weekend: fc.constantFrom([0, 6], [0], [5, 6], [5], []),
    /** Days from the window's start. */
    closed: fc.uniqueArray(fc.integer({ min: 0, max: 2 * AROUND_DAYS }), { maxLength: 3 }),
    open: fc.uniqueArray(fc.integer({ min: 0, max: 2 * AROUND_DAYS }), { maxLength: 1 }),
  });

  it.each(calendarRules)(
    "%s",
    (rule) => {
      const property = fc.property(
        fc.constantFrom(...windows),
        expressions,
        rules,
        calendars,
        (window, expression, given, chosen) => {
          const { zone, from, clock } = windowOf(window, AROUND_DAYS);
          const crontab = parseCrontab(expression);
          const first = Math.floor((clock.read[2160] ?? 0) / 1440);
          const days: CalendarDays = {
            weekend: chosen.weekend,
            closed: Object.fromEntries(chosen.closed.map((day) => [dateOfDay(first + day), "closed"])),
            open: chosen.open.map((day) => dateOfDay(first + day)),
          };
          const effective = clockRulesOf(given, crontab.hours.length === 24);
          const walked = walk(clock, (local) => matchesCrontab(crontab, local), effective);
          const expected = applyRule(clock, walked.fires, walked.skipped, days, rule);
          const own = compileSchedule({ kind: "crontab", expression }, zone, given);
          // What lies further from the ends than a time is moved in these calendars follows from the window alone.
          const [start, end] = [from + (AROUND_DAYS - SEEN_DAYS) * DAY_MS, from + (AROUND_DAYS + SEEN_DAYS) * DAY_MS];
          const found = allWithin(withCalendar(own, zone, days, rule), start, end);
          expect(found.fires).toEqual(expected.fires.filter((at) => at >= start && at <= end));
          expect(found.exceptions).toEqual(expected.exceptions.filter(({ at }) => at >= start && at <= end));
        },
      );
      fc.assert(property, { numRuns: isLong ? 4_000 : 120 });
    },
    PATIENCE_MS,
  );
});

describe("by example", () => {
  const tokyo = "Asia/Tokyo";
  const days: CalendarDays = {
    weekend: [0, 6],
    closed: { "2027-05-03": "憲法記念日", "2027-05-04": "みどりの日", "2027-05-05": "こどもの日" },
    open: ["2027-05-08"],
  };
  const crontab = (expression: string): ScheduleDefinition => ({ kind: "crontab", expression });
  const told = (definition: ScheduleDefinition, rule: CalendarRule, calendar = days) => {
    const schedule = withCalendar(compileSchedule(definition, tokyo), tokyo, calendar, rule);
    const { fires, exceptions } = allWithin(
      schedule,
      Date.parse("2027-04-29T15:00Z"),
      Date.parse("2027-05-12T15:00Z") - 1,
    );
    const short = (at: Instant) => formatLocal(at, tokyo).slice(5, 16);
    return {
      fires: fires.map(short),
      exceptions: exceptions.map(({ at, movedTo }) =>
        movedTo === undefined ? short(at) : `${short(at)} > ${short(movedTo)}`,
      ),
    };
  };

  it("what is closed is skipped, and what is open although it is a weekend is not", () => {
    expect(told(crontab("0 9 * * *"), "skip")).toEqual({
      fires: ["04-30T09:00", "05-06T09:00", "05-07T09:00", "05-08T09:00", "05-10T09:00", "05-11T09:00", "05-12T09:00"],
      exceptions: ["05-01T09:00", "05-02T09:00", "05-03T09:00", "05-04T09:00", "05-05T09:00", "05-09T09:00"],
    });
  });

  it("times that are moved onto one instant are one firing, each with its own exception", () => {
    expect(told(crontab("0 9 3-6 * *"), "next")).toEqual({
      fires: ["05-06T09:00"],
      exceptions: ["05-03T09:00 > 05-06T09:00", "05-04T09:00 > 05-06T09:00", "05-05T09:00 > 05-06T09:00"],
    });
    expect(told(crontab("0 9 3-6 * *"), "previous")).toEqual({
      fires: ["04-30T09:00", "05-06T09:00"],
      exceptions: ["05-03T09:00 > 04-30T09:00", "05-04T09:00 > 04-30T09:00", "05-05T09:00 > 04-30T09:00"],
    });
  });

  it("a schedule of elapsed time is moved by the wall clock too", () => {
    const every7 = {
      kind: "interval",
      every: 7,
      period: "hours",
      anchor: Date.parse("2027-05-08T12:00+09:00"),
    } as const;
    const monday = told(every7, "next").fires.filter((text) => text.startsWith("05-10"));
    expect(monday.map((text) => text.slice(6))).toEqual([
      "02:00",
      "06:00",
      "09:00",
      "13:00",
      "16:00",
      "20:00",
      "23:00",
    ]);
  });

  it("one instant is moved like any other time", () => {
    const sunday = { kind: "clocked", at: Date.parse("2027-05-02T23:30+09:00") } as const;
    expect(told(sunday, "previous")).toEqual({ fires: ["04-30T23:30"], exceptions: ["05-02T23:30 > 04-30T23:30"] });
    expect(told(sunday, "next")).toEqual({ fires: ["05-06T23:30"], exceptions: ["05-02T23:30 > 05-06T23:30"] });
    expect(told(sunday, "skip")).toEqual({ fires: [], exceptions: ["05-02T23:30"] });
  });

  it("what never meets a business day ends, and is told as exceptions", () => {
    const sundays = withCalendar(compileSchedule(crontab("0 9 * * 0"), tokyo), tokyo, days, "skip");
    expect(sundays.next(0)).toBeUndefined();
    expect(sundays.previous(Date.UTC(2030, 0))).toBeUndefined();
    expect(sundays.count(0, Date.UTC(2030, 0), 10)).toBe(0);
    const never = { weekend: [0, 1, 2, 3, 4, 5, 6], closed: {}, open: [] };
    const closed = withCalendar(compileSchedule(crontab("0 9 * * *"), tokyo), tokyo, never, "next");
    expect(closed.next(0)).toBeUndefined();
    expect(closed.exceptions?.next(0)).toEqual({ at: Date.UTC(1970, 0, 2), reason: "calendar" });
  });

  it("without a closed day there are no exceptions", () => {
    const always = withCalendar(
      compileSchedule(crontab("0 9 * * *"), tokyo),
      tokyo,
      { weekend: [], closed: {}, open: [] },
      "next",
    );
    expect(always.exceptions?.next(0)).toBeUndefined();
    expect(always.exceptions?.previous(0)).toBeUndefined();
    expect(always.next(0)).toBe(Date.UTC(1970, 0, 2));
  });
});
