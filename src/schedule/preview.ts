import type { Instant } from "../base/clock.ts";
import type { LocalTime } from "./local-time.ts";
import type { Schedule } from "./schedule.ts";
import { timeZone } from "./time-zone.ts";

/** The next `count` nominal times after an instant; fewer when the schedule ends. */
export function previewTimes(schedule: Schedule, after: Instant, count: number): Instant[] {
  const times: Instant[] = [];
  let time = schedule.next(after);
  while (time !== undefined && times.length < count) {
    times.push(time);
    time = schedule.next(time);
  }
  return times;
}

/** A change of the zone's offset that alters what a schedule does. */
export interface ScheduleOffsetChange {
  /** The instant of the change. */
  readonly at: Instant;
  /** `gap`: named times are left out by the clock. `fold`: they are read twice. */
  readonly kind: "gap" | "fold";
  /** The first of the named times that are left out or repeated, as the wall clock reads it. */
  readonly local: LocalTime;
  /** When that time happens under the schedule's rule. */
  readonly happensAt: Instant;
}

const TWO_YEARS_MS = 2 * 366 * 86_400_000;

/**
 * The next change of the zone's offset that leaves out or repeats a time which the schedule names; undefined when none
 * does by `until` (default: two years on). Schedules of elapsed time, of the sun and of one instant name no such times.
 */
export function nextOffsetChange(
  zoneName: string,
  schedule: Schedule,
  after: Instant,
  until: Instant = after + TWO_YEARS_MS,
): ScheduleOffsetChange | undefined {
  const { named } = schedule;
  if (named === undefined) return undefined;
  const zone = timeZone(zoneName);
  let change = zone.nextChange(after, until);
  while (change !== undefined) {
    const from = change.at + Math.min(change.before, change.after);
    const to = change.at + Math.max(change.before, change.after);
    const local = named.next(from - 1);
    if (local !== undefined && local < to) {
      return {
        at: change.at,
        kind: change.after > change.before ? "gap" : "fold",
        local,
        happensAt: zone.firstAt(local),
      };
    }
    change = zone.nextChange(change.at, until);
  }
  return undefined;
}
