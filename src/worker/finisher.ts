import type { Clock } from "../base/clock.ts";
import type { Outcome, RunStore } from "../run/run-store.ts";
import { patiently } from "./patiently.ts";

const FLUSH_AT = 200;
/** How long an outcome may wait for others to be written with. */
const FLUSH_AFTER_MS = 5;

/** Writes what became of runs, many in one transaction. */
export class Finisher {
  readonly #runs: Pick<RunStore, "finish">;
  readonly #clock: Clock;
  readonly #failing: (error: unknown) => void;
  readonly #fenced: (outcome: Outcome) => void;
  #outcomes: Outcome[] = [];
  #writing: Promise<void> = Promise.resolve();
  #scheduled = false;

  constructor(parts: {
    runs: Pick<RunStore, "finish">;
    clock: Clock;
    /** Told when the store does not answer; the outcomes are kept and tried again until it does. */
    failing: (error: unknown) => void;
    fenced: (outcome: Outcome) => void;
  }) {
    this.#runs = parts.runs;
    this.#clock = parts.clock;
    this.#failing = parts.failing;
    this.#fenced = parts.fenced;
  }

  /** `idle`: nothing else is being executed that could be written with it, so it is written at once. */
  add(outcome: Outcome, idle: boolean): void {
    this.#outcomes.push(outcome);
    if (idle || this.#outcomes.length >= FLUSH_AT) void this.flush();
    else if (!this.#scheduled) {
      this.#scheduled = true;
      this.#clock.after(FLUSH_AFTER_MS, () => {
        this.#scheduled = false;
        void this.flush();
      });
    }
  }

  /** Resolves when all that was added is written. */
  flush(): Promise<void> {
    const outcomes = this.#outcomes;
    if (outcomes.length === 0) return this.#writing;
    this.#outcomes = [];
    this.#writing = this.#writing.then(async () => {
      const answers = await patiently(() => this.#runs.finish(outcomes), this.#clock, this.#failing);
      answers.forEach((answer, index) => {
        const outcome = outcomes[index];
        if (answer === "fenced" && outcome !== undefined) this.#fenced(outcome);
      });
    });
    return this.#writing;
  }
}
