import type { Clock } from "../base/clock.ts";
import type { Attempt } from "./attempt.ts";

/** Ends the process when its event loop is blocked for too long. */
export interface LoopGuard {
  /** The loop has to have turned in so many ms; undefined: whenever it does. */
  expect(inMs: number | undefined): void;
}

/** The hard limits of what is executed in the loop. A timer there cannot hold a task to its own that does not let it turn. */
export class LoopDeadlines {
  readonly #guard: LoopGuard;
  readonly #clock: Clock;
  readonly #attempts = new Set<Attempt>();
  #earliest = Number.POSITIVE_INFINITY;

  constructor(guard: LoopGuard, clock: Clock) {
    this.#guard = guard;
    this.#clock = clock;
  }

  enter(attempt: Attempt): void {
    this.#attempts.add(attempt);
    if (deadlineOf(attempt) < this.#earliest) this.#expect(deadlineOf(attempt));
  }

  leave(attempt: Attempt): void {
    if (!this.#attempts.delete(attempt) || deadlineOf(attempt) > this.#earliest) return;
    this.#expect(Math.min(...[...this.#attempts].map(deadlineOf)));
  }

  #expect(deadline: number): void {
    this.#earliest = deadline;
    this.#guard.expect(deadline === Number.POSITIVE_INFINITY ? undefined : deadline - this.#clock.monotonic());
  }
}

const deadlineOf = ({ since, timeLimitMs }: Attempt) => since + timeLimitMs;
