import type { Clock } from "../base/clock.ts";
import type { Outcome, RunStore } from "../run/run-store.ts";
import { patiently } from "./patiently.ts";
import type { RunLog } from "./run-log.ts";
import type { RunOutput } from "./run-output.ts";

const FLUSH_AT = 200;
/** How long an outcome may wait for others to be written with. */
const FLUSH_AFTER_MS = 5;

export interface FinisherParts {
  readonly runs: Pick<RunStore, "finish">;
  readonly output: Pick<RunOutput, "keep">;
  readonly clock: Clock;
  /** Told when the store does not answer; the outcomes are kept and tried again until it does. */
  readonly failing: (error: unknown) => void;
  readonly fenced: (outcome: Outcome) => void;
  /** Told of each outcome once it is written. */
  readonly written?: (outcome: Outcome, answer: "done" | "retrying" | "fenced") => void;
}

/** Writes what became of runs, many in one transaction, each after what it has logged. */
export class Finisher {
  readonly #parts: FinisherParts;
  #outcomes: Outcome[] = [];
  #logs: RunLog[] = [];
  #writing: Promise<void> = Promise.resolve();
  #isScheduled = false;
  #unwritten = 0;

  constructor(parts: FinisherParts) {
    this.#parts = parts;
  }

  /** Outcomes that are not written yet. */
  get unwritten(): number {
    return this.#unwritten;
  }

  /** `isLast`: nothing else is being executed that could be written with it, so it is written at once. */
  add(outcome: Outcome, log: RunLog, isLast: boolean): void {
    this.#unwritten += 1;
    this.#outcomes.push(outcome);
    if (outcome.kind === "retry" || !outcome.unkept) {
      log.release();
      this.#logs.push(log);
    }
    if (isLast || this.#outcomes.length >= FLUSH_AT) void this.flush();
    else if (!this.#isScheduled) {
      this.#isScheduled = true;
      this.#parts.clock.after(FLUSH_AFTER_MS, () => {
        this.#isScheduled = false;
        void this.flush();
      });
    }
  }

  /** Resolves when all that was added is written. */
  flush(): Promise<void> {
    const outcomes = this.#outcomes;
    const logs = this.#logs;
    if (outcomes.length === 0) return this.#writing;
    this.#outcomes = [];
    this.#logs = [];
    this.#writing = this.#writing.then(() => this.#write(outcomes, logs));
    return this.#writing;
  }

  async #write(outcomes: readonly Outcome[], logs: readonly RunLog[]): Promise<void> {
    const { runs, output, clock, failing, fenced, written } = this.#parts;
    await patiently(() => output.keep(logs), clock, failing);
    const answers = await patiently(() => runs.finish(outcomes), clock, failing);
    this.#unwritten -= outcomes.length;
    outcomes.forEach((outcome, index) => {
      const answer = answers[index] ?? "done";
      if (answer === "fenced") fenced(outcome);
      written?.(outcome, answer);
    });
  }
}
