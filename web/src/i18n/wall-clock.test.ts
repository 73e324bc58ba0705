import { expect, test } from "vitest";
import { changesClock, instantOf, wallClock } from "./wall-clock.ts";

test("a wall clock reading comes back from the instant it names", () => {
  for (const [text, zone] of [
    ["2026-11-23T02:30", "Asia/Tokyo"],
    ["2026-07-01T23:59:58", "America/New_York"],
    ["2026-03-29T03:30", "Europe/Berlin"],
  ] as const) {
    expect(wallClock(instantOf(text, zone), zone)).toBe(text);
  }
  expect(instantOf("2026-11-23T02:30", "Asia/Tokyo")).toBe(Date.UTC(2026, 10, 22, 17, 30));
});

test("of a repeated hour the first pass is meant", () => {
  expect(instantOf("2026-11-01T01:30", "America/New_York")).toBe(Date.UTC(2026, 10, 1, 5, 30));
});

test("a reading in the gap is moved on by the gap", () => {
  expect(instantOf("2027-03-14T02:30", "America/New_York")).toBe(Date.UTC(2027, 2, 14, 7, 30));
});

test("what is not a time has no instant", () => {
  expect(instantOf("", "UTC")).toBeNaN();
  expect(wallClock("soon", "UTC")).toBe("");
});

test("what no clock knows names no instant", () => {
  expect(instantOf("2026-11-23T02:30", "Asia/Tokio")).toBeNaN();
});

test("a zone's clock is changed or not", () => {
  const now = Date.UTC(2026, 10, 22);
  expect(
    ["America/New_York", "Australia/Lord_Howe", "Asia/Tokyo", "UTC", "Mars/Base"].map((zone) =>
      changesClock(zone, now),
    ),
  ).toEqual([true, true, false, false, false]);
});
