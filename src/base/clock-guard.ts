import type { Instant } from "./clock.ts";

/** Further than this from the elapsed time, a clock has been set, and not merely corrected. */
export const CLOCK_TOLERANCE_MS = 60_000;
/** A clock that was set and goes on steadily is believed after this time. */
export const HOLD_MS = 60_000;

/**
 * `agrees`: the reading is what elapsed time lets expect; `resumed` where the one before was not. `held`: it is `jumpMs` off, and not to
 * be acted on yet. `accepted`: it has stayed so for long enough, and counts from now on; nothing happened from `from` to `to`.
 */
export type ClockVerdict =
  | { readonly state: "agrees"; readonly resumed: boolean }
  | { readonly state: "held"; readonly jumpMs: number }
  | { readonly state: "accepted"; readonly jumpMs: number; readonly from: Instant; readonly to: Instant };

interface Reading {
  readonly at: Instant;
  readonly elapsed: number;
}

/**
 * Compares readings of a wall clock with elapsed time. A reading that is too far off is doubted until two agree: either with the line from
 * before, or with each other for {@link HOLD_MS}.
 */
export class ClockGuard {
  readonly #monotonic: () => number;
  #trusted: Reading | undefined;
  #doubted: (Reading & { readonly since: number }) | undefined;

  /** @param monotonic elapsed milliseconds */
  constructor(monotonic: () => number) {
    this.#monotonic = monotonic;
  }

  look(at: Instant): ClockVerdict {
    const elapsed = this.#monotonic();
    const reading = { at, elapsed };
    const expected = this.#trusted === undefined ? at : after(this.#trusted, elapsed);
    if (agree(at, expected)) {
      const resumed = this.#doubted !== undefined;
      this.#trusted = reading;
      this.#doubted = undefined;
      return { state: "agrees", resumed };
    }
    const jumpMs = Math.round(at - expected);
    if (this.#doubted === undefined || !agree(at, after(this.#doubted, elapsed))) {
      this.#doubted = { ...reading, since: elapsed };
      return { state: "held", jumpMs };
    }
    if (elapsed - this.#doubted.since < HOLD_MS) {
      this.#doubted = { ...reading, since: this.#doubted.since };
      return { state: "held", jumpMs };
    }
    this.#trusted = reading;
    this.#doubted = undefined;
    return { state: "accepted", jumpMs, from: Math.round(expected), to: at };
  }
}

function after({ at, elapsed }: Reading, now: number): Instant {
  return at + (now - elapsed);
}

function agree(a: Instant, b: Instant): boolean {
  return Math.abs(a - b) <= CLOCK_TOLERANCE_MS;
}
