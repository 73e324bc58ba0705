import type { Instant } from "../base/clock.ts";
import { MS_PER_DAY, MS_PER_HOUR } from "./civil-date.ts";
import type { LocalTime } from "./local-time.ts";
import { EARLIEST, LATEST } from "./schedule.ts";
import { assertZone } from "./zone-name.ts";

/** A stretch of time with one offset: [`start`, `end`). */
export interface OffsetSpan {
  readonly start: Instant;
  readonly end: Instant;
  /** Local time less UTC, in milliseconds. */
  readonly offset: number;
}

/** A change of a zone's offset. The clock reads `at + before` just before it, and `at + after` at it. */
export interface OffsetChange {
  readonly at: Instant;
  readonly before: number;
  readonly after: number;
}

// The closest two changes that undo each other since 1970 are 7 days apart (Brazil, October 2000).
const PROBE_STEP = 5 * MS_PER_DAY;
// No offset has ever been further from UTC, and since 1900 no change was longer than a day.
const FARTHEST_OFFSET = 16 * MS_PER_HOUR;
export const LONGEST_REPEAT = 25 * MS_PER_HOUR;

const FIRST_YEAR = new Date(EARLIEST).getUTCFullYear();
const LAST_YEAR = new Date(LATEST).getUTCFullYear();

/**
 * A time zone's offsets, from the runtime's own tz database. Each calendar year that is asked about is searched for
 * changes once (about 0.1 ms) and kept; after that a lookup costs some nanoseconds. Rules without an end hold to the
 * year 9999.
 */
export class TimeZone {
  readonly name: string;
  readonly #probe: (instant: Instant) => number;
  readonly #years = new Map<number, readonly OffsetSpan[]>();
  #recent: OffsetSpan = { start: 0, end: 0, offset: 0 };

  /** @param probe local time less UTC at any instant, in milliseconds; default: as the runtime knows the zone of that name */
  constructor(name: string, probe: (instant: Instant) => number = probeOf(name)) {
    this.name = name;
    this.#probe = probe;
  }

  /** The stretch of one offset around an instant. Two neighbours may have the same offset: years are kept apart. */
  spanAt(instant: Instant): OffsetSpan {
    const recent = this.#recent;
    if (instant >= recent.start && instant < recent.end) return recent;
    const year = new Date(Math.min(Math.max(instant, EARLIEST), LATEST)).getUTCFullYear();
    let spans = this.#years.get(year);
    if (spans === undefined) {
      spans = this.#search(year);
      this.#years.set(year, spans);
    }
    for (const span of spans) {
      if (instant < span.end) {
        this.#recent = span;
        return span;
      }
    }
    throw new RangeError(`no offset of ${this.name} at ${instant}`);
  }

  /** Local time less UTC at an instant, in milliseconds. */
  offsetAt(instant: Instant): number {
    return this.spanAt(instant).offset;
  }

  /** What the wall clock reads at an instant. */
  localAt(instant: Instant): LocalTime {
    return instant + this.spanAt(instant).offset;
  }

  /**
   * The first instant at which the wall clock reads `local` or later: the time itself, its first pass where it is
   * repeated, and the end of the gap where it is left out.
   */
  firstAt(local: LocalTime): Instant {
    let span = this.spanAt(local - FARTHEST_OFFSET);
    for (;;) {
      const instant = local - span.offset;
      if (instant < span.end) return Math.max(instant, span.start);
      span = this.spanAt(span.end);
    }
  }

  /** The first instant from which on the wall clock never reads less than `local`: the last pass of a repeated time. */
  lastAt(local: LocalTime): Instant {
    let span = this.spanAt(local + FARTHEST_OFFSET);
    for (;;) {
      const instant = local - span.offset;
      if (instant > span.start) return Math.min(instant, span.end);
      span = this.spanAt(span.start - 1);
    }
  }

  /** The latest time that the wall clock has shown up to an instant: ahead of what it reads while an hour is repeated. */
  reachedAt(instant: Instant): LocalTime {
    let span = this.spanAt(instant);
    let reached = instant + span.offset;
    while (span.start > instant - LONGEST_REPEAT) {
      const { start } = span;
      span = this.spanAt(start - 1);
      reached = Math.max(reached, start - 1 + span.offset);
    }
    return reached;
  }

  /** The first change of the offset strictly after `after` and at or before `until`. */
  nextChange(after: Instant, until: Instant): OffsetChange | undefined {
    let span = this.spanAt(after);
    while (span.end <= until && span.end <= LATEST) {
      const following = this.spanAt(span.end);
      if (following.offset !== span.offset) return { at: span.end, before: span.offset, after: following.offset };
      span = following;
    }
    return undefined;
  }

  /** The last change of the offset at or before `at` and strictly after `from`. */
  previousChange(at: Instant, from: Instant): OffsetChange | undefined {
    let span = this.spanAt(at);
    while (span.start > from && span.start > EARLIEST) {
      const earlier = this.spanAt(span.start - 1);
      if (earlier.offset !== span.offset) return { at: span.start, before: earlier.offset, after: span.offset };
      span = earlier;
    }
    return undefined;
  }

  #search(year: number): OffsetSpan[] {
    const from = Date.UTC(year, 0, 1);
    const to = Date.UTC(year + 1, 0, 1);
    const spans: OffsetSpan[] = [];
    let start = from;
    let offset = this.#probe(from);
    for (let at = from; at < to; ) {
      const probe = Math.min(at + PROBE_STEP, to);
      // The first instant of the next year belongs to that year's search.
      while (this.#probe(probe) !== offset) {
        const change = this.#changeBetween(at, probe, offset);
        if (change === to) break;
        spans.push({ start, end: change, offset });
        start = change;
        at = change;
        offset = this.#probe(change);
      }
      at = probe;
    }
    spans.push({ start, end: to, offset });
    return spans.map((span) => ({
      start: year === FIRST_YEAR && span.start === from ? Number.NEGATIVE_INFINITY : span.start,
      end: year === LAST_YEAR && span.end === to ? Number.POSITIVE_INFINITY : span.end,
      offset: span.offset,
    }));
  }

  /** The whole second at which the offset stops being `offset`, between two instants. */
  #changeBetween(from: Instant, to: Instant, offset: number): Instant {
    let low = from;
    let high = to;
    while (high - low > 1000) {
      const middle = low + Math.floor((high - low) / 2000) * 1000;
      if (this.#probe(middle) === offset) low = middle;
      else high = middle;
    }
    return high;
  }
}

/** Reads the runtime's tz database, at about a microsecond a time. */
function probeOf(name: string): (instant: Instant) => number {
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone: name,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  return (instant) => {
    const [month = 0, day = 0, year = 0, hour = 0, minute = 0, second = 0] = format
      .format(instant)
      .split(/\D+/)
      .map(Number);
    return Date.UTC(year, month - 1, day, hour, minute, second) - instant;
  };
}

const zones = new Map<string, TimeZone>();

/** The zone of an IANA name; one object per name, which keeps what it has looked up. */
export function timeZone(name: string): TimeZone {
  let zone = zones.get(name);
  if (zone === undefined) {
    const known = assertZone(name);
    zone = zones.get(known) ?? new TimeZone(known);
    zones.set(known, zone);
  }
  return zone;
}

/** An instant in ISO 8601 as the zone's wall clock reads it, with its offset: `2027-03-14T03:00:00+09:00`. */
export function formatLocal(instant: Instant, zoneName: string): string {
  const offset = timeZone(zoneName).offsetAt(instant);
  const minutes = Math.round(Math.abs(offset) / 60_000);
  const sign = offset < 0 ? "-" : "+";
  const two = (value: number) => String(value).padStart(2, "0");
  const local = new Date(instant + offset).toISOString();
  const seconds = local.endsWith(".000Z") ? local.slice(0, 19) : local.slice(0, 23);
  return `${seconds}${sign}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}
