import type { Clock } from "../base/clock.ts";
import type { RunStore } from "../run/run-store.ts";
import type { Slots } from "./slots.ts";

/** Hints come with each commit of anyone; a look costs one or two reads. */
const LOOK_AT_MOST_EVERY_MS = 100;

export interface CancelWatchParts {
  readonly runs: Pick<RunStore, "cancelled" | "find">;
  readonly clock: Clock;
  readonly slots: Slots;
  readonly failing: (error: unknown) => void;
}

/** Finds which of the runs that are being executed are to stop, and aborts their signals. */
export class CancelWatch {
  readonly #parts: CancelWatchParts;
  #isLooking = false;
  #isScheduled = false;
  #lookedAt = Number.NEGATIVE_INFINITY;

  constructor(parts: CancelWatchParts) {
    this.#parts = parts;
  }

  /** Something may have changed: looks soon. */
  hear(processId: () => number | undefined): void {
    if (this.#isScheduled || this.#watched().length === 0) return;
    this.#isScheduled = true;
    const { clock } = this.#parts;
    clock.after(Math.max(0, this.#lookedAt + LOOK_AT_MOST_EVERY_MS - clock.monotonic()), () => {
      this.#isScheduled = false;
      const id = processId();
      if (id !== undefined) void this.look(id);
    });
  }

  async look(processId: number): Promise<void> {
    const { runs, clock, failing } = this.#parts;
    const watched = this.#watched();
    if (this.#isLooking || watched.length === 0) return;
    this.#isLooking = true;
    this.#lookedAt = clock.monotonic();
    try {
      const claims = watched.map(({ run }) => run);
      for (const { id, claim } of await runs.cancelled(processId, claims)) {
        const asked = (await runs.find(id))?.cancelRequestedAt !== undefined;
        const execution = watched.find(({ run }) => run.id === id && run.claim === claim);
        execution?.stop(asked ? "cancelled" : "lost");
      }
    } catch (error) {
      failing(error);
    } finally {
      this.#isLooking = false;
    }
  }

  /** Those that were noted as begun: what is over in a moment is not worth a look. */
  #watched() {
    return [...this.#parts.slots.executing].filter(({ isBegun, stopReason }) => isBegun && stopReason === undefined);
  }
}
