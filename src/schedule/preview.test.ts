import { describe, expect, it } from "vitest";
import type { ScheduleRules } from "./clock-rules.ts";
import { compileSchedule } from "./definition.ts";
import { countPerDay, exceptionsWithin, nextOffsetChange, previewTimes, timesWithin } from "./preview.ts";

describe("a preview", () => {
  it("lists the next times, and fewer where the schedule ends", () => {
    const hourly = compileSchedule({ kind: "crontab", expression: "0 * * * *" }, "UTC");
    expect(previewTimes(hourly, 0, 3)).toEqual([3_600_000, 7_200_000, 10_800_000]);
    expect(previewTimes(compileSchedule({ kind: "clocked", at: 5000 }, "UTC"), 0, 3)).toEqual([5000]);
    expect(previewTimes(hourly, 0, 0)).toEqual([]);
  });
});

describe("a window", () => {
  const newYork = compileSchedule({ kind: "crontab", expression: "30 2 * * *" }, "America/New_York", { gap: "skip" });
  const [from, to] = [Date.parse("2027-03-13T00:00-05:00"), Date.parse("2027-03-15T02:30-04:00")];

  it("has its times and its exceptions, both ends included, up to a limit", () => {
    const times = [Date.parse("2027-03-13T07:30Z"), to];
    expect(timesWithin(newYork, from, to, 10)).toEqual({ times, more: false });
    expect(timesWithin(newYork, times[0] ?? 0, to, 1)).toEqual({ times: times.slice(0, 1), more: true });
    expect(exceptionsWithin(newYork, from, to, 10)).toEqual([
      { at: Date.parse("2027-03-14T07:00Z"), reason: "daylight_saving" },
    ]);
    expect(exceptionsWithin(newYork, from, to, 0)).toEqual([]);
  });

  it("counts per day of the zone, its longer and shorter days too", () => {
    const hourly = compileSchedule({ kind: "crontab", expression: "0 * * * *" }, "America/New_York");
    expect(countPerDay(hourly, "America/New_York", from, 3, 100)).toEqual([
      { date: "2027-03-13", count: 24 },
      { date: "2027-03-14", count: 23 },
      { date: "2027-03-15", count: 24 },
    ]);
    expect(countPerDay(hourly, "America/New_York", Date.parse("2027-11-07T12:00Z"), 1, 100)).toEqual([
      { date: "2027-11-07", count: 25 },
    ]);
    const apia = compileSchedule({ kind: "crontab", expression: "0 * * * *" }, "Pacific/Apia");
    expect(countPerDay(apia, "Pacific/Apia", Date.parse("2011-12-29T12:00Z"), 3, 10)).toEqual([
      { date: "2011-12-29", count: 10 },
      { date: "2011-12-30", count: 0 },
      { date: "2011-12-31", count: 10 },
    ]);
  });
});

describe("the next change of the offset that matters", () => {
  const change = (expression: string, zone: string, after: string) =>
    nextOffsetChange(zone, compileSchedule({ kind: "crontab", expression }, zone), Date.parse(after));

  it("is the first that leaves out or repeats a named time", () => {
    expect(change("45 1 * * *", "America/New_York", "2027-01-01T00:00Z")).toEqual({
      at: Date.parse("2027-11-07T06:00Z"),
      kind: "fold",
      local: Date.parse("2027-11-07T01:45Z"),
      rule: "first",
      happensAt: [Date.parse("2027-11-07T05:45Z")],
    });
    expect(change("15 2 * * 0", "Australia/Lord_Howe", "2027-05-01T00:00Z")).toEqual({
      at: Date.parse("2027-10-02T15:30Z"),
      kind: "gap",
      local: Date.parse("2027-10-03T02:15Z"),
      rule: "after",
      happensAt: [Date.parse("2027-10-02T15:30Z")],
    });
  });

  it("is told with the rule and what it makes of the time", () => {
    const under = (expression: string, rules: ScheduleRules, after = "2027-01-01T00:00Z") =>
      nextOffsetChange(
        "America/New_York",
        compileSchedule({ kind: "crontab", expression }, "America/New_York", rules),
        Date.parse(after),
      );
    const happens = (...texts: string[]) => texts.map((text) => Date.parse(text));
    expect(under("30 2 * * *", { gap: "skip" })).toMatchObject({ rule: "skip", happensAt: [] });
    expect(under("30 2 * * *", { gap: "after" })).toMatchObject({
      rule: "after",
      happensAt: happens("2027-03-14T07:00Z"),
    });
    expect(under("30 1 * * *", { fold: "second" })).toMatchObject({
      rule: "second",
      happensAt: happens("2027-11-07T06:30Z"),
    });
    expect(under("30 1 * * *", { fold: "both" })).toMatchObject({
      rule: "both",
      happensAt: happens("2027-11-07T05:30Z", "2027-11-07T06:30Z"),
    });
    // Every hour by default passes over a gap, and what a person chose for the repeated hour still matters.
    expect(under("30 * * * *", { fold: "first" })).toMatchObject({ kind: "fold", rule: "first" });
    const endsAt = Date.parse("2027-03-01T00:00Z");
    expect(under("30 2 * * *", { endsAt })).toBeUndefined();
    expect(under("30 2 * * *", { gap: "skip", endsAt })).toBeUndefined();
  });

  it("is none for times that no change touches, for every hour, and for kinds that name no times", () => {
    expect(change("0 12 * * *", "America/New_York", "2027-01-01T00:00Z")).toBeUndefined();
    expect(change("30 2 * * mon", "America/New_York", "2027-01-01T00:00Z")).toBeUndefined();
    expect(change("30 * * * *", "America/New_York", "2027-01-01T00:00Z")).toBeUndefined();
    expect(change("30 2 * * *", "Asia/Tokyo", "2027-01-01T00:00Z")).toBeUndefined();
    const seconds = compileSchedule({ kind: "interval", every: 30, period: "seconds" }, "America/New_York");
    expect(nextOffsetChange("America/New_York", seconds, Date.parse("2027-01-01T00:00Z"))).toBeUndefined();
  });
});
