import type { Clock, Instant, Stop } from "../base/clock.ts";

interface Timer {
  readonly at: number;
  readonly then: () => void;
}

/** A clock that stands still until it is told to go on. Its wall clock and its elapsed time can be moved apart, as real ones do. */
export class TestClock implements Clock {
  #now: Instant;
  #elapsed = 0;
  #timers: Timer[] = [];

  constructor(now: Instant) {
    this.#now = now;
  }

  now(): Instant {
    return this.#now;
  }

  monotonic(): number {
    return this.#elapsed;
  }

  after(ms: number, then: () => void): Stop {
    const timer = { at: this.#elapsed + Math.max(ms, 0), then };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  /** Lets time pass that no wall clock shows: what waits for it is called, the first first. */
  elapse(ms: number): void {
    const end = this.#elapsed + ms;
    for (;;) {
      const [next] = this.#timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
      if (next === undefined) break;
      this.#elapsed = Math.max(this.#elapsed, next.at);
      this.#timers = this.#timers.filter((timer) => timer !== next);
      next.then();
    }
    this.#elapsed = end;
  }

  /** Sets the wall clock forward, and lets as much time pass. */
  advanceTo(instant: Instant): void {
    const ms = Math.max(0, instant - this.#now);
    this.#now += ms;
    this.elapse(ms);
  }
}
