import { Body, Observer, SearchAltitude, SearchHourAngle, SearchRiseSet } from "astronomy-engine";
import type { Bilingual } from "../base/bilingual.ts";
import type { Instant } from "../base/clock.ts";
import { MS_PER_DAY, MS_PER_MINUTE } from "./civil-date.ts";
import { countBySteps, type Schedule } from "./schedule.ts";
import { pathOf, quote, quoteJa, scheduleError } from "./schedule-error.ts";

/** Celery's nine events, in the order of a day. */
export const solarEvents = [
  "dawn_astronomical",
  "dawn_nautical",
  "dawn_civil",
  "sunrise",
  "solar_noon",
  "sunset",
  "dusk_civil",
  "dusk_nautical",
  "dusk_astronomical",
] as const;
export type SolarEvent = (typeof solarEvents)[number];

/** An event of the sun at a place. Near the poles it may not occur for months; each occurrence is a nominal time. */
export interface SolarDefinition {
  readonly kind: "solar";
  readonly event: SolarEvent;
  /** Degrees north, -90 to 90. */
  readonly latitude: number;
  /** Degrees east, -180 to 180. */
  readonly longitude: number;
}

/**
 * What the sun does at each event: it passes through an altitude, in degrees, upward or downward, or culminates. At
 * sunrise and sunset the altitude is that of its upper rim, lifted 34' by the air; at the others that of its centre.
 */
const PASSES: Record<Exclude<SolarEvent, "solar_noon">, { direction: 1 | -1; altitude: number | "rim" }> = {
  dawn_astronomical: { direction: 1, altitude: -18 },
  dawn_nautical: { direction: 1, altitude: -12 },
  dawn_civil: { direction: 1, altitude: -6 },
  sunrise: { direction: 1, altitude: "rim" },
  sunset: { direction: -1, altitude: "rim" },
  dusk_civil: { direction: -1, altitude: -6 },
  dusk_nautical: { direction: -1, altitude: -12 },
  dusk_astronomical: { direction: -1, altitude: -18 },
};

/** Every place on Earth sees every event at least once in a year, the poles exactly once. */
const LONGEST_WAIT_DAYS = 400;

/** Nearer to the equator each night is darker than any dawn, and each event happens once, far from midnight. */
const ONCE_A_DAY_BELOW = 45;

/**
 * The schedule of a solar event, to the second.
 *
 * Time is cut into days from one mean midnight of the place to the next, and each day is always searched from its own
 * start. So an occurrence is the same second whatever was asked, and both directions see the same sequence.
 *
 * @throws HyoshiError `invalid_solar`
 */
export function createSolar(definition: SolarDefinition): Schedule {
  const { event, latitude, longitude } = parseSolar({ ...definition }, "");
  const observer = new Observer(latitude, longitude, 0);
  const startOf = (day: number) => Math.round((day - longitude / 360) * MS_PER_DAY);
  const dayOf = (instant: Instant) => {
    const day = Math.floor(instant / MS_PER_DAY + longitude / 360);
    return instant < startOf(day) ? day - 1 : instant >= startOf(day + 1) ? day + 1 : day;
  };
  const timesOf = remember((day) => {
    const start = startOf(day);
    const end = startOf(day + 1);
    if (event === "solar_noon") return [noonAfter(observer, start)];
    return passesWithin(observer, event, start, end);
  });
  const next = (after: Instant) => {
    const first = dayOf(after);
    for (let day = first; day <= first + LONGEST_WAIT_DAYS; day += 1) {
      const found = timesOf(day).find((time) => time > after);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  const previous = (at: Instant) => {
    const last = dayOf(at);
    for (let day = last; day >= last - LONGEST_WAIT_DAYS; day -= 1) {
      const found = timesOf(day).findLast((time) => time <= at);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return { next, previous, count: (from, to, limit) => countBySteps({ next }, from, to, limit) };
}

function noonAfter(observer: Observer, start: Instant): Instant {
  return toSecond(SearchHourAngle(Body.Sun, observer, 0, new Date(start), 1).time.date);
}

/** The passes in [`start`, `end`), ascending: one as a rule, none on polar days, and several within 10 km of a pole. */
function passesWithin(
  observer: Observer,
  event: Exclude<SolarEvent, "solar_noon">,
  start: Instant,
  end: Instant,
): Instant[] {
  const { direction, altitude } = PASSES[event];
  if (!mayReach(altitude === "rim" ? -0.83 : altitude, observer.latitude, start)) return [];
  const found: Instant[] = [];
  // A minute of margin: what the search finds at a cut belongs to one side by its rounded second alone.
  let from = start - MS_PER_MINUTE;
  while (from < end) {
    const days = (end + MS_PER_MINUTE - from) / MS_PER_DAY;
    const pass =
      altitude === "rim"
        ? SearchRiseSet(Body.Sun, observer, direction, new Date(from), days)
        : SearchAltitude(Body.Sun, observer, direction, new Date(from), days, altitude);
    if (pass === null) break;
    const time = toSecond(pass.date);
    if (time >= start && time < end) found.push(time);
    if (found.length > 0 && Math.abs(observer.latitude) < ONCE_A_DAY_BELOW) break;
    from = Math.max(time, from) + MS_PER_MINUTE;
  }
  return found;
}

/**
 * Whether the sun's centre can be at an altitude on the day from `start` on, to within a degree either way: the search
 * costs a hundred times as much, and a polar night has months of days.
 */
function mayReach(altitude: number, latitude: number, start: Instant): boolean {
  const radians = Math.PI / 180;
  // The sun's mean longitude and anomaly since noon of 2000-01-01, good to 0.01 degrees for centuries.
  const days = start / MS_PER_DAY - 10_957.5;
  const anomaly = (357.528 + 0.985_600_3 * days) * radians;
  const longitude = 280.46 + 0.985_647_4 * days + 1.915 * Math.sin(anomaly) + 0.02 * Math.sin(2 * anomaly);
  const declination = Math.asin(Math.sin(23.44 * radians) * Math.sin(longitude * radians)) / radians;
  return altitude <= 91 - Math.abs(latitude - declination) && altitude >= Math.abs(latitude + declination) - 91;
}

function toSecond(date: Date): Instant {
  return Math.round(date.getTime() / 1000) * 1000;
}

/** Keeps the latest answers, since neighbours are asked for one after the other. */
function remember(compute: (day: number) => readonly Instant[]): (day: number) => readonly Instant[] {
  const kept = new Map<number, readonly Instant[]>();
  return (day) => {
    let times = kept.get(day);
    if (times === undefined) {
      times = compute(day);
      if (kept.size >= 8) kept.clear();
      kept.set(day, times);
    }
    return times;
  };
}

/** @throws HyoshiError `invalid_solar` */
export function parseSolar(value: Readonly<Record<string, unknown>>, path: string): SolarDefinition {
  const event = solarEvents.find((known) => known === value.event);
  if (event === undefined) {
    const accepted = solarEvents.join(", ");
    const ja = `はありません（${solarEvents.join("、")} のいずれか）`;
    throw solarError("event", { en: "is not known", ja }, { value: value.event, path, accepted });
  }
  const latitude = parseDegrees(value, "latitude", 90, path);
  return { kind: "solar", event, latitude, longitude: parseDegrees(value, "longitude", 180, path) };
}

function parseDegrees(
  value: Readonly<Record<string, unknown>>,
  field: "latitude" | "longitude",
  limit: number,
  path: string,
): number {
  const degrees = value[field];
  const accepted = `degrees from -${limit} to ${limit}`;
  const range = `-${limit}〜${limit} 度`;
  const wrong =
    typeof degrees !== "number"
      ? { en: "is not a number", ja: `は数値ではありません（${range}）` }
      : { en: "is out of range", ja: `は範囲外です（${range}）` };
  if (typeof degrees === "number" && Math.abs(degrees) <= limit) return degrees;
  throw solarError(field, wrong, { value: degrees, path, accepted });
}

const FIELDS_JA = { event: "太陽のイベント", latitude: "緯度", longitude: "経度" };

function solarError(
  field: keyof typeof FIELDS_JA,
  wrong: Bilingual,
  fault: { value: unknown; path: string; accepted: string },
): Error {
  const isMissing = fault.value === undefined || fault.value === null;
  return scheduleError({
    ...fault,
    code: "invalid_solar",
    message: `solar ${field} ${fault.value === undefined ? "is missing" : `${quote(fault.value)} ${wrong.en}`}: expected ${fault.accepted}`,
    ja: isMissing ? `${FIELDS_JA[field]}を指定してください` : `${FIELDS_JA[field]}の${quoteJa(fault.value)}${wrong.ja}`,
    field,
    path: pathOf(fault.path, field),
  });
}
