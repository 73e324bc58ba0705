import type { Instant } from "../base/clock.ts";
import type { Schedule } from "../schedule/schedule.ts";

/** The first instant after `after` that a schedule names, whether it fires there or not: what a cursor waits for. */
export function nextNamed(schedule: Schedule, after: Instant): Instant | undefined {
  const fires = schedule.next(after);
  const exception = schedule.exceptions?.next(after);
  if (exception === undefined) return fires;
  return fires === undefined ? exception.at : Math.min(fires, exception.at);
}

/** The last instant at or before `at` that a schedule names, whether it fires there or not. */
export function previousNamed(schedule: Schedule, at: Instant): Instant | undefined {
  const fires = schedule.previous(at);
  const exception = schedule.exceptions?.previous(at);
  if (exception === undefined) return fires;
  return fires === undefined ? exception.at : Math.max(fires, exception.at);
}
