import type { Instant } from "../base/clock.ts";
import { MS_PER_DAY } from "../schedule/civil-date.ts";
import type { LocalTimes } from "../schedule/local-time.ts";
import { rememberNext } from "../schedule/remember-next.ts";
import type { Exception, Exceptions, Schedule } from "../schedule/schedule.ts";
import { LONGEST_REPEAT, type TimeZone, timeZone } from "../schedule/time-zone.ts";
import { type BusinessDays, businessDays, type CalendarDays, type CalendarRule } from "./calendar-days.ts";
import { MovedTimes } from "./moved-times.ts";

/**
 * How many times in a row may miss a business day before the schedule counts as ended: forty years of a weekly schedule that is
 * closed every week.
 */
const MOST_MISSES = 2_100;

/**
 * A schedule that keeps to the business days of a calendar. A time on a closed day is dropped, or moved to the business day before
 * or after at the same wall-clock time: at its first pass where that is repeated, right after the gap where it is left out. Times
 * that meet at one instant are one. What was dropped or moved is told by `exceptions`. A time without a business day within a
 * year is dropped.
 *
 * @param zoneName whose dates are meant
 */
export function withCalendar(schedule: Schedule, zoneName: string, days: CalendarDays, rule: CalendarRule): Schedule {
  const zone = timeZone(zoneName);
  const business = businessDays(days);
  const open = new Stretches(schedule, zone, business, true);
  const closed = new Stretches(schedule, zone, business, false);
  const moved = rule === "skip" ? undefined : new MovedTimes({ schedule, zone, business, closed, rule });

  const next = (after: Instant) => earlier(open.next(after), moved?.next(after));
  const previous = (at: Instant) => later(open.previous(at), moved?.previous(at));
  const fires = (at: Instant) => previous(at) === at;
  const exceptionOf = (at: Instant): Exception => {
    const movedTo = moved?.targetOf(at);
    return { at, reason: "calendar", ...(movedTo !== undefined && { movedTo }) };
  };
  const { named, each, ...own } = schedule;
  const isOpen = (at: Instant) => business.isOpen(Math.floor(zone.localAt(at) / MS_PER_DAY));
  return {
    ...own,
    next,
    previous,
    count: (from, to, limit) => countByDays({ schedule, next, zone, business, moved }, from, to, limit),
    ...(each !== undefined &&
      moved === undefined && {
        each: (from: Instant, to: Instant, visit: (at: Instant) => void) =>
          each(from, to, (at) => {
            if (isOpen(at)) visit(at);
          }),
      }),
    ...(named !== undefined && { named: onOpenDays(named, business) }),
    exceptions: {
      next: rememberNext((after) => {
        let at = closed.next(after);
        while (at !== undefined && fires(at)) at = closed.next(at);
        const inner = unfired(schedule.exceptions?.next(after), (last) => schedule.exceptions?.next(last), fires);
        if (at === undefined || (inner !== undefined && inner.at < at)) return inner;
        return exceptionOf(at);
      }, endOfYear),
      previous(until) {
        let at = closed.previous(until);
        while (at !== undefined && fires(at)) at = closed.previous(at - 1);
        const before = (last: Instant) => schedule.exceptions?.previous(last - 1);
        const inner = unfired(schedule.exceptions?.previous(until), before, fires);
        if (at === undefined || (inner !== undefined && inner.at > at)) return inner;
        return exceptionOf(at);
      },
    } satisfies Exceptions,
  };
}

/** As long as the exceptions of the schedule itself are looked for no further than before. */
function endOfYear(at: Instant): Instant {
  return Date.UTC(new Date(at).getUTCFullYear() + 1, 0);
}

function unfired(
  first: Exception | undefined,
  following: (last: Instant) => Exception | undefined,
  fires: (at: Instant) => boolean,
): Exception | undefined {
  let exception = first;
  while (exception !== undefined && fires(exception.at)) exception = following(exception.at);
  return exception;
}

/** The times of a schedule on open (or on closed) days. Whole stretches of the other days are passed over at once. */
export class Stretches {
  readonly #schedule: Schedule;
  readonly #zone: TimeZone;
  readonly #business: BusinessDays;
  readonly #wanted: boolean;

  constructor(schedule: Schedule, zone: TimeZone, business: BusinessDays, wanted: boolean) {
    this.#schedule = schedule;
    this.#zone = zone;
    this.#business = business;
    this.#wanted = wanted;
  }

  next(after: Instant): Instant | undefined {
    let at = this.#schedule.next(after);
    for (let misses = 0; at !== undefined && misses < MOST_MISSES; misses += 1) {
      const from = this.#from(at);
      if (from === undefined || from === at) return from;
      at = this.#schedule.next(from - 1);
    }
    return undefined;
  }

  previous(until: Instant): Instant | undefined {
    let at = this.#schedule.previous(until);
    for (let misses = 0; at !== undefined && misses < MOST_MISSES; misses += 1) {
      const to = this.#upTo(at);
      if (to === undefined || to === at) return to;
      at = this.#schedule.previous(to);
    }
    return undefined;
  }

  /** The first instant at or after `at` on a day that is wanted. */
  #from(at: Instant): Instant | undefined {
    let span = this.#zone.spanAt(at);
    let local = at + span.offset;
    for (;;) {
      const today = Math.floor(local / MS_PER_DAY);
      const day = this.#business.next(today, this.#wanted);
      if (day === undefined) return undefined;
      if (day === today) return local - span.offset;
      const instant = day * MS_PER_DAY - span.offset;
      if (instant < span.end) return instant;
      span = this.#zone.spanAt(span.end);
      local = span.start + span.offset;
    }
  }

  /** The last instant at or before `at` on a day that is wanted. */
  #upTo(at: Instant): Instant | undefined {
    let span = this.#zone.spanAt(at);
    let local = at + span.offset;
    for (;;) {
      const today = Math.floor(local / MS_PER_DAY);
      const day = this.#business.previous(today, this.#wanted);
      if (day === undefined) return undefined;
      if (day === today) return local - span.offset;
      const instant = (day + 1) * MS_PER_DAY - 1 - span.offset;
      if (instant >= span.start) return instant;
      local = span.start - 1;
      span = this.#zone.spanAt(local);
      local += span.offset;
    }
  }
}

/** Wall-clock times on open days alone: what a change of the clocks can touch. */
function onOpenDays(named: LocalTimes, business: BusinessDays): LocalTimes {
  return {
    next(after) {
      let local = named.next(after);
      for (let misses = 0; local !== undefined && misses < MOST_MISSES; misses += 1) {
        const today = Math.floor(local / MS_PER_DAY);
        const day = business.next(today, true);
        if (day === undefined || day === today) return day === undefined ? undefined : local;
        local = named.next(day * MS_PER_DAY - 1);
      }
      return undefined;
    },
    previous(at) {
      let local = named.previous(at);
      for (let misses = 0; local !== undefined && misses < MOST_MISSES; misses += 1) {
        const today = Math.floor(local / MS_PER_DAY);
        const day = business.previous(today, true);
        if (day === undefined || day === today) return day === undefined ? undefined : local;
        local = named.previous((day + 1) * MS_PER_DAY - 1);
      }
      return undefined;
    },
  };
}

interface Counted {
  readonly schedule: Schedule;
  readonly next: (after: Instant) => Instant | undefined;
  readonly zone: TimeZone;
  readonly business: BusinessDays;
  readonly moved: MovedTimes | undefined;
}

/** Counts a day at a time where nothing was moved to and no change of the clocks is near, and one by one elsewhere. */
function countByDays({ schedule, next, zone, business, moved }: Counted, from: Instant, to: Instant, limit: number) {
  let counted = 0;
  let time = next(from - 1);
  while (time !== undefined && time <= to && counted < limit) {
    const { start, end, offset } = zone.spanAt(time);
    const day = Math.floor((time + offset) / MS_PER_DAY);
    const dayEnd = (day + 1) * MS_PER_DAY - offset;
    const isQuiet = time - start > LONGEST_REPEAT && end - dayEnd > LONGEST_REPEAT;
    if (isQuiet && business.isOpen(day) && !moved?.isTarget(day)) {
      const last = Math.min(dayEnd - 1, to);
      counted += schedule.count(time, last, limit - counted);
      time = next(last);
    } else {
      counted += 1;
      time = next(time);
    }
  }
  return Math.min(counted, limit);
}

function earlier(a: Instant | undefined, b: Instant | undefined): Instant | undefined {
  return a === undefined ? b : b === undefined ? a : Math.min(a, b);
}

function later(a: Instant | undefined, b: Instant | undefined): Instant | undefined {
  return a === undefined ? b : b === undefined ? a : Math.max(a, b);
}
