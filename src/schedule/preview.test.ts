import { describe, expect, it } from "vitest";
import { compileSchedule } from "./definition.ts";
import { nextOffsetChange, previewTimes } from "./preview.ts";

describe("a preview", () => {
  it("lists the next times, and fewer where the schedule ends", () => {
    const hourly = compileSchedule({ kind: "crontab", expression: "0 * * * *" }, "UTC");
    expect(previewTimes(hourly, 0, 3)).toEqual([3_600_000, 7_200_000, 10_800_000]);
    expect(previewTimes(compileSchedule({ kind: "clocked", at: 5000 }, "UTC"), 0, 3)).toEqual([5000]);
    expect(previewTimes(hourly, 0, 0)).toEqual([]);
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
      happensAt: Date.parse("2027-11-07T05:45Z"),
    });
    expect(change("15 2 * * 0", "Australia/Lord_Howe", "2027-05-01T00:00Z")).toEqual({
      at: Date.parse("2027-10-02T15:30Z"),
      kind: "gap",
      local: Date.parse("2027-10-03T02:15Z"),
      happensAt: Date.parse("2027-10-02T15:30Z"),
    });
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
