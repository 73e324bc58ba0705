import type { Instant } from "../../src/base/clock.ts";
import type { Crontab } from "../../src/schedule/crontab-parse.ts";

const MINUTE_MS = 60_000;

/**
 * The nominal times of a crontab in [`from`, `to`], found without any of the engine's cleverness: it looks at what the
 * zone's clock (or one with the offsets given) reads in every minute, and applies the default daylight-saving rule in its own words. Zones and years
 * must change their offset on whole minutes.
 */
export function walkMinutes(
  crontab: Crontab,
  zone: string | ((instant: Instant) => number),
  from: Instant,
  to: Instant,
): Instant[] {
  const readingAt =
    typeof zone === "string" ? clockOf(zone) : (instant: Instant) => (instant + zone(instant)) / MINUTE_MS;
  const everyHour = crontab.hours.length === 24;
  const times: Instant[] = [];
  const read = new Set<number>();
  let before: number | undefined;
  // A day earlier, so that the first pass of an hour which is being repeated at `from` has been seen.
  const start = Math.floor((from - 26 * 60 * MINUTE_MS) / MINUTE_MS) * MINUTE_MS;
  for (let instant = start; instant <= to; instant += MINUTE_MS) {
    const reading = readingAt(instant);
    let happens = matches(crontab, reading);
    if (!everyHour) {
      if (read.has(reading)) happens = false;
      // Left out by the clock, and on no earlier pass read either.
      for (let missing = (before ?? reading) + 1; missing < reading; missing += 1) {
        if (!read.has(missing) && matches(crontab, missing)) happens = true;
      }
    }
    if (happens && instant >= from) times.push(instant);
    read.add(reading);
    before = reading;
  }
  return times;
}

/** What a zone's clock reads at an instant, in minutes. */
function clockOf(zone: string): (instant: Instant) => number {
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
  });
  return (instant) => {
    const [month = 0, day = 0, year = 0, hour = 0, minute = 0] = format.format(instant).split(/\D+/).map(Number);
    return Date.UTC(year, month - 1, day, hour, minute) / MINUTE_MS;
  };
}

function matches(crontab: Crontab, localMinute: number): boolean {
  const date = new Date(localMinute * MINUTE_MS);
  return (
    crontab.minutes.includes(date.getUTCMinutes()) &&
    crontab.hours.includes(date.getUTCHours()) &&
    crontab.days.includes(date.getUTCDate()) &&
    crontab.months.includes(date.getUTCMonth() + 1) &&
    crontab.weekdays.includes(date.getUTCDay())
  );
}
