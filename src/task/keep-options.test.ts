import { expect, it } from "vitest";
import { resolveKeep } from "./keep-options.ts";

const refuse = (option: string, value: unknown, accepted: string) =>
  new Error(`${option} is ${String(value)}: expected ${accepted}`) as never;

it("keeps what was given, and is nothing where nothing was", () => {
  expect(resolveKeep({ days: 7, mostRuns: 100 }, refuse)).toEqual({ days: 7, mostRuns: 100 });
  expect(resolveKeep({}, refuse)).toBe(null);
  expect(resolveKeep(undefined, refuse)).toBe(null);
});

it.each([
  [{ days: 0 }, "keep.days is 0: expected a whole number from 1 to 36500"],
  [{ lastRuns: 1.5 }, "keep.lastRuns is 1.5"],
  [{ weeks: 1 }, "keep.weeks is 1: expected an object of days, failuresDays, lastRuns, mostRuns"],
  [{ lastRuns: 10, mostRuns: 5 }, "keep.lastRuns is 10: expected at most mostRuns (5)"],
  ["forever", "keep is forever"],
])("refuses %j", (keep, text) => {
  expect(() => resolveKeep(keep as never, refuse)).toThrow(text);
});
