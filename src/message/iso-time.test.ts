import fc from "fast-check";
import { expect, it } from "vitest";
import { hasOffset, isoTime, parseIsoTime } from "./iso-time.ts";

const instant = Date.UTC(2031, 1, 3, 4, 5, 6, 789);

it("writes six digits and an offset, the one form that all of Celery 5 reads right", () => {
  expect(isoTime(instant)).toBe("2031-02-03T04:05:06.789000+00:00");
  expect(isoTime(0)).toBe("1970-01-01T00:00:00.000000+00:00");
});

it.each([
  ["2031-02-03T04:05:06.789000+00:00", instant],
  ["2031-02-03T04:05:06.789Z", instant],
  ["2031-02-03 04:05:06.789", instant],
  ["2031-02-03T13:05:06.789+09:00", instant],
  ["2031-02-03T13:05:06.789999999+0900", instant],
  ["2031-02-02T23:35:06.789-0430", instant],
  ["2031-02-03T13:05:06.789+09", instant],
  ["2031-02-03T04:05:06.7+00:00", instant - 89],
  ["2031-02-03T04:05:06", instant - 789],
  ["2031-02-03T04:05:06+00:00", instant - 789],
  ["2031-02-03T04:05", instant - 6_789],
  ["2031-02-03", Date.UTC(2031, 1, 3)],
  ["0001-01-01T00:00:00", -62_135_596_800_000],
])("reads %s", (text, expected) => {
  expect(parseIsoTime(text)).toBe(expected);
});

it.each([
  "",
  "now",
  "2031-02-30T00:00:00",
  "2031-13-01T00:00:00",
  "2031-02-03T24:00:00",
  "2031-02-03T04:60:00",
  "2031-02-03T04:05:06.1234567891",
  "2031-02-03T04:05:06+25:00",
  "2031-02-03T04:05:06 +00:00",
  "1795359260.66",
])("takes %j for no time", (text) => {
  expect(parseIsoTime(text)).toBeUndefined();
});

it("reads what it writes", () => {
  const instants = fc.integer({ min: Date.UTC(1, 0, 1) + 2_000_000_000_000, max: Date.UTC(9999, 11, 31) });
  fc.assert(fc.property(instants, (at) => parseIsoTime(isoTime(at)) === at));
});

it("knows whether a time says its offset", () => {
  expect(["2031-02-03T04:05:06Z", "2031-02-03 04:05+0900", "2031-02-03T04:05:06-05:00"].every(hasOffset)).toBe(true);
  expect(["2031-02-03T04:05:06", "2031-02-03", "2031-02-03 04:05:06.789"].some(hasOffset)).toBe(false);
});
