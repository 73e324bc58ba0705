import type { Instant } from "../base/clock.ts";
import { MS_PER_DAY } from "./civil-date.ts";
import type { LocalTimes } from "./local-time.ts";
import { rememberNext } from "./remember-next.ts";
import type { Exception, Exceptions } from "./schedule.ts";
import type { OffsetChange, TimeZone } from "./time-zone.ts";

/** How far is looked for a gap that leaves something out, in years: weekdays and dates meet again within it. */
const FARTHEST_YEARS = 40;
// Between a time and the change that leaves it out lies less than this.
const MARGIN = 2 * MS_PER_DAY;

/**
 * The gaps of a zone that leave out named times, each at the first instant after it, unless a time is named for that instant itself.
 * They are looked for to the ends of the fortieth years before and after the one that is asked about.
 */
export function gapExceptions(named: LocalTimes, zone: TimeZone): Exceptions {
  const exceptionAt = ({ at, before, after }: OffsetChange): Exception | undefined => {
    if (after <= before) return undefined;
    const gapEnd = at + after;
    const local = named.next(at + before - 1);
    if (local === undefined || local >= gapEnd || named.next(gapEnd - 1) === gapEnd) return undefined;
    return { at, reason: "daylight_saving" };
  };
  const search = (after: Instant): Exception | undefined => {
    const until = startOfYear(after, FARTHEST_YEARS + 1);
    let from = after;
    for (;;) {
      const change = zone.nextChange(from, until);
      if (change === undefined) return undefined;
      const exception = exceptionAt(change);
      if (exception !== undefined) return exception;
      const local = named.next(change.at + Math.max(change.before, change.after) - 1);
      if (local === undefined) return undefined;
      from = Math.max(change.at, zone.firstAt(local) - MARGIN);
      if (from > until) return undefined;
    }
  };
  return {
    next: rememberNext(search, (after) => startOfYear(after, 1)),
    previous(at) {
      const until = startOfYear(at, -FARTHEST_YEARS);
      let to: Instant = at;
      for (;;) {
        const change = zone.previousChange(to, until);
        if (change === undefined) return undefined;
        const exception = exceptionAt(change);
        if (exception !== undefined) return exception;
        const local = named.previous(change.at + Math.min(change.before, change.after));
        if (local === undefined) return undefined;
        to = Math.min(change.at - 1, zone.firstAt(local) + MARGIN);
        if (to < until) return undefined;
      }
    },
  };
}

/** The start of the year that lies `years` after that of an instant. */
function startOfYear(at: Instant, years: number): Instant {
  return Date.UTC(new Date(at).getUTCFullYear() + years, 0);
}
