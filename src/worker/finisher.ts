import type { Clock } from "../base/clock.ts";
import type { Outcome, RunStore } from "../run/run-store.ts";
import { patiently } from "./patiently.ts";
import type { RunLog } from "./run-log.ts";
import type { RunOutput } from "./run-output.ts";

const FLUSH_AT = 200;
/** Written together where more have come while others were written: a slow disk makes batches large, and not many. */
const LARGEST_WRITE = 500;
/** How long an outcome may wait for others to be written with. */
const FLUSH_AFTER_MS = 5;

export interface FinisherParts {
  readonly runs: Pick<RunStore, "finish">;
  readonly output: Pick<RunOutput, "keep">;
  readonly clock: Clock;
  /** Told when the store does not answer; the outcomes are kept and tried again until it does. */
  readonly failing: (error: unknown) => void;
  readonly fenced: (outcome: Outcome) => void;
  /** Told how many outcomes are not written yet, whenever that changes. */
  readonly backlog?: (unwritten: number) => void;
  /** Told of each outcome once it is written. */
  readonly written?: (outcome: Outcome, answer: "done" | "retrying" | "fenced") => void;
}

/** Writes what became of runs, many in one transaction, each after what it has logged. */
export class Finisher {
  readonly #parts: FinisherParts;
  #outcomes: Outcome[] = [];
  #logs: RunLog[] = [];
  #writing: Promise<void> = Promise.resolve();
  #isWriting = false;
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
    this.#parts.backlog?.(this.#unwritten);
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
    if (!this.#isWriting && this.#outcomes.length > 0) this.#writing = this.#writeAll();
    return this.#writing;
  }

  async #writeAll(): Promise<void> {
    this.#isWriting = true;
    try {
      while (this.#outcomes.length > 0) {
        const outcomes = this.#outcomes.splice(0, LARGEST_WRITE);
        await this.#write(outcomes, this.#logs.splice(0));
      }
    } finally {
      this.#isWriting = false;
    }
  }

  async #write(outcomes: readonly Outcome[], logs: readonly RunLog[]): Promise<void> {
    const { runs, output, clock, failing, fenced, written } = this.#parts;
    await patiently(() => output.keep(logs), clock, failing);
    const answers = await patiently(() => runs.finish(outcomes), clock, failing);
    this.#unwritten -= outcomes.length;
    this.#parts.backlog?.(this.#unwritten);
    outcomes.forEach((outcome, index) => {
      const answer = answers[index] ?? "done";
      if (answer === "fenced") fenced(outcome);
      written?.(outcome, answer);
    });
  }
}
