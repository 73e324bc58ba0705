import type { Instant } from "../base/clock.ts";

/** `2031-02-03T04:05:06.789000+00:00`: the one form that Celery 5.2, which takes fraction digits for a count of microseconds, reads right as well. */
export function isoTime(instant: Instant): string {
  return `${new Date(instant).toISOString().slice(0, -1)}000+00:00`;
}

const FORM = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{0,9}))?)?(Z|[+-]\d\d(?::?\d\d)?)?)?$/i;

/**
 * Reads what Celery's versions write, and what others do: `T` or a space, no fraction or up to nine digits of it, `Z`, `+09:00`, `+0900` or
 * `+09`, or no offset, which means UTC. Digits beyond the millisecond are cut off. Undefined: no such time.
 */
export function parseIsoTime(text: string): Instant | undefined {
  const match = FORM.exec(text);
  if (match === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1, 7)
    .map((part) => Number(part ?? 0));
  const milliseconds = Number((match[7] ?? "").padEnd(3, "0").slice(0, 3));
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  const isDay = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  if (!isDay || hour > 23 || minute > 59 || second > 59) return undefined;
  const offset = offsetMinutes(match[8]);
  if (offset === undefined) return undefined;
  return date.getTime() + ((hour * 60 + minute - offset) * 60 + second) * 1000 + milliseconds;
}

/** Whether a time says its distance from UTC. */
export function hasOffset(text: string): boolean {
  return /(?:Z|[T ].*[+-]\d\d(?::?\d\d)?)$/i.test(text);
}

function offsetMinutes(text: string | undefined): number | undefined {
  if (text === undefined || text === "Z" || text === "z") return 0;
  const hours = Number(text.slice(1, 3));
  const minutes = Number(text.slice(3).replace(":", "") || 0);
  if (hours > 23 || minutes > 59) return undefined;
  return (text.startsWith("-") ? -1 : 1) * (hours * 60 + minutes);
}
