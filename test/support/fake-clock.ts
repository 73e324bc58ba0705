import { setImmediate as turn } from "node:timers/promises";
import type { Clock, Instant, Stop } from "../../src/base/clock.ts";

interface Timer {
  readonly at: number;
  readonly order: number;
  readonly then: () => void;
}

/** A clock that stands still until it is told to go on. Wall clock and elapsed time may be moved apart, as real ones do. */
export class FakeClock implements Clock {
  #now: Instant;
  #elapsed = 0;
  #order = 0;
  #timers: Timer[] = [];

  constructor(now: Instant = Date.UTC(2026, 0, 1)) {
    this.#now = now;
  }

  now(): Instant {
    return this.#now;
  }

  monotonic(): number {
    return this.#elapsed;
  }

  after(ms: number, then: () => void): Stop {
    const timer = { at: this.#elapsed + Math.max(ms, 0), order: this.#order++, then };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  /** Sets the wall clock and leaves elapsed time alone. */
  jump(ms: number): void {
    this.#now += ms;
  }

  /** How many timers wait: for "nothing leaks". */
  get waiting(): number {
    return this.#timers.length;
  }

  /** Lets `ms` pass; what is due on the way is called in order, and what it starts has its turn. */
  async advance(ms: number): Promise<void> {
    const end = this.#elapsed + ms;
    await settle();
    for (;;) {
      const [next] = this.#timers.filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at || a.order - b.order);
      if (next === undefined) break;
      this.#moveTo(next.at);
      this.#timers = this.#timers.filter((timer) => timer !== next);
      next.then();
      await settle();
    }
    this.#moveTo(end);
    await settle();
  }

  #moveTo(elapsed: number): void {
    this.#now += Math.max(0, elapsed - this.#elapsed);
    this.#elapsed = Math.max(this.#elapsed, elapsed);
  }
}

/** Lets everything that waits for no timer have its turn. */
export async function settle(turns = 5): Promise<void> {
  for (let i = 0; i < turns; i += 1) await turn();
}
