import type { Clock } from "../base/clock.ts";
import type { RunStore } from "../run/run-store.ts";
import type { Attempt } from "./attempt.ts";
import { patiently } from "./patiently.ts";
import type { Slots } from "./slots.ts";

/** An attempt that takes so long is noted as begun; most are over before. */
const NOTED_AFTER_MS = 10;

export interface BeginNotesParts {
  readonly runs: Pick<RunStore, "begin">;
  readonly clock: Clock;
  readonly slots: Slots;
  readonly failing: (error: unknown) => void;
}

/** Notes in the database which runs are being executed, so that these are charged with an attempt if the worker dies, and no others. */
export class BeginNotes {
  readonly #parts: BeginNotesParts;
  #isScheduled = false;

  constructor(parts: BeginNotesParts) {
    this.#parts = parts;
  }

  /** Before the task is called. Whether the run is still this worker's. */
  now(execution: Attempt): Promise<boolean> {
    const { clock, failing } = this.#parts;
    return patiently(() => this.#note([execution]), clock, failing);
  }

  /** Within a moment, if it has not ended by then; with all others that have not. */
  soon(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    this.#parts.clock.after(NOTED_AFTER_MS, () => {
      this.#isScheduled = false;
      void this.#noteAll();
    });
  }

  async #noteAll(): Promise<void> {
    const { clock, slots, failing } = this.#parts;
    const unnoted = [...slots.executing].filter(({ isBegun }) => !isBegun);
    const old = unnoted.filter(({ since }) => clock.monotonic() - since > NOTED_AFTER_MS / 2);
    if (old.length < unnoted.length) this.soon();
    if (old.length === 0) return;
    try {
      await this.#note(old);
    } catch (error) {
      failing(error);
      this.soon();
    }
  }

  /** Whether all are still held; one that is not is asked to stop. */
  async #note(executions: readonly Attempt[]): Promise<boolean> {
    const { runs, clock, slots } = this.#parts;
    const claims = executions.map(({ run }) => run);
    for (const execution of executions) execution.isBegun = true;
    try {
      const held = await runs.begin(claims, clock.now());
      executions.forEach((execution, index) => {
        // It may also have ended, and been written, while this was on its way.
        if (!held[index] && slots.executing.has(execution)) execution.stop("lost");
      });
      return held.every((answer) => answer);
    } catch (error) {
      for (const execution of executions) execution.isBegun = false;
      throw error;
    }
  }
}
