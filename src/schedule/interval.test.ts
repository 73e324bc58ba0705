import { describe, expect, it } from "vitest";
import { compileSchedule } from "./definition.ts";
import type { Period } from "./interval.ts";
import { previewTimes } from "./preview.ts";
import { formatLocal } from "./time-zone.ts";

function timesAfter(
  every: number,
  period: Period,
  options: { zone?: string; anchor?: string; after: string; count: number },
) {
  const { zone = "UTC", anchor, after, count } = options;
  const definition = {
    kind: "interval",
    every,
    period,
    ...(anchor === undefined ? {} : { anchor: Date.parse(anchor) }),
  } as const;
  return previewTimes(compileSchedule(definition, zone), Date.parse(after), count).map((time) =>
    formatLocal(time, zone),
  );
}

describe("elapsed time", () => {
  it("is counted from the anchor, in both directions", () => {
    const anchor = "2027-01-01T00:00:03Z";
    expect(timesAfter(5, "seconds", { anchor, after: "2027-06-01T00:00:00Z", count: 2 })).toEqual([
      "2027-06-01T00:00:03+00:00",
      "2027-06-01T00:00:08+00:00",
    ]);
    expect(timesAfter(5, "seconds", { anchor, after: "2020-01-01T00:00:00Z", count: 1 })).toEqual([
      "2020-01-01T00:00:03+00:00",
    ]);
  });

  it("goes on through a change of the clock", () => {
    expect(timesAfter(1, "hours", { zone: "America/New_York", after: "2027-11-07T04:30:00Z", count: 3 })).toEqual([
      "2027-11-07T01:00:00-04:00",
      "2027-11-07T01:00:00-05:00",
      "2027-11-07T02:00:00-05:00",
    ]);
  });

  it("starts from the zone's own midnight when it has no anchor", () => {
    expect(timesAfter(6, "hours", { zone: "Asia/Tokyo", after: "2027-01-01T00:00:00Z", count: 2 })).toEqual([
      "2027-01-01T12:00:00+09:00",
      "2027-01-01T18:00:00+09:00",
    ]);
  });

  it("counts years of seconds at once", () => {
    const schedule = compileSchedule({ kind: "interval", every: 1, period: "seconds" }, "UTC");
    expect(schedule.count(Date.UTC(2020, 0), Date.UTC(2030, 0), Number.POSITIVE_INFINITY)).toBe(315_619_201);
    expect(schedule.count(500, 1500, 10)).toBe(1);
    expect(schedule.count(1000, 2000, 10)).toBe(2);
    expect(schedule.count(0, Date.UTC(2030, 0), 7)).toBe(7);
    expect(schedule.count(2000, 1000, 7)).toBe(0);
  });
});

describe("days, weeks and months", () => {
  it("keep the anchor's wall-clock time", () => {
    const options = { zone: "Europe/London", anchor: "2027-01-04T09:00:00Z", count: 3 };
    expect(timesAfter(1, "days", { ...options, after: "2027-03-27T00:00:00Z" })).toEqual([
      "2027-03-27T09:00:00+00:00",
      "2027-03-28T09:00:00+01:00",
      "2027-03-29T09:00:00+01:00",
    ]);
    expect(timesAfter(2, "weeks", { ...options, after: "2027-03-16T00:00:00Z" })).toEqual([
      "2027-03-29T09:00:00+01:00",
      "2027-04-12T09:00:00+01:00",
      "2027-04-26T09:00:00+01:00",
    ]);
  });

  it("a missing day is the month's last, and the day comes back afterwards", () => {
    expect(
      timesAfter(1, "months", { anchor: "2026-12-31T10:00:00Z", after: "2027-01-01T00:00:00Z", count: 4 }),
    ).toEqual([
      "2027-01-31T10:00:00+00:00",
      "2027-02-28T10:00:00+00:00",
      "2027-03-31T10:00:00+00:00",
      "2027-04-30T10:00:00+00:00",
    ]);
    expect(
      timesAfter(12, "months", { anchor: "2024-02-29T10:00:00Z", after: "2026-01-01T00:00:00Z", count: 3 }),
    ).toEqual(["2026-02-28T10:00:00+00:00", "2027-02-28T10:00:00+00:00", "2028-02-29T10:00:00+00:00"]);
  });

  it("a time in the gap happens right after it, and one of the repeated hour once", () => {
    const zone = "America/New_York";
    expect(
      timesAfter(1, "days", { zone, anchor: "2027-01-01T07:30:00Z", after: "2027-03-13T08:00:00Z", count: 2 }),
    ).toEqual(["2027-03-14T03:00:00-04:00", "2027-03-15T02:30:00-04:00"]);
    expect(
      timesAfter(1, "days", { zone, anchor: "2027-01-01T06:30:00Z", after: "2027-11-07T00:00:00Z", count: 2 }),
    ).toEqual(["2027-11-07T01:30:00-04:00", "2027-11-08T01:30:00-05:00"]);
  });

  it("two times that meet at the end of one gap are one (Apia's lost day)", () => {
    expect(timesAfter(1, "days", { zone: "Pacific/Apia", after: "2011-12-29T00:00:00Z", count: 3 })).toEqual([
      "2011-12-29T00:00:00-10:00",
      "2011-12-31T00:00:00+14:00",
      "2012-01-01T00:00:00+14:00",
    ]);
  });
});
