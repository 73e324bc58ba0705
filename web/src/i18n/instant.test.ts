import { expect, test } from "vitest";
import { formatInstant, formatOffset, formatShortInstant, zoneCity } from "./instant.ts";

const at = Date.UTC(2026, 10, 22, 17, 30);

test("the offset is the one that holds in the zone at that instant", () => {
  expect(formatOffset(at, "Asia/Tokyo")).toBe("+09:00");
  expect(formatOffset(at, "America/New_York")).toBe("-05:00");
  expect(formatOffset(Date.UTC(2026, 6, 1), "America/New_York")).toBe("-04:00");
  expect(formatOffset(at, "UTC")).toBe("+00:00");
});

test("an instant is written in the zone and the language asked for", () => {
  expect(formatInstant(at, "Asia/Tokyo", "en")).toBe("Mon, 23 Nov 2026, 02:30:00");
  expect(formatInstant(at, "Asia/Tokyo", "ja")).toBe("2026年11月23日(月) 02:30:00");
});

test("a short instant shows seconds only when there are any", () => {
  expect(formatShortInstant(at, "Asia/Tokyo", "en")).toBe("Mon 23 Nov, 02:30");
  expect(formatShortInstant(at + 5_000, "Asia/Tokyo", "en")).toBe("Mon 23 Nov, 02:30:05");
});

test("a zone is known by its city", () => {
  expect(zoneCity("America/New_York")).toBe("New York");
  expect(zoneCity("UTC")).toBe("UTC");
});
