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

test("shows what rules, bounds and a calendar do", () => {
  const preview = previewSchedule({
    definition: {
      kind: "crontab",
      expression: "30 2 * * *",
      gap: "skip",
      startsAt: "2027-03-12",
      endsAt: "2027-03-16T02:30",
    },
    zone: "America/New_York",
    after: "2027-03-01",
    count: 10,
    calendar: {
      id: 1,
      version: 1,
      rule: "next",
      name: "Office",
      days: { weekend: [6], closed: { "2027-03-16": "Inventory" }, open: [] },
    },
  });
  expect(preview).toMatchObject({ gap: "skip", fold: "default", startsAt: Date.parse("2027-03-12T05:00Z") });
  expect(preview.times.map(({ local }) => local)).toEqual([
    "2027-03-12T02:30:00-05:00",
    "2027-03-14T03:00:00-04:00",
    "2027-03-15T02:30:00-04:00",
  ]);
  expect(
    preview.exceptions.map(({ local, reason, movedTo, text }) => [local, reason, movedTo?.local, text.en]),
  ).toEqual([
    [
      "2027-03-13T02:30:00-05:00",
      "calendar",
      "2027-03-14T03:00:00-04:00",
      "Closed that day: moved to 2027-03-14 03:00",
    ],
  ]);
  expect(preview.effects.map(({ en }) => en)).toEqual([
    "From March 12, 2027 at 00:00 until March 16, 2027 at 02:30",
    "On the closed days of Office it is moved to the business day after, at the same time of day",
    "When the clock is set forward, a time that is left out is skipped; when it is set back, a repeated time happens the first time",
  ]);
  expect(preview.perYear).toEqual({ value: 3, capped: false });
});

test("tells why a time does not fire, by the name of the day", () => {
  const { exceptions } = previewSchedule({
    definition: { kind: "crontab", expression: "0 9 * * *" },
    zone: "Asia/Tokyo",
    after: "2027-05-01",
    count: 5,
    calendar: {
      id: 1,
      version: 1,
      rule: "skip",
      days: { weekend: [], closed: { "2027-05-03": "憲法記念日" }, open: [] },
    },
  });
  expect(exceptions.map(({ text }) => text)).toEqual([
    { en: "Closed that day (憲法記念日): skipped", ja: "休業日（憲法記念日）のため実行しません" },
  ]);
});

test("lists a whole window, and says where it is too full", () => {
  const window = (expression: string) =>
    previewSchedule({
      definition: { kind: "crontab", expression },
      zone: "America/New_York",
      after: "2027-11-07",
      until: "2027-11-07T23:59",
      count: 1,
    });
  const hourly = window("0 * * * *");
  expect(hourly.times).toHaveLength(24);
  expect(hourly.more).toBe(false);
  expect(hourly.perDay.slice(0, 2)).toEqual([
    { date: "2027-11-07", count: 25 },
    { date: "2027-11-08", count: 24 },
  ]);
  expect(hourly.perDay).toHaveLength(28);
  const full = window("* * * * *");
  expect([full.times.length, full.more]).toEqual([1000, true]);
});

test("warns of both changes of a year that matter", () => {
  const { warnings } = previewSchedule({
    definition: { kind: "crontab", expression: "30 1,2 * * *", gap: "skip", fold: "second" },
    zone: "America/New_York",
    after,
    count: 1,
  });
  expect(warnings.map(({ text }) => text.en)).toEqual([
    "On March 14, 2027 the clock is set forward and leaves out 02:30: it is skipped",
    "On November 7, 2027 the clock is set back and reads 01:30 twice: it happens the second time only",
  ]);
});

test("settles what H stands for with the schedule's uid", () => {
  const first = (uid?: string) =>
    previewSchedule({ definition: { kind: "crontab", expression: "H H * * *" }, zone: "UTC", after, count: 1, uid });
  expect(first("018f-1").times[0]?.local).toBe("2027-03-13T10:01:00+00:00");
  expect(first("018f-1").description.en).toContain("H is this schedule's own value");
  expect(first().description.en).toContain("for example");
});
