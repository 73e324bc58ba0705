import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { compileSchedule } from "./definition.ts";
import { type SolarEvent, solarEvents } from "./solar.ts";

interface SolarCase {
  event: SolarEvent;
  place: string;
  latitude: number;
  longitude: number;
  after: string;
  next: string;
  skipped_days: number;
}
const { solar }: { solar: SolarCase[] } = JSON.parse(
  readFileSync(new URL("../../test/fixtures/schedule-cases.json", import.meta.url), "utf8"),
);
const schedule = (event: SolarEvent, latitude: number, longitude: number) =>
  compileSchedule({ kind: "solar", event, latitude, longitude }, "UTC");

describe("the cases that ephem computed", () => {
  it("are as many as were made", () => expect(solar).toHaveLength(100));

  it.each(solar.map((known) => [known.event, known.place, known.after, known] as const))(
    "%s in %s after %s",
    (event, _place, after, known) => {
      const sun = schedule(event, known.latitude, known.longitude);
      const next = sun.next(Date.parse(after)) ?? Number.NaN;
      // Near the poles the sun grazes the horizon, and a little of altitude is a lot of time.
      const tolerance = Math.abs(known.latitude) > 66 ? 60_000 : 5_000;
      expect(Math.abs(next - Date.parse(known.next))).toBeLessThanOrEqual(tolerance);
      expect(sun.previous(next)).toBe(next);
    },
  );
});

it("waits through the polar night, and through a year at the poles", () => {
  const days = (from: number, to: number | undefined) => Math.round(((to ?? Number.NaN) - from) / 86_400_000);
  const winter = Date.UTC(2027, 10, 1);
  expect(days(winter, schedule("sunrise", 78.2232, 15.6267).next(winter))).toBe(107);
  const pole = schedule("sunrise", 90, 0);
  const first = pole.next(Date.UTC(2027, 0, 1)) ?? Number.NaN;
  expect(new Date(first).toISOString().slice(0, 10)).toBe("2027-03-18");
  expect(days(first, pole.next(first))).toBe(365);
  expect(pole.previous((pole.next(first) ?? 0) - 1)).toBe(first);
  expect(pole.count(Date.UTC(2027, 0), Date.UTC(2032, 0), 100)).toBe(5);
});

it("has every event in the day's order at an ordinary place", () => {
  const midnight = Date.UTC(2027, 2, 1, 15);
  const times = solarEvents.map((event) => schedule(event, 35.68, 139.77).next(midnight) ?? Number.NaN);
  expect(times).toEqual([...times].sort((a, b) => a - b));
  expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeLessThan(15 * 3_600_000);
});

it("happens once a day over a year, noon and sunrise alike, west and east of Greenwich", () => {
  for (const longitude of [-180, -77, 0, 139.77, 180]) {
    for (const event of ["solar_noon", "sunrise"] as const) {
      const from = Date.UTC(2027, 0, 1);
      expect(
        Math.abs(schedule(event, 35, longitude).count(from, from + 60 * 86_400_000, 1000) - 60),
      ).toBeLessThanOrEqual(1);
    }
  }
});
