import type { Clock, Stop } from "../base/clock.ts";
import type { Attempt } from "./attempt.ts";

/** Runs that are claimed together, where they are short. */
const LARGEST_CLAIM = 400;
/** As many are claimed as will probably be done in so long: two milliseconds of claiming for ten of working. */
const CLAIM_AHEAD_MS = 10;
/** Outcomes that are not written yet: with so many no more runs are claimed, for a death would have them all executed again. */
const MOST_UNWRITTEN = 500;
/** The mean duration before anything is known: nothing is claimed ahead. */
const MEAN_AT_FIRST_MS = 50;
/** The weight of one run in the mean duration. */
const SMOOTHING = 0.05;

/** The attempts that a worker makes at the same time. */
export class Slots {
  readonly executing = new Set<Attempt>();
  #concurrency: number;
  readonly #clock: Clock;
  readonly #listeners = new Set<() => void>();
  #meanMs = MEAN_AT_FIRST_MS;
  #hold: object | undefined;
  #waiting = 0;
  #unwritten = 0;

  constructor(concurrency: number, clock: Clock) {
    this.#concurrency = concurrency;
    this.#clock = clock;
  }

  get concurrency(): number {
    return this.#concurrency;
  }

  /** So many at once from now on; what is being executed goes on. */
  setConcurrency(count: number): void {
    this.#concurrency = Math.max(1, count);
    this.#changed();
  }

  enter(execution: Attempt): void {
    this.executing.add(execution);
  }

  leave(execution: Attempt): void {
    this.executing.delete(execution);
    this.#meanMs += (this.#clock.monotonic() - execution.since - this.#meanMs) * SMOOTHING;
    this.#changed();
  }

  /** So many slots are taken by runs that wait for a place in their pool. */
  setWaiting(count: number): void {
    const isLess = count < this.#waiting;
    this.#waiting = count;
    if (isLess) this.#changed();
  }

  /** So many attempts have ended and are not written yet. */
  setUnwritten(count: number): void {
    const wasBehind = this.#unwritten >= MOST_UNWRITTEN;
    this.#unwritten = count;
    if (wasBehind && count < MOST_UNWRITTEN) this.#changed();
  }

  /** How many more may begin now. */
  get free(): number {
    return this.#hold !== undefined ? 0 : this.#concurrency - this.executing.size - this.#waiting;
  }

  /** How many runs to claim: as many as are free, and more where runs are so short that they pass through at once. */
  get room(): number {
    const { free } = this;
    if (free <= 0 || this.#unwritten >= MOST_UNWRITTEN) return 0;
    const passing = Math.floor((this.#concurrency * CLAIM_AHEAD_MS) / Math.max(this.#meanMs, 0.01));
    return Math.max(free, Math.min(passing, LARGEST_CLAIM));
  }

  /** Runs are not as short as they were thought to be. */
  expectLong(): void {
    this.#meanMs = Math.max(this.#meanMs, MEAN_AT_FIRST_MS);
  }

  /** Lets nothing begin for so long, or until the answer is called. */
  hold(ms: number): Stop {
    const hold = {};
    this.#hold = hold;
    const release = () => {
      stopTimer();
      // A later hold is not this one's to end.
      if (this.#hold !== hold) return;
      this.#hold = undefined;
      this.#changed();
    };
    const stopTimer = this.#clock.after(ms, release);
    return release;
  }

  /** Calls `changed` whenever an attempt has ended or a hold is over. */
  onChange(changed: () => void): Stop {
    this.#listeners.add(changed);
    return () => this.#listeners.delete(changed);
  }

  /** Resolves when nothing is executed any more, after `withinMs`, or when `cut` is aborted. */
  untilIdle(withinMs: number, cut?: AbortSignal): Promise<void> {
    if (this.executing.size === 0 || cut?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const done = () => {
        stopListening();
        stopTimer();
        cut?.removeEventListener("abort", done);
        resolve();
      };
      const stopListening = this.onChange(() => {
        if (this.executing.size === 0) done();
      });
      const stopTimer = this.#clock.after(withinMs, done);
      cut?.addEventListener("abort", done);
    });
  }

  #changed(): void {
    for (const changed of this.#listeners) changed();
  }
}
