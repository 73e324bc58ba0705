import { expect, test } from "vitest";
import { upcomingTimes } from "./upcoming-times.ts";

const preview = (...times: number[]) => ({ times: times.map((at) => ({ at, local: "" })) });

test("times of several schedules are one list, and one instant is one entry", () => {
  const both = [
    { name: "a", preview: preview(1, 3, 5) },
    { name: "b", preview: preview(3, 4) },
  ];
  expect(upcomingTimes(both, 3)).toEqual([
    { at: 1, schedules: ["a"] },
    { at: 3, schedules: ["a", "b"] },
    { at: 4, schedules: ["b"] },
  ]);
});
