import { expect, test } from "vitest";
import { dayLoad, timeEntries } from "./time-line.ts";

const time = (at: number) => ({ at, local: "" });
const exception = (at: number) => ({
  ...time(at),
  reason: "calendar" as const,
  movedTo: null,
  text: { en: "closed", ja: "休み" },
});

test("exceptions stand between the times, as far as the times are shown", () => {
  const preview = { times: [10, 20, 30].map(time), exceptions: [5, 15, 25, 35].map(exception) };
  expect(timeEntries(preview, 2).map(({ at }) => at)).toEqual([5, 10, 15, 20]);
  expect(timeEntries(preview, 3).map(({ at }) => at)).toEqual([5, 10, 15, 20, 25, 30, 35]);
});

test("a schedule with nothing but exceptions shows them", () => {
  expect(timeEntries({ times: [], exceptions: [exception(5)] }, 10)).toMatchObject([{ at: 5, exception: { at: 5 } }]);
});

test("a day's number is told where it is always the same, or more than one", () => {
  const days = (...counts: number[]) => counts.map((count) => ({ date: "", count }));
  expect(dayLoad(days(3, 3, 3))).toEqual({ kind: "every", count: 3 });
  expect(dayLoad(days(0, 96, 96))).toEqual({ kind: "most", count: 96 });
  expect(dayLoad(days(0, 1, 0))).toEqual({ kind: "none" });
  expect(dayLoad([])).toEqual({ kind: "none" });
});
