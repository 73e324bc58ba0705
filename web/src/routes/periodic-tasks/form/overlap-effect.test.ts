import { expect, test } from "vitest";
import { overlapEffect } from "./overlap-effect.ts";

/** Six times, ten apart. */
const times = [0, 10, 20, 30, 40, 50];
const of = (overlap: "allow" | "skip" | "queue" | "replace", durationMs: number, limit = 1, queue = 1) =>
  overlapEffect(times, durationMs, { overlap, limit, queue });

test("runs that end in time are not touched by any rule", () => {
  for (const rule of ["allow", "skip", "queue", "replace"] as const) {
    expect(of(rule, 10)).toEqual({ finished: 6, skipped: 0, waited: 0, longestWaitMs: 0, cancelled: 0, atOnce: 1 });
  }
});

test("allow lets them run beside each other", () => {
  expect(of("allow", 25)).toMatchObject({ finished: 6, skipped: 0, atOnce: 3 });
});

test("skip leaves out what comes while a run is not finished", () => {
  expect(of("skip", 15)).toMatchObject({ finished: 3, skipped: 3, atOnce: 1 });
  expect(of("skip", 15, 2)).toMatchObject({ finished: 6, skipped: 0, atOnce: 2 });
});

test("queue lets so many wait, each until the one before it is done", () => {
  // 0–15, 15–30 (waited 5), 30–45 (waited 10), 45–60 (15); the time of 50 follows at 60.
  expect(of("queue", 15)).toEqual({ finished: 5, skipped: 1, waited: 4, longestWaitMs: 15, cancelled: 0, atOnce: 1 });
  expect(of("queue", 15, 1, 5)).toMatchObject({ finished: 6, skipped: 0, waited: 5, longestWaitMs: 25 });
});

test("replace cancels the oldest for the newest", () => {
  expect(of("replace", 15)).toMatchObject({ finished: 1, cancelled: 5, skipped: 0, atOnce: 1 });
  expect(of("replace", 25, 2)).toMatchObject({ finished: 2, cancelled: 4, atOnce: 2 });
});
