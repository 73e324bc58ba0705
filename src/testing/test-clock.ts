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
    for (;;) if (!this.step(end, { wall: false })) return;
  }

  /** Sets the wall clock forward, and lets as much time pass. */
  advanceTo(instant: Instant): void {
    const ms = Math.max(0, instant - this.#now);
    this.#now += ms;
    this.elapse(ms);
  }

  /** Sets the wall clock and leaves elapsed time alone. */
  jump(ms: number): void {
    this.#now += ms;
  }

  /** How many timers wait: for "nothing leaks". */
  get waiting(): number {
    return this.#timers.length;
  }

  /** Goes on to the first timer until `end` and calls it, or to `end` where there is none, which it answers with false. `wall`: the wall clock goes along. */
  protected step(end: number, { wall }: { readonly wall: boolean }): boolean {
    const [next] = this.#timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
    const passed = Math.max(0, (next?.at ?? end) - this.#elapsed);
    this.#elapsed += passed;
    if (wall) this.#now += passed;
    if (next === undefined) return false;
    this.#timers = this.#timers.filter((timer) => timer !== next);
    next.then();
    return true;
  }
}
