import type { Instant } from "../base/clock.ts";
import { MS_PER_DAY } from "../schedule/civil-date.ts";
import type { Schedule } from "../schedule/schedule.ts";
import type { TimeZone } from "../schedule/time-zone.ts";
import type { BusinessDays, CalendarRule } from "./calendar-days.ts";

/** A time is not moved further than this. */
const FARTHEST_MOVE = 366;
/** How many business days in a row may receive nothing before the schedule counts as ended. */
const MOST_MISSES = 2_100;
// No offset is further from UTC.
const FARTHEST_OFFSET = MS_PER_DAY;

export interface Moving {
  readonly schedule: Schedule;
  readonly zone: TimeZone;
  readonly business: BusinessDays;
  /** The schedule's times on closed days. */
  readonly closed: Pick<Schedule, "next" | "previous">;
  readonly rule: Exclude<CalendarRule, "skip">;
}

/** A part of a closed day with one offset: its times, `shift` later on the wall clock, happen on the business day. */
interface Source {
  readonly from: Instant;
  /** Excluded. */
  readonly to: Instant;
  readonly offset: number;
  readonly shift: number;
}

/**
 * The instants to which the times of closed days are moved.
 *
 * A business day receives the times of the closed days next to it, all at their own wall-clock times. The first instant at which
 * the clock reads a time or later never falls as the time rises; so the days receive in their order, and each day's first time beyond
 * an instant is one question to each of its sources.
 */
export class MovedTimes {
  readonly #parts: Moving;
  #recent: { day: number; sources: readonly Source[] } = { day: Number.NaN, sources: [] };

  constructor(parts: Moving) {
    this.#parts = parts;
  }

  /** Where a time on a closed day is moved to; undefined when no business day is near. */
  targetOf(at: Instant): Instant | undefined {
    const { zone } = this.#parts;
    const local = zone.localAt(at);
    const today = Math.floor(local / MS_PER_DAY);
    const day = this.#receiverOf(today);
    return day === undefined ? undefined : zone.firstAt(local + (day - today) * MS_PER_DAY);
  }

  /** Whether a business day stands beside closed ones whose times it receives. */
  isTarget(day: number): boolean {
    return this.#sourcesOf(day).length > 0;
  }

  next(after: Instant): Instant | undefined {
    const { schedule, zone, business, closed, rule } = this.#parts;
    const reached = zone.reachedAt(after);
    let day = business.next(Math.floor(reached / MS_PER_DAY) - 1, true);
    for (let misses = 0; day !== undefined && misses < MOST_MISSES; misses += 1) {
      let first: Instant | undefined;
      for (const { from, to, offset, shift } of this.#sourcesOf(day)) {
        const at = schedule.next(Math.max(from - 1, reached - shift - offset));
        if (at === undefined || at >= to) continue;
        const target = zone.firstAt(at + offset + shift);
        if (first === undefined || target < first) first = target;
      }
      if (first !== undefined) return first;
      // On to the next closed day that has a time, and to the day that receives it.
      const following = business.next(day + 1, true);
      const start = rule === "next" ? day + 1 : following;
      if (start === undefined) return undefined;
      let at = closed.next(zone.firstAt(start * MS_PER_DAY) - 1);
      let receiver = at === undefined ? undefined : this.#receiverAt(at);
      while (at !== undefined && (receiver === undefined || receiver <= day)) {
        at = closed.next(at);
        receiver = at === undefined ? undefined : this.#receiverAt(at);
      }
      day = receiver;
    }
    return undefined;
  }

  previous(until: Instant): Instant | undefined {
    const { schedule, zone, business, closed, rule } = this.#parts;
    const reached = zone.reachedAt(until);
    let day = business.previous(Math.floor(reached / MS_PER_DAY), true);
    for (let misses = 0; day !== undefined && misses < MOST_MISSES; misses += 1) {
      let last: Instant | undefined;
      for (const { from, to, offset, shift } of this.#sourcesOf(day)) {
        const at = schedule.previous(Math.min(to - 1, reached - shift - offset));
        if (at === undefined || at < from) continue;
        const target = zone.firstAt(at + offset + shift);
        if (last === undefined || target > last) last = target;
      }
      if (last !== undefined) return last;
      const preceding = business.previous(day - 1, true);
      const end = rule === "previous" ? day : preceding;
      if (end === undefined) return undefined;
      let at = closed.previous(zone.lastAt(end * MS_PER_DAY) - 1);
      let receiver = at === undefined ? undefined : this.#receiverAt(at);
      while (at !== undefined && (receiver === undefined || receiver >= day)) {
        at = closed.previous(at - 1);
        receiver = at === undefined ? undefined : this.#receiverAt(at);
      }
      day = receiver;
    }
    return undefined;
  }

  #receiverAt(at: Instant): number | undefined {
    return this.#receiverOf(Math.floor(this.#parts.zone.localAt(at) / MS_PER_DAY));
  }

  /** The business day that receives the times of a closed one. */
  #receiverOf(day: number): number | undefined {
    const { business, rule } = this.#parts;
    const receiver = rule === "next" ? business.next(day, true) : business.previous(day, true);
    return receiver !== undefined && Math.abs(receiver - day) <= FARTHEST_MOVE ? receiver : undefined;
  }

  #sourcesOf(day: number): readonly Source[] {
    if (this.#recent.day === day) return this.#recent.sources;
    const { business, rule } = this.#parts;
    const step = rule === "next" ? -1 : 1;
    const sources: Source[] = [];
    for (let distance = 1; distance <= FARTHEST_MOVE && !business.isOpen(day + step * distance); distance += 1) {
      const closedDay = day + step * distance;
      sources.push(...this.#partsOf(closedDay, (day - closedDay) * MS_PER_DAY));
    }
    this.#recent = { day, sources };
    return sources;
  }

  /** A day's stretches of one offset: one as a rule, two where the clocks change. */
  #partsOf(day: number, shift: number): Source[] {
    const { zone } = this.#parts;
    const midnight = day * MS_PER_DAY;
    const parts: Source[] = [];
    let span = zone.spanAt(midnight - FARTHEST_OFFSET);
    while (span.start < midnight + MS_PER_DAY + FARTHEST_OFFSET) {
      const from = Math.max(span.start, midnight - span.offset);
      const to = Math.min(span.end, midnight + MS_PER_DAY - span.offset);
      if (from < to) parts.push({ from, to, offset: span.offset, shift });
      if (span.end === Number.POSITIVE_INFINITY) break;
      span = zone.spanAt(span.end);
    }
    return parts;
  }
}
