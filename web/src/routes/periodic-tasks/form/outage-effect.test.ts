import { expect, test } from "vitest";
import { outageEffect, tellingOutage } from "./outage-effect.ts";

const late = { count: 36, first: 0, last: 350 };
const none = { late: 0, superseded: 0, window: 0, cap: 0 };

test("an outage without a time does nothing under any rule", () => {
  for (const misfire of ["skip", "latest", "all"] as const) {
    expect(outageEffect(undefined, undefined, { misfire, cap: null })).toMatchObject({ sent: 0, missed: none });
  }
});

test("skip sends none of them, latest the last one", () => {
  expect(outageEffect(late, late, { misfire: "skip", cap: null })).toMatchObject({ sent: 0, missed: { late: 36 } });
  expect(outageEffect(late, late, { misfire: "latest", cap: null })).toEqual({
    sent: 1,
    oldestSent: 350,
    newestSent: 350,
    missed: { ...none, superseded: 35 },
  });
});

test("all sends what the window and the cap leave, the newest first of all", () => {
  const recent = { count: 12, first: 240, last: 350 };
  expect(outageEffect(late, late, { misfire: "all", cap: null })).toMatchObject({
    sent: 36,
    oldestSent: 0,
    missed: none,
  });
  expect(outageEffect(late, recent, { misfire: "all", cap: null })).toMatchObject({
    sent: 12,
    oldestSent: 240,
    missed: { window: 24, cap: 0 },
  });
  expect(outageEffect(late, recent, { misfire: "all", cap: 5 })).toMatchObject({
    sent: 5,
    oldestSent: undefined,
    missed: { window: 24, cap: 7 },
  });
  expect(outageEffect(late, undefined, { misfire: "all", cap: 5 })).toMatchObject({ sent: 0, missed: { window: 36 } });
  expect(
    outageEffect(
      { count: 5_000, first: 0, last: 9 },
      { count: 5_000, first: 0, last: 9 },
      { misfire: "all", cap: null },
    ),
  ).toMatchObject({ sent: 1_000, missed: { cap: 4_000 } });
});

const hour = 3_600_000;

test("the outage that is told of covers two times where it can", () => {
  const day = Date.UTC(2027, 2, 1);
  expect(tellingOutage([])).toBeUndefined();
  expect(tellingOutage([day + 2.5 * hour])).toEqual({ from: day + 2 * hour, lengthMs: 3 * hour });
  // Daily at 02:30: the second is a day on.
  expect(tellingOutage([day + 2.5 * hour, day + 26.5 * hour])).toEqual({
    from: day + 2 * hour,
    lengthMs: 3 * 24 * hour,
  });
  expect(tellingOutage([day + 2.5 * hour, day + 2.6 * hour])).toEqual({ from: day + 2 * hour, lengthMs: 3 * hour });
});

test("times that are too many for three hours are told of in a shorter outage", () => {
  expect(tellingOutage([0, 1_000])?.lengthMs).toBe(600_000);
  expect(tellingOutage([0, 10_000])?.lengthMs).toBe(hour);
  expect(tellingOutage([0, 60_000])?.lengthMs).toBe(3 * hour);
});

test("it begins on the hour of the zone's clock, and before a time that is on the hour itself", () => {
  const at = Date.UTC(2027, 2, 1, 3, 30);
  expect(tellingOutage([at], 5.5 * hour)?.from).toBe(at - hour);
  expect(tellingOutage([Date.UTC(2027, 2, 1, 3, 45)], 5.5 * hour)?.from).toBe(Date.UTC(2027, 2, 1, 3, 30));
});
