import type { Instant } from "../base/clock.ts";
import type { LocalTimes } from "./local-time.ts";

/**
 * A strictly increasing sequence of nominal times. Pure: the same arguments give the same answer in every process,
 * whatever was asked before. All times lie between {@link EARLIEST} and {@link LATEST}.
 */
export interface Schedule {
  /** The first nominal time strictly after `after`; undefined when there is none. */
  next(after: Instant): Instant | undefined;
  /** The last nominal time at or before `at`; undefined when there is none. */
  previous(at: Instant): Instant | undefined;
  /** How many nominal times lie in [`from`, `to`], both ends included; stops counting at `limit`. */
  count(from: Instant, to: Instant, limit: number): number;
  /**
   * The wall-clock times that the schedule names, where it names any: what a change of the zone's offset can remove
   * or repeat. Absent for schedules of elapsed time, of the sun, and of one instant.
   */
  readonly named?: LocalTimes;
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

/** Keeps arguments and answers between {@link EARLIEST} and {@link LATEST}; an argument that is no number has no answer. */
export function withinBounds(schedule: Schedule): Schedule {
  return {
    ...schedule,
    next(after) {
      if (!(after < LATEST)) return undefined;
      const time = schedule.next(Math.max(after, EARLIEST - 1));
      return time !== undefined && time <= LATEST ? time : undefined;
    },
    previous(at) {
      if (!(at >= EARLIEST)) return undefined;
      const time = schedule.previous(Math.min(at, LATEST));
      return time !== undefined && time >= EARLIEST ? time : undefined;
    },
    count(from, to, limit) {
      const first = Math.max(from, EARLIEST);
      const last = Math.min(to, LATEST);
      return first <= last && limit > 0 ? schedule.count(first, last, limit) : 0;
    },
  };
}
