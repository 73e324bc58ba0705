import type { Clock } from "../base/clock.ts";

/** A sleep that a hint can end. A hint that comes while nobody sleeps ends the next sleep at once, so none is lost. */
export class Sleep {
  readonly #clock: Clock;
  #hinted = false;
  #wakeUp: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** At least a turn of the event loop, even for 0: timers and sockets have theirs between two batches. */
  async until(ms: number): Promise<void> {
    if (this.#hinted || ms <= 0) {
      this.#hinted = false;
      await new Promise<void>((resolve) => setImmediate(resolve));
      return;
    }
    await new Promise<void>((resolve) => {
      const stop = this.#clock.after(ms, resolve);
      this.#wakeUp = () => {
        stop();
        resolve();
      };
    });
    this.#wakeUp = undefined;
    this.#hinted = false;
  }

  end(): void {
    this.#hinted = true;
    this.#wakeUp?.();
  }
}
