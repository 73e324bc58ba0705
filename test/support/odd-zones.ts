import type { Instant } from "../../src/base/clock.ts";
import { TimeZone } from "../../src/schedule/time-zone.ts";
import { type Readings, readClock } from "./minute-walk.ts";

/** Zones whose clocks change by half an hour, by a day, at midnight, twice a year less for Ramadan, or by two hours. */
export const oddZones = [
  "Africa/Cairo",
  "Africa/Casablanca",
  "America/New_York",
  "America/Sao_Paulo",
  "America/St_Johns",
  "Antarctica/Troll",
  "Asia/Gaza",
  "Asia/Kathmandu",
  "Asia/Tokyo",
  "Australia/Lord_Howe",
  "Europe/London",
  "Pacific/Apia",
  "Pacific/Chatham",
] as const;

/** Whether the suites are to take their larger counts. */
export const isLong = process.env.HYOSHI_LONG === "1";

const DAY_MS = 86_400_000;
/** Around what most zones changed lately, what some changed once, and what all will have changed by then. */
const SEARCHED = isLong
  ? Array.from({ length: 60 }, (_, index) => Date.UTC(1972 + index, (index * 5) % 12))
  : [Date.UTC(1985, 2), Date.UTC(2005, 1), Date.UTC(2008, 8), Date.UTC(2011, 10), Date.UTC(2026, 1), Date.UTC(2033, 7)];

export interface ZoneWindow {
  readonly zone: string;
  /** What happens between these follows from the readings alone. */
  readonly from: Instant;
  readonly to: Instant;
  readonly clock: Readings;
}

/** For tests of many cases, on a machine with much else to do. */
export const PATIENCE_MS = isLong ? 3_600_000 : 60_000;

/** Windows around changes of each zone's clock, `days` wide on either side; the latest `most` of each zone. */
export function changeWindows(zones: readonly string[], days: number, most = isLong ? 12 : 6) {
  return zones.flatMap((zone) => {
    const rules = new TimeZone(zone);
    const changes = SEARCHED.map((after) => rules.nextChange(after, after + 40 * 366 * DAY_MS)?.at ?? after);
    return [...new Set(changes)].slice(-most).map((at) => ({ zone, at: Math.floor(at / DAY_MS - days) * DAY_MS }));
  });
}

const kept = new Map<string, ZoneWindow>();

/** Reads the clock around a change, once for each. */
export function windowOf({ zone, at }: { readonly zone: string; readonly at: Instant }, days: number): ZoneWindow {
  const key = `${zone} ${at} ${days}`;
  let window = kept.get(key);
  if (window === undefined) {
    const margin = 1.5 * DAY_MS;
    const to = at + (2 * days + 1) * DAY_MS;
    window = { zone, from: at, to, clock: readClock(zone, at - margin, to + margin) };
    if (kept.size > 200) kept.clear();
    kept.set(key, window);
  }
  return window;
}
