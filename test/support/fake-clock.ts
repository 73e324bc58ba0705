import { setImmediate as turn } from "node:timers/promises";
import type { Instant } from "../../src/base/clock.ts";
import { TestClock } from "../../src/testing/test-clock.ts";

/** The clock of `hyoshi/testing`, for tests that wait for what its timers start. */
export class FakeClock extends TestClock {
  constructor(now: Instant = Date.UTC(2026, 0, 1)) {
    super(now);
  }

  /** Lets `ms` pass, on the wall clock as well; what is due on the way is called in order, and what it starts has its turn. */
  async advance(ms: number): Promise<void> {
    const end = this.monotonic() + ms;
    await settle();
    while (this.step(end, { wall: true })) await settle();
    await settle();
  }
}

/** Lets everything that waits for no timer have its turn. */
export async function settle(turns = 5): Promise<void> {
  for (let i = 0; i < turns; i += 1) await turn();
}
