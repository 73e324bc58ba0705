/** A point in time: integer milliseconds since the epoch, UTC. */
export type Instant = number;

/** Something that can be undone once: a timer cleared, a listener removed. */
export type Stop = () => void;

/** A timer longer than this fires at once in Node, so every sleep is cut to it (2^31 - 1 ms, 24.8 days). */
export const LONGEST_TIMER_MS = 2_147_483_647;

/** The only source of the current time. Everything that needs it takes one as an argument. */
export interface Clock {
  /** The wall clock. It may jump, forward and back. */
  now(): Instant;
  /** Milliseconds that only grow, from an arbitrary start, with a fraction. Measures elapsed time. */
  monotonic(): number;
  /** Calls `then` once, after at least `ms` (cut to {@link LONGEST_TIMER_MS}, at least 0). Does not keep the process alive. */
  after(ms: number, then: () => void): Stop;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(ms, then) {
    const timer = setTimeout(then, Math.min(Math.max(ms, 0), LONGEST_TIMER_MS));
    timer.unref();
    return () => clearTimeout(timer);
  },
};

/** Milliseconds that only grow, the same for all threads of this process: one notes them for another. */
export function processMonotonic(): number {
  return Number(process.hrtime.bigint() / 1_000n) / 1_000;
}
