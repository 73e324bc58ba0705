import type { Instant } from "../base/clock.ts";
import type { Schedule } from "../schedule/schedule.ts";
import { compiled, type ForecastGroup, type ForecastWindow } from "./forecast.ts";
import type { Sliced } from "./in-slices.ts";
import { MinHeap } from "./min-heap.ts";
import type { Compile } from "./schedule-plan.ts";

const MINUTE_MS = 60_000;
/** How long a run is assumed to take that has no past. */
export const ASSUMED_DURATION_MS = MINUTE_MS;
const RUNS_AT_ONCE = 500;

/** Schedules of one plan whose runs take about the same time. */
export interface TimelineGroup extends ForecastGroup {
  /** The mean of past runs; null: none is known, and {@link ASSUMED_DURATION_MS} is assumed. */
  readonly durationMs: number | null;
}

export interface TimelineRequest extends ForecastWindow {
  /** Runs that the workers can execute at once. */
  readonly slots: number;
  /** After so many runs the simulation ends. Default: 500,000. */
  readonly mostRuns?: number;
  /** The first so many runs are told one by one. Default: 1,000. */
  readonly mostListed?: number;
}

/** One run, or several equal ones that begin together. */
export interface SimulatedRun {
  /** In the list of groups. */
  readonly group: number;
  readonly nominalAt: Instant;
  readonly startsAt: Instant;
  readonly endsAt: Instant;
  /** For a free slot. */
  readonly waitMs: number;
  readonly runs: number;
}

/** A stretch in which more runs are under way or waiting than there are slots. */
export interface Overload {
  readonly from: Instant;
  readonly to: Instant;
  /** The most that are under way or waiting at once. */
  readonly most: number;
}

/** A day as it would go. */
export interface Timeline {
  /** In each minute, the most that would be under way at once if there were slots for all. */
  readonly demand: Uint32Array;
  /** The same with the slots that there are. */
  readonly running: Uint32Array;
  /** In each minute, the most that wait for a slot. */
  readonly waiting: Uint32Array;
  readonly overloads: readonly Overload[];
  /** The first runs, by their beginning. */
  readonly runs: readonly SimulatedRun[];
  /** How many runs each group has. */
  readonly runsOfGroup: readonly number[];
  readonly totalRuns: number;
  readonly longestWaitMs: number;
  readonly meanWaitMs: number;
  /** Up to here the day was simulated: its end, unless there were too many runs or too little time. */
  readonly simulatedTo: Instant;
}

/**
 * Simulates the runs that schedules send within a window: each waits for the first free slot, in the order of their nominal times, and
 * takes as long as those before it did on average. Nothing is under way at the beginning, no run fails, is retried or kept away by an
 * overlap rule.
 */
export function* timelineSteps(
  groups: readonly TimelineGroup[],
  request: TimelineRequest,
  compile: Compile,
): Sliced<Timeline> {
  const { from, to, slots, mostRuns = 500_000, mostListed = 1_000 } = request;
  const minutes = Math.max(0, Math.ceil((to - from) / MINUTE_MS));
  const due = new MinHeap<{ readonly index: number; readonly schedule: Schedule }>();
  for (const [index, { plan }] of groups.entries()) {
    const schedule = compiled(plan, compile);
    const at = schedule?.next(from - 1);
    if (schedule !== undefined && at !== undefined && at < to) due.push(at, { index, schedule });
    if (index % 20 === 19) yield;
  }

  const demand = new Level(from, minutes);
  const running = new Level(from, minutes);
  const waiting = new Level(from, minutes);
  const load = new Overloads(slots);
  /** When each slot is free; those that were never used count as free from the beginning. */
  const free = new MinHeap<number>();
  let unused = slots;
  const runs: SimulatedRun[] = [];
  const runsOfGroup = groups.map(() => 0);
  let totalRuns = 0;
  let waited = 0;
  let longestWaitMs = 0;
  let simulatedTo = to;
  let since = 0;
  let stopped = false;

  while (due.size > 0) {
    const nominalAt = due.first;
    const { index, schedule } = due.pop() as { index: number; schedule: Schedule };
    const { count, durationMs } = groups[index] as TimelineGroup;
    const duration = Math.max(0, durationMs ?? ASSUMED_DURATION_MS);
    if (totalRuns + count > mostRuns) {
      simulatedTo = nominalAt;
      break;
    }
    totalRuns += count;
    runsOfGroup[index] = (runsOfGroup[index] ?? 0) + count;
    demand.add(nominalAt, nominalAt + duration, count);
    for (let left = count; left > 0; ) {
      // As many as begin together: all that never-used slots take, or one by one as slots become free.
      const together = unused > 0 ? Math.min(unused, left) : 1;
      if (slots === 0) {
        load.add(nominalAt, to, left);
        waiting.add(nominalAt, to, left);
        break;
      }
      const startsAt = unused > 0 ? nominalAt : Math.max(nominalAt, free.first);
      if (unused > 0) unused -= together;
      else free.pop();
      for (let slot = 0; slot < together; slot += 1) free.push(startsAt + duration, 0);
      left -= together;
      const waitMs = startsAt - nominalAt;
      waited += waitMs * together;
      longestWaitMs = Math.max(longestWaitMs, waitMs);
      running.add(startsAt, startsAt + duration, together);
      if (waitMs > 0) waiting.add(nominalAt, startsAt, together);
      load.add(nominalAt, startsAt + duration, together);
      const last = runs.at(-1);
      if (last?.group === index && last.nominalAt === nominalAt && last.startsAt === startsAt) {
        runs[runs.length - 1] = { ...last, runs: last.runs + together };
      } else if (runs.length < mostListed) {
        runs.push({ group: index, nominalAt, startsAt, endsAt: startsAt + duration, waitMs, runs: together });
      }
      since += together;
      if (since >= RUNS_AT_ONCE) {
        since = 0;
        stopped = (yield) === true || stopped;
      }
    }
    const next = schedule.next(nominalAt);
    if (next !== undefined && next < to) due.push(next, { index, schedule });
    since += 1;
    if (stopped) {
      simulatedTo = due.size > 0 ? due.first : to;
      break;
    }
  }
  return {
    demand: demand.most(),
    running: running.most(),
    waiting: waiting.most(),
    overloads: load.stretches(to),
    runs,
    runsOfGroup,
    totalRuns,
    longestWaitMs,
    meanWaitMs: totalRuns === 0 ? 0 : Math.round(waited / totalRuns),
    simulatedTo,
  };
}

/** How many of something are there at once, told as the most in each minute. What is added begins in order. */
class Level {
  readonly #from: Instant;
  readonly #most: Uint32Array;
  readonly #ends = new MinHeap<number>();
  #level = 0;
  #at: Instant;

  constructor(from: Instant, minutes: number) {
    this.#from = from;
    this.#most = new Uint32Array(minutes);
    this.#at = from;
  }

  add(startsAt: Instant, endsAt: Instant, count: number): void {
    this.#goOn(startsAt);
    if (endsAt <= startsAt) return;
    this.#level += count;
    this.#ends.push(endsAt, count);
    this.#mark(startsAt, startsAt);
  }

  most(): Uint32Array {
    this.#goOn(this.#from + this.#most.length * MINUTE_MS);
    return this.#most;
  }

  #goOn(to: Instant): void {
    while (this.#ends.first <= to) {
      const end = this.#ends.first;
      this.#mark(this.#at, end - 1);
      this.#level -= this.#ends.pop() ?? 0;
      this.#at = end;
    }
    if (to > this.#at) {
      this.#mark(this.#at, to - 1);
      this.#at = to;
    }
  }

  #mark(from: Instant, to: Instant): void {
    const last = Math.min(Math.floor((to - this.#from) / MINUTE_MS), this.#most.length - 1);
    for (let minute = Math.floor((from - this.#from) / MINUTE_MS); minute <= last; minute += 1) {
      if (this.#level > (this.#most[minute] ?? 0)) this.#most[minute] = this.#level;
    }
  }
}

/** The stretches in which more are under way or waiting than there are slots. What is added begins in order. */
class Overloads {
  readonly #slots: number;
  readonly #ends = new MinHeap<number>();
  readonly #found: Overload[] = [];
  #level = 0;
  #open: { from: Instant; most: number } | undefined;

  constructor(slots: number) {
    this.#slots = slots;
  }

  add(startsAt: Instant, endsAt: Instant, count: number): void {
    this.#endBy(startsAt);
    if (endsAt <= startsAt) return;
    this.#level += count;
    this.#ends.push(endsAt, count);
    if (this.#level <= this.#slots) return;
    this.#open ??= { from: startsAt, most: 0 };
    this.#open.most = Math.max(this.#open.most, this.#level);
  }

  stretches(to: Instant): Overload[] {
    this.#endBy(to);
    if (this.#open !== undefined) this.#found.push({ ...this.#open, to });
    return this.#found;
  }

  #endBy(to: Instant): void {
    while (this.#ends.first <= to) {
      const end = this.#ends.first;
      this.#level -= this.#ends.pop() ?? 0;
      if (this.#open === undefined || this.#level > this.#slots || this.#ends.first === end) continue;
      const { from, most } = this.#open;
      this.#open = undefined;
      const before = this.#found.at(-1);
      // What ends and begins again at one instant is one stretch.
      if (before?.to === from)
        this.#found[this.#found.length - 1] = { from: before.from, to: end, most: Math.max(before.most, most) };
      else this.#found.push({ from, to: end, most });
    }
  }
}
