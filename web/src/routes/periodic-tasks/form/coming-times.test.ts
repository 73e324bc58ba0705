import { expect, test } from "vitest";
import { comingTimes, shortestGap } from "./coming-times.ts";

const preview = (...times: number[]) => ({ times: times.map((at) => ({ at })) });

test("times of several schedules are one list, as far as all of them are known", () => {
  expect(comingTimes([preview(10, 20, 30), preview(15, 20, 60)], 3)).toEqual([10, 15, 20, 30]);
});

test("a schedule that ends hides nothing of the others", () => {
  expect(comingTimes([preview(10), preview(15, 20, 60)], 3)).toEqual([10, 15, 20, 60]);
  expect(comingTimes([], 3)).toEqual([]);
});

test("the shortest gap needs two times", () => {
  expect(shortestGap([10, 40, 60])).toBe(20);
  expect(shortestGap([10])).toBeUndefined();
});
