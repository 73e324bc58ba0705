import type { NewRun } from "../run/run.ts";
import type { AddAnswer, RunStore } from "../run/run-store.ts";

interface Waiting {
  readonly run: NewRun;
  readonly resolve: (added: AddAnswer) => void;
  readonly reject: (error: unknown) => void;
}

/** Runs in one write: more would keep the database's other writers waiting. */
const BATCH = 500;

/**
 * Joins what is sent at the same time into one write: everything of one turn of the event loop, and everything that comes while a
 * write is under way. A lone send waits for nobody.
 */
export class SendBatch {
  readonly #runs: RunStore;
  #waiting: Waiting[] = [];
  #isWriting = false;

  constructor(runs: RunStore) {
    this.#runs = runs;
  }

  /** Resolves when the run is durable. */
  add(run: NewRun): Promise<AddAnswer> {
    const { promise, resolve, reject } = Promise.withResolvers<AddAnswer>();
    this.#waiting.push({ run, resolve, reject });
    if (!this.#isWriting) {
      this.#isWriting = true;
      setImmediate(() => void this.#write());
    }
    return promise;
  }

  async #write(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, BATCH);
      try {
        const answers = await this.#runs.add(batch.map(({ run }) => run));
        batch.forEach(({ resolve }, index) => void resolve(answers[index] ?? "added"));
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.#isWriting = false;
  }
}
