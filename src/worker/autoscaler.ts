import type { Clock, Stop } from "../base/clock.ts";
import type { Slots } from "./slots.ts";

/** The least and the most that a worker executes at a time. */
export interface Bounds {
  readonly min: number;
  readonly max: number;
}

const LOOK_EVERY_MS = 1_000;
/** What was not needed for so long is given up. */
const KEPT_MS = 30_000;

export interface AutoscalerParts {
  readonly slots: Pick<Slots, "concurrency" | "free">;
  readonly clock: Clock;
  readonly bounds: Bounds;
  readonly resize: (concurrency: number) => void;
}

/** Doubles a worker's concurrency each second in which all its slots are taken, and takes back what was not needed for half a minute. */
export class Autoscaler {
  readonly #parts: AutoscalerParts;
  #bounds: Bounds;
  #stopTimer: Stop = () => {};
  /** The most that were taken since `#peakSince`. */
  #peak = 0;
  #peakSince = 0;

  constructor(parts: AutoscalerParts) {
    this.#parts = parts;
    this.#bounds = parts.bounds;
  }

  get bounds(): Bounds {
    return this.#bounds;
  }

  start(): void {
    this.#begin();
    this.#tick();
  }

  stop(): void {
    this.#stopTimer();
  }

  setBounds(bounds: Bounds): void {
    this.#bounds = bounds;
    const { concurrency } = this.#parts.slots;
    this.#resize(Math.max(bounds.min, Math.min(concurrency, bounds.max)));
  }

  #tick(): void {
    this.#stopTimer = this.#parts.clock.after(LOOK_EVERY_MS, () => {
      this.#look();
      this.#tick();
    });
  }

  #look(): void {
    const { slots, clock } = this.#parts;
    const { concurrency, free } = slots;
    const taken = concurrency - Math.max(0, free);
    this.#peak = Math.max(this.#peak, taken);
    if (taken >= concurrency) this.#resize(Math.min(concurrency * 2, this.#bounds.max));
    else if (clock.monotonic() - this.#peakSince >= KEPT_MS) {
      this.#resize(Math.max(this.#bounds.min, this.#peak));
      this.#begin();
    }
  }

  #resize(concurrency: number): void {
    if (concurrency === this.#parts.slots.concurrency) return;
    this.#parts.resize(concurrency);
    this.#begin();
  }

  #begin(): void {
    this.#peak = 0;
    this.#peakSince = this.#parts.clock.monotonic();
  }
}
