import { expect, test } from "vitest";
import { durationStatistics } from "./duration-statistics.ts";

test("the band is one standard deviation around the average", () => {
  expect(durationStatistics([2, 4, 4, 4, 5, 5, 7, 9])).toEqual({ meanMs: 5, fromMs: 3, toMs: 7 });
});

test("the band does not go below zero, and two values have none", () => {
  expect(durationStatistics([0, 0, 9])?.fromMs).toBe(0);
  expect(durationStatistics([1, 2])).toBeUndefined();
});
