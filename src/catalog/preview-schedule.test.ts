import { expect, test } from "vitest";
import { previewSchedule } from "./preview-schedule.ts";

const after = Date.parse("2027-03-13T00:00:00Z");

test("tells times, words and the next change of the clock that matters", () => {
  const preview = previewSchedule({
    definition: { kind: "crontab", expression: "30  2 * * *", note: "passed over" },
    zone: "america/new_york",
    after,
    count: 3,
  });
  expect(preview.definition).toEqual({ kind: "crontab", expression: "30 2 * * *" });
  expect(preview.zone).toBe("America/New_York");
  expect(preview.times.map(({ local }) => local)).toEqual([
    "2027-03-13T02:30:00-05:00",
    "2027-03-14T03:00:00-04:00",
    "2027-03-15T02:30:00-04:00",
  ]);
  expect(preview.description).toEqual({ en: "Every day at 02:30", ja: "毎日 2:30" });
  expect(preview.perYear).toEqual({ value: 365, capped: false });
  expect(preview.warnings.map(({ at }) => at)).toEqual([Date.parse("2027-03-14T07:00:00Z")]);
  expect(preview.warnings[0]?.text.en).toContain("03:00");
});

test("counts a year exactly up to 100,000 times", () => {
  const perYear = (seconds: number) =>
    previewSchedule({
      definition: { kind: "interval", every: seconds, period: "seconds" },
      zone: "UTC",
      after,
      count: 1,
    }).perYear;
  expect(perYear(3600)).toEqual({ value: 8760, capped: false });
  expect(perYear(1)).toEqual({ value: 100_000, capped: true });
});

test("refuses what a save would refuse", () => {
  expect(() =>
    previewSchedule({ definition: { kind: "crontab", expression: "99 * * * *" }, zone: "UTC", after, count: 1 }),
  ).toThrow(/minute/);
  expect(() =>
    previewSchedule({ definition: { kind: "clocked", at: after + 1 }, zone: "Mars/Base", after, count: 1 }),
  ).toThrow(/Mars\/Base/);
});

test("reads a time without an offset on the zone's clock", () => {
  const firstAfter = (after: string) =>
    previewSchedule({ definition: { kind: "crontab", expression: "0 * * * *" }, zone: "Asia/Tokyo", after, count: 1 })
      .times[0]?.local;
  expect(firstAfter("2027-01-01T08:30")).toBe("2027-01-01T09:00:00+09:00");
  expect(firstAfter("2027-01-01")).toBe("2027-01-01T01:00:00+09:00");
  expect(firstAfter("2027-01-01T00:30:00Z")).toBe("2027-01-01T10:00:00+09:00");
  expect(() => firstAfter("2027-02-31")).toThrow(/2027-02-31/);
  expect(() => firstAfter("tomorrow")).toThrow(/tomorrow/);
});
