import type { Instant } from "../base/clock.ts";
import { MS_PER_HOUR } from "./civil-date.ts";
import type { ClockRules } from "./clock-rules.ts";
import { gapExceptions } from "./gap-exceptions.ts";
import type { LocalTime, LocalTimes } from "./local-time.ts";
import { countBySteps, type Schedule } from "./schedule.ts";
import { LONGEST_REPEAT, type OffsetSpan, type TimeZone } from "./time-zone.ts";

// Further than the clock was ever set back: an instant this long before a time cannot read that time already.
const BEYOND_REPEATS = 48 * MS_PER_HOUR;

/**
 * The instants at which wall-clock times happen in a zone.
 *
 * Time is walked in stretches of one offset. Inside a stretch a time happens when the clock reads it; between two of them the
 * rules decide about the times in the gap and about those that both stretches read. Zones never change their offset twice within
 * a day, so no time is touched by two changes.
 */
export function onWallClock(named: LocalTimes, zone: TimeZone, rules: ClockRules): Schedule {
  const { gap, fold } = rules;

  const next = (after: Instant): Instant | undefined => {
    let span = zone.spanAt(after);
    let localAfter = fold === "first" ? zone.reachedAt(after) : after + span.offset;
    for (;;) {
      const local = named.next(localAfter);
      if (local === undefined) return undefined;
      const instant = local - span.offset;
      if (instant < span.end && !(fold === "second" && readAgainFrom(local, span, zone) !== undefined)) return instant;
      // Clocks that are set back at the end of this stretch read again what lies behind. Leap only when nothing there matches.
      const leap = instant - BEYOND_REPEATS;
      if (leap > span.end && (fold === "first" || named.next(localAfter - BEYOND_REPEATS) === local)) {
        span = zone.spanAt(leap);
        localAfter = leap + span.offset;
        continue;
      }
      const following = zone.spanAt(span.end);
      const shift = following.offset - span.offset;
      const start = following.start + following.offset;
      if (gap === "after" && instant >= span.end && local < start) return following.start;
      if (shift > 0) localAfter = start - 1;
      else if (shift < 0 && fold !== "first") localAfter = start - 1;
      span = following;
    }
  };

  const previous = (at: Instant): Instant | undefined => {
    let span = zone.spanAt(at);
    let localAt = at + span.offset;
    for (;;) {
      const local = named.previous(localAt);
      if (local === undefined) return undefined;
      const instant = local - span.offset;
      if (instant >= span.start) {
        const again = fold === "second" ? readAgainFrom(local, span, zone) : undefined;
        if (again !== undefined) {
          localAt = again - 1;
          continue;
        }
        if (fold !== "first" || !wasReadBefore(local, span, zone)) return instant;
      }
      const leap = instant + BEYOND_REPEATS;
      if (leap < span.start && named.previous(localAt + BEYOND_REPEATS) === local) {
        span = zone.spanAt(leap);
        localAt = leap + span.offset;
        continue;
      }
      const earlier = zone.spanAt(span.start - 1);
      if (gap === "after" && instant < span.start && local >= span.start + earlier.offset) return span.start;
      localAt = span.start - 1 + earlier.offset;
      span = earlier;
    }
  };

  return {
    named,
    clockRules: rules,
    next,
    previous,
    count: (from, to, limit) => countBySteps({ next }, from, to, limit),
    ...(gap === "skip" && { exceptions: gapExceptions(named, zone) }),
  };
}

/**
 * The earliest time that the clock reads once more when it is set back after a stretch, if that is at or before `local`. A stretch may
 * end with the year alone, and the change follow in the next.
 */
function readAgainFrom(local: LocalTime, span: OffsetSpan, zone: TimeZone): LocalTime | undefined {
  const latest = local - span.offset + LONGEST_REPEAT;
  for (let { end } = span; end < latest; ) {
    const following = zone.spanAt(end);
    const start = following.start + following.offset;
    if (local >= start) return start;
    end = following.end;
  }
  return undefined;
}

/** Whether the clock, set back at or before the start of a stretch, has read a time of it before. */
function wasReadBefore(local: LocalTime, span: OffsetSpan, zone: TimeZone): boolean {
  const earliest = local - span.offset - LONGEST_REPEAT;
  for (let { start } = span; start > earliest; ) {
    const before = zone.spanAt(start - 1);
    if (local < start + before.offset) return true;
    start = before.start;
  }
  return false;
}
