import { expect, test } from "vitest";
import { formatDuration, formatTime } from "./times.ts";

test("tells a time with its offset", () => {
  const at = Date.UTC(2027, 2, 13, 18, 5, 9);
  expect(formatTime(at, "Asia/Tokyo")).toBe("2027-03-14 03:05:09 +09:00");
  expect(formatTime(at, "UTC")).toBe("2027-03-13 18:05:09 UTC");
  expect(formatTime(at, "America/St_Johns")).toBe("2027-03-13 14:35:09 -03:30");
  expect(formatTime(at, "Europe/London")).toBe("2027-03-13 18:05:09 UTC");
  expect(formatTime(null, "UTC")).toBe("-");
});

test.each([
  [0, "0 ms"],
  [999, "999 ms"],
  [1_000, "1.0 s"],
  [61_500, "1 min 1 s"],
  [7_260_000, "2 h 1 min"],
  [null, "-"],
])("tells %s ms as %s", (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});
