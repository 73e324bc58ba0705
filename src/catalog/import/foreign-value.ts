import type { Instant } from "../../base/clock.ts";
import type { ForeignValue } from "../../foreign/foreign-tables.ts";
import { timeZone } from "../../schedule/time-zone.ts";

type Given = ForeignValue | undefined;

/** Empty text is as good as none: Django stores either. */
export function textOf(value: Given): string | null {
  return value === undefined || value === null || value === "" ? null : String(value);
}

export function numberOf(value: Given): number | null {
  if (value === undefined || value === null || value === "") return null;
  const number = Number(value);
  return Number.isFinite(number) ? number : null;
}

/** SQLite's 0 and 1, PostgreSQL's f and t. */
export function flagOf(value: Given, absent: boolean): boolean {
  if (value === undefined || value === null) return absent;
  return value === 1 || value === "t" || value === "true" || value === "1";
}

const TIME =
  /^(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(?:(Z)|([+-])(\d\d):?(\d\d)?(?::?\d\d)?)?$/;

/**
 * A time as a database writes it, to the millisecond below; null where it is none. One without an offset is read in `zone`: Django writes UTC to
 * SQLite, or its own zone where USE_TZ is off.
 */
export function instantOf(value: Given, zone: string): Instant | null {
  if (typeof value !== "string") return null;
  const match = TIME.exec(value.trim());
  if (match === null) return null;
  const [, year, month, day, hour, minute, second = "0", fraction = "", utc, sign, offsetHours, offsetMinutes = "0"] =
    match;
  const milliseconds = Number(fraction.padEnd(3, "0").slice(0, 3));
  const local = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
    milliseconds,
  );
  if (Number.isNaN(local)) return null;
  if (utc !== undefined) return local;
  if (sign === undefined) return timeZone(zone).firstAt(local);
  const offset = (Number(offsetHours) * 60 + Number(offsetMinutes)) * 60_000;
  return sign === "-" ? local + offset : local - offset;
}
