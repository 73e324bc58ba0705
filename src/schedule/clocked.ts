import type { Instant } from "../base/clock.ts";
import { EARLIEST, LATEST, type Schedule } from "./schedule.ts";
import { pathOf, quote, quoteJa, scheduleError } from "./schedule-error.ts";
import { timeZone } from "./time-zone.ts";

/** One instant. */
export interface ClockedDefinition {
  readonly kind: "clocked";
  readonly at: Instant;
}

/** The schedule of one nominal time. */
export function createClocked({ at }: ClockedDefinition): Schedule {
  assertInstant(at, "at");
  return {
    next: (after) => (after < at ? at : undefined),
    previous: (until) => (until >= at ? at : undefined),
    count: (from, to, limit) => (from <= at && at <= to ? Math.min(1, limit) : 0),
  };
}

/** @throws HyoshiError `invalid_clocked` */
export function parseClocked(value: Readonly<Record<string, unknown>>, path: string): ClockedDefinition {
  return { kind: "clocked", at: parseInstant(value.at, pathOf(path, "at"), "at") };
}

/**
 * Refuses a clocked time that has passed: for a schedule that is being saved, never for one that is being read.
 *
 * @throws HyoshiError `clocked_in_past`
 */
export function assertNotPast({ at }: ClockedDefinition, now: Instant, path = ""): void {
  if (at > now) return;
  const time = new Date(at).toISOString();
  throw scheduleError({
    code: "clocked_in_past",
    message: `clocked time '${time}' has passed: expected a time after ${new Date(now).toISOString()}`,
    ja: "この日時はすでに過ぎています。これから来る日時を指定してください",
    field: "at",
    path: pathOf(path, "at"),
    value: at,
    accepted: "a time in the future",
  });
}

// Date, time to the minute or finer, and the offset from UTC, without which the time would depend on the reader.
const ISO_TIME = /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d)(:\d\d([.,]\d{1,9})?)?([Zz]|[+-]\d\d:?\d\d)$/;

/** The parts of a schedule that are instants, and how they are told. */
const INSTANTS = {
  at: { code: "invalid_clocked", label: "clocked time", labelJa: "実行日時" },
  anchor: { code: "invalid_interval", label: "interval anchor", labelJa: "起点" },
  after: { code: "invalid_clocked", label: "time", labelJa: "日時" },
  until: { code: "invalid_clocked", label: "time", labelJa: "日時" },
  startsAt: { code: "invalid_schedule", label: "schedule start", labelJa: "開始日時" },
  endsAt: { code: "invalid_schedule", label: "schedule end", labelJa: "終了日時" },
} as const;
export type InstantField = keyof typeof INSTANTS;

/**
 * Reads an instant: integer milliseconds since the epoch, or ISO 8601 text with `Z` or an offset.
 *
 * @throws HyoshiError `invalid_clocked`, `invalid_interval` for an interval's anchor, `invalid_schedule` for a schedule's bounds
 */
export function parseInstant(value: unknown, path: string, field: InstantField): Instant {
  if (typeof value === "number") {
    assertInstant(value, field, path);
    return value;
  }
  const parts = typeof value === "string" ? ISO_TIME.exec(value) : null;
  if (parts !== null) {
    const instant = Date.parse(
      parts[0]
        .toUpperCase()
        .replace(" ", "T")
        .replace(",", ".")
        .replace(/([+-]\d\d)(\d\d)$/, "$1:$2"),
    );
    const days = new Date(Date.UTC(Number(parts[1]), Number(parts[2]), 0)).getUTCDate();
    // Date.parse takes 31 February for 3 March.
    if (Number.isInteger(instant) && Number(parts[3]) <= days) {
      assertInstant(instant, field, path);
      return instant;
    }
  }
  throw instantError(value, field, path);
}

const LOCAL_TIME = /^\d{4}-\d\d-\d\d([Tt ]\d\d:\d\d(:\d\d(\.\d{1,3})?)?)?$/;

/**
 * Reads an instant as {@link parseInstant} does, or text without an offset (`2027-03-14`, `2027-03-14T09:00`) on a zone's clock: its
 * first pass where it is repeated, and the end of the gap where it is left out.
 */
export function parseInstantIn(zone: string, value: unknown, path: string, field: InstantField): Instant {
  if (typeof value !== "string" || !LOCAL_TIME.test(value)) return parseInstant(value, path, field);
  try {
    // As if the zone were UTC, for the check of its parts; then on the zone's own clock.
    return timeZone(zone).firstAt(parseInstant(`${value.length === 10 ? `${value}T00:00` : value}Z`, path, field));
  } catch {
    throw instantError(value, field, path);
  }
}

function assertInstant(value: number, field: InstantField, path: string = field): void {
  if (!Number.isInteger(value) || value < EARLIEST || value > LATEST) throw instantError(value, field, path);
}

function instantError(value: unknown, field: InstantField, path: string): Error {
  const { code, label, labelJa } = INSTANTS[field];
  const accepted =
    "milliseconds since 1970 or ISO 8601 with an offset, such as 2027-03-01T09:00:00+09:00, from 1900 to 9999";
  const what = value === undefined ? "is missing" : `${quote(value)} is not a time`;
  const ja =
    value === undefined || value === ""
      ? `${labelJa}を指定してください`
      : `${labelJa}の${quoteJa(value)}は日時として読めません。2027-03-01T09:00:00+09:00 のように、UTC との差を付けて 1900 年から 9999 年の間で指定してください`;
  return scheduleError({ code, message: `${label} ${what}: expected ${accepted}`, ja, field, path, value, accepted });
}
