import { expect, test } from "vitest";
import { pastRange } from "./past-range.ts";

test.each([
  ["yesterday", "2027-03-01", "2027-02-28T00:00", "2027-02-28T23:59:59"],
  ["sevenDays", "2027-03-03", "2027-02-24T00:00", "2027-03-02T23:59:59"],
  // 3 March 2027 is a Wednesday, 1 March a Monday.
  ["lastWeek", "2027-03-03", "2027-02-22T00:00", "2027-02-28T23:59:59"],
  ["lastWeek", "2027-03-01", "2027-02-22T00:00", "2027-02-28T23:59:59"],
  ["lastWeek", "2027-02-28", "2027-02-15T00:00", "2027-02-21T23:59:59"],
  ["lastMonth", "2027-01-31", "2026-12-01T00:00", "2026-12-31T23:59:59"],
  ["lastMonth", "2028-03-01", "2028-02-01T00:00", "2028-02-29T23:59:59"],
] as const)("%s, asked on %s", (range, today, from, to) => {
  expect(pastRange(range, today)).toEqual({ from, to });
});
