import { expect, test } from "vitest";
import { jsonList, jsonObject, names, seconds, timeBeforeNow, timeFromNow, wholeNumber } from "./parse-options.ts";

const now = Date.UTC(2027, 0, 1);
const DAY = 86_400_000;

test("reads times relative to now, and instants", () => {
  expect(timeFromNow("--expires", "90d", now)).toBe(now + 90 * DAY);
  expect(timeFromNow("--expires", "2w", now)).toBe(now + 14 * DAY);
  expect(timeBeforeNow("--since", "30m", now)).toBe(now - 1_800_000);
  expect(timeBeforeNow("--since", "2027-01-01T09:00:00+09:00", now)).toBe(now);
  expect(() => timeFromNow("--expires", "2027-01-01", now)).toThrow(/--expires' is '2027-01-01': expected a length/);
  expect(() => timeFromNow("--expires", "5y", now)).toThrow(/5y/);
});

test("reads numbers within their range", () => {
  expect(wholeNumber(1, 10)("10")).toBe(10);
  for (const text of ["0", "11", "1.5", "", " 1", "1e1"])
    expect(() => wholeNumber(1, 10)(text)).toThrow(/from 1 to 10/);
  expect(seconds("0.5")).toBe(500);
  expect(() => seconds("-1")).toThrow(/seconds/);
});

test("reads names apart by commas, over several options", () => {
  expect(names("a, b", undefined)).toEqual(["a", "b"]);
  expect(names("c", ["a", "b"])).toEqual(["a", "b", "c"]);
  expect(() => names("a,,b", undefined)).toThrow(/commas/);
});

test("reads JSON of the kind that is wanted", () => {
  expect(jsonList("[1]")).toEqual([1]);
  expect(jsonObject('{"a":1}')).toEqual({ a: 1 });
  expect(() => jsonObject("[1]")).toThrow(/object/);
  expect(() => jsonList('{"a":1}')).toThrow(/list/);
  expect(() => jsonObject("{a:1}")).toThrow(/JSON/);
});
