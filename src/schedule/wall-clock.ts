import type { Instant } from "../base/clock.ts";
import { MS_PER_HOUR } from "./civil-date.ts";
import type { LocalTime, LocalTimes } from "./local-time.ts";
import { countBySteps, type Schedule } from "./schedule.ts";
import type { TimeZone } from "./time-zone.ts";

/**
 * Each named wall-clock time happens once: at its first pass where the clock is set back, and at the first instant
 * after the gap where the clock is set forward, all times of one gap together.
 *
 * A time happens when the clock first reads it or later. So the times that have happened up to an instant are exactly
 * those at or below the latest reading so far, and both directions follow from that one reading.
 */
export function eachNamedOnce(named: LocalTimes, zone: TimeZone): Schedule {
  const happensAt = (local: LocalTime | undefined) => (local === undefined ? undefined : zone.firstAt(local));
  const next = (after: Instant) => happensAt(named.next(zone.reachedAt(after)));
  return {
    named,
    next,
    previous: (at) => happensAt(named.previous(zone.reachedAt(at))),
    count: (from, to, limit) => countBySteps({ next }, from, to, limit),
  };
}

// Further than the clock was ever set back: an instant this long before a time cannot read that time already.
const BEYOND_REPEATS = 48 * MS_PER_HOUR;

/**
 * Every instant at which the wall clock reads a matching time, both passes of a repeated hour included: elapsed time,
 * with no hole and no double, for what recurs within the hour.
 */
export function eachMatchingInstant(matching: LocalTimes, zone: TimeZone): Schedule {
  const next = (after: Instant): Instant | undefined => {
    let span = zone.spanAt(after);
    let localAfter = after + span.offset;
    for (;;) {
      const match = matching.next(localAfter);
      if (match === undefined) return undefined;
      const instant = match - span.offset;
      if (instant < span.end) return instant;
      // Clocks that are set back at the end of this stretch read again what lies behind. Leap only when nothing there matches.
      const leap = instant - BEYOND_REPEATS;
      if (leap > span.end && matching.next(localAfter - BEYOND_REPEATS) === match) {
        span = zone.spanAt(leap);
        localAfter = leap + span.offset;
      } else {
        span = zone.spanAt(span.end);
        localAfter = span.start + span.offset - 1;
      }
    }
  };
  const previous = (at: Instant): Instant | undefined => {
    let span = zone.spanAt(at);
    let localAt = at + span.offset;
    for (;;) {
      const match = matching.previous(localAt);
      if (match === undefined) return undefined;
      const instant = match - span.offset;
      if (instant >= span.start) return instant;
      const leap = instant + BEYOND_REPEATS;
      if (leap < span.start && matching.previous(localAt + BEYOND_REPEATS) === match) {
        span = zone.spanAt(leap);
        localAt = leap + span.offset;
      } else {
        span = zone.spanAt(span.start - 1);
        localAt = span.end - 1 + span.offset;
      }
    }
  };
  return { next, previous, count: (from, to, limit) => countBySteps({ next }, from, to, limit) };
}
