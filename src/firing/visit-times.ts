import type { Instant } from "../base/clock.ts";
import type { Schedule } from "../schedule/schedule.ts";

/** What is due every second has 600,000 times in it, which are visited in a few milliseconds. */
const STRETCH_MS = 7 * 86_400_000;
const SEARCHED_AT_ONCE = 200;

/** Visits the times of a schedule in [`from`, `to`] in order, with pauses. */
export function* visitTimes(
  schedule: Schedule,
  from: Instant,
  to: Instant,
  visit: (at: Instant) => void,
): Generator<void, void, boolean | undefined> {
  if (schedule.each !== undefined) {
    for (let start = from; start <= to; start += STRETCH_MS) {
      schedule.each(start, Math.min(start + STRETCH_MS - 1, to), visit);
      yield;
    }
    return;
  }
  let searched = 0;
  for (let at = schedule.next(from - 1); at !== undefined && at <= to; at = schedule.next(at)) {
    visit(at);
    searched += 1;
    if (searched % SEARCHED_AT_ONCE === 0) yield;
  }
}
