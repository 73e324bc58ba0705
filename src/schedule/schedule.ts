import type { Instant } from "../base/clock.ts";
import type { ClockRules } from "./clock-rules.ts";
import type { LocalTimes } from "./local-time.ts";

/**
 * A strictly increasing sequence of nominal times. Pure: the same arguments give the same answer in every process,
 * whatever was asked before. All times lie between {@link EARLIEST} and {@link LATEST}.
 */
export interface Schedule {
  /** The first nominal time that fires strictly after `after`; undefined when there is none. */
  next(after: Instant): Instant | undefined;
  /** The last nominal time that fires at or before `at`; undefined when there is none. */
  previous(at: Instant): Instant | undefined;
  /** How many nominal times fire in [`from`, `to`], both ends included; stops counting at `limit`. */
  count(from: Instant, to: Instant, limit: number): number;
  /**
   * Visits every nominal time that fires in [`from`, `to`], in order: the same as asking for the next again and again, and many times
   * as fast. Absent for schedules that have no quicker way.
   */
  each?(from: Instant, to: Instant, visit: (at: Instant) => void): void;
  /**
   * The wall-clock times that the schedule names, where it names any: what a change of the zone's offset can remove
   * or repeat. Absent for schedules of elapsed time, of the sun, and of one instant.
   */
  readonly named?: LocalTimes;
  /** What becomes of {@link named} times where the clocks change. Present where `named` is. */
  readonly clockRules?: ClockRules;
  /** The instants that the schedule names and at which it does not fire. Absent where there are none. */
  readonly exceptions?: Exceptions;
}

/** A strictly increasing sequence of named instants that do not fire. It shares none with those that do. */
export interface Exceptions {
  /** The first strictly after `after`. */
  next(after: Instant): Exception | undefined;
  /** The last at or before `at`. */
  previous(at: Instant): Exception | undefined;
}

/** A named instant that does not fire. */
export interface Exception {
  readonly at: Instant;
  /** `calendar`: its date is closed. `daylight_saving`: the clock leaves the time out; `at` is the instant right after the gap. */
  readonly reason: "calendar" | "daylight_saving";
  /** The instant that fires in its place. */
  readonly movedTo?: Instant;
}

/** 1900-01-01T00:00:00.000Z. No schedule names a time before it. */
export const EARLIEST: Instant = -2_208_988_800_000;
/** 9999-12-31T23:59:59.999Z. No schedule names a time after it. */
export const LATEST: Instant = 253_402_300_799_999;

/** Counts one by one: for schedules that have no quicker way. */
export function countBySteps(schedule: Pick<Schedule, "next">, from: Instant, to: Instant, limit: number): number {
  let counted = 0;
  let time = schedule.next(from - 1);
  while (time !== undefined && time <= to && counted < limit) {
    counted += 1;
    time = schedule.next(time);
  }
  return counted;
}

/**
 * Keeps arguments and answers between two instants (default: {@link EARLIEST} and {@link LATEST}), both included; an argument that
 * is no number has no answer. An exception whose replacement lies outside is not replaced.
 */
export function withinBounds(schedule: Schedule, from: Instant = EARLIEST, to: Instant = LATEST): Schedule {
  const { each, exceptions } = schedule;
  const isInside = (at: Instant) => at >= from && at <= to;
  return {
    ...schedule,
    next(after) {
      if (!(after < to)) return undefined;
      const time = schedule.next(Math.max(after, from - 1));
      return time !== undefined && time <= to ? time : undefined;
    },
    previous(at) {
      if (!(at >= from)) return undefined;
      const time = schedule.previous(Math.min(at, to));
      return time !== undefined && time >= from ? time : undefined;
    },
    count(start, end, limit) {
      const first = Math.max(start, from);
      const last = Math.min(end, to);
      return first <= last && limit > 0 ? schedule.count(first, last, limit) : 0;
    },
    ...(each !== undefined && {
      each: (start: Instant, end: Instant, visit: (at: Instant) => void) =>
        each(Math.max(start, from), Math.min(end, to), visit),
    }),
    ...(exceptions !== undefined && {
      exceptions: {
        next(after: Instant) {
          if (!(after < to)) return undefined;
          const exception = exceptions.next(Math.max(after, from - 1));
          return exception !== undefined && exception.at <= to ? replacedInside(exception, isInside) : undefined;
        },
        previous(at: Instant) {
          if (!(at >= from)) return undefined;
          const exception = exceptions.previous(Math.min(at, to));
          return exception !== undefined && exception.at >= from ? replacedInside(exception, isInside) : undefined;
        },
      },
    }),
  };
}

function replacedInside(exception: Exception, isInside: (at: Instant) => boolean): Exception {
  const { at, reason, movedTo } = exception;
  return movedTo === undefined || isInside(movedTo) ? exception : { at, reason };
}
