const zones = new Map<string, boolean>();

/** Whether the browser knows the zone. What is half typed is none. */
export function isZone(zone: string): boolean {
  const known = zones.get(zone) ?? accepts(zone);
  zones.set(zone, known);
  return known;
}

function accepts(timeZone: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone });
    return true;
  } catch {
    return false;
  }
}

/** Minutes east of UTC, in milliseconds, at an instant. */
export function zoneOffsetMs(at: number, zone: string): number {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  }).formatToParts(at);
  const part = (type: string) => Number(parts.find((one) => one.type === type)?.value);
  const local = Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"), part("second"));
  return local - Math.floor(at / 1_000) * 1_000;
}

const fortnightMs = 14 * 86_400_000;

/** Whether the zone's clock is changed in the two years after an instant. A zone that nobody knows has no clock. */
export function changesClock(zone: string, after: number): boolean {
  if (!isZone(zone)) return false;
  const now = zoneOffsetMs(after, zone);
  const times = Array.from({ length: 52 }, (_, index) => after + (index + 1) * fortnightMs);
  return times.some((at) => zoneOffsetMs(at, zone) !== now);
}

/** An instant as a date and time field holds it: `2026-11-23T02:30` on the wall clock of the zone, with seconds if there are any. */
export function wallClock(at: number | string, zone: string): string {
  const instant = typeof at === "string" ? Date.parse(at) : at;
  if (!Number.isFinite(instant)) return "";
  const text = new Date(instant + zoneOffsetMs(instant, zone)).toISOString().slice(0, 19);
  return text.endsWith(":00") ? text.slice(0, 16) : text;
}

/**
 * The instant at which the wall clock of the zone reads so. A reading that the clock leaves out means the instant right after the
 * gap's length; one that it shows twice means the first. In a zone that nobody knows, no instant: NaN.
 */
export function instantOf(text: string, zone: string): number {
  const local = Date.parse(`${text}Z`);
  if (!Number.isFinite(local) || !isZone(zone)) return Number.NaN;
  const early = local - zoneOffsetMs(local - 86_400_000, zone);
  if (early + zoneOffsetMs(early, zone) === local) return early;
  const late = local - zoneOffsetMs(local + 86_400_000, zone);
  return late + zoneOffsetMs(late, zone) === local ? late : early;
}
