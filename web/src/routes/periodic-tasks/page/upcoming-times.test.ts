import { expect, test } from "vitest";
import { upcomingTimes } from "./upcoming-times.ts";

const preview = (...times: number[]) => ({
  times: times.map((at) => ({ at, local: "" })),
  exceptions: [],
});

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

test("what falls out stands between the firings, and not beyond what is known of them", () => {
  const fallen = (at: number) => ({
    at,
    local: "",
    reason: "calendar" as const,
    movedTo: null,
    text: { en: "closed", ja: "休み" },
  });
  const preview = { times: [10, 20, 30].map((at) => ({ at, local: "" })), exceptions: [fallen(15), fallen(25)] };
  expect(upcomingTimes([{ name: "a", preview }], 2).map(({ at, exception }) => [at, exception !== undefined])).toEqual([
    [10, false],
    [15, true],
    [20, false],
  ]);
  expect(upcomingTimes([{ name: "a", preview }], 9)).toHaveLength(5);
});
