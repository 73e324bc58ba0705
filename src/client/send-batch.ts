import type { NewRun } from "../run/run.ts";
import type { AddAnswer, RunStore } from "../run/run-store.ts";

interface Waiting {
  readonly runs: readonly NewRun[];
  readonly areNew: boolean;
  readonly resolve: (answers: readonly AddAnswer[]) => void;
  readonly reject: (error: unknown) => void;
}

/** Runs in one write, unless they were sent together: more would keep the database's other writers waiting. */
const BATCH = 500;

/**
 * Joins what is sent at the same time into one write: everything of one turn of the event loop, and everything that comes while a
 * write is under way. A lone send waits for nobody.
 */
export class SendBatch {
  readonly #runs: Pick<RunStore, "add">;
  #waiting: Waiting[] = [];
  #isWriting = false;

  constructor(runs: Pick<RunStore, "add">) {
    this.#runs = runs;
  }

  /** Resolves when the run is durable. `isNew`: see `areNew` of {@link RunStore.add}. */
  async add(run: NewRun, { isNew = false } = {}): Promise<AddAnswer> {
    const [answer = "added"] = await this.addAll([run], { areNew: isNew });
    return answer;
  }

  /** The same for many, which are written in their order. */
  addAll(runs: readonly NewRun[], { areNew = false } = {}): Promise<readonly AddAnswer[]> {
    const { promise, resolve, reject } = Promise.withResolvers<readonly AddAnswer[]>();
    this.#waiting.push({ runs, areNew, resolve, reject });
    if (!this.#isWriting) {
      this.#isWriting = true;
      setImmediate(() => void this.#write());
    }
    return promise;
  }

  async #write(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#next();
      try {
        const { areNew = false } = batch[0] ?? {};
        const answers = await this.#runs.add(
          batch.flatMap(({ runs }) => runs),
          { areNew },
        );
        let from = 0;
        for (const { runs, resolve } of batch) {
          resolve(answers.slice(from, from + runs.length));
          from += runs.length;
        }
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.#isWriting = false;
  }

  /** In the order of sending; what is written in another way waits for its own write. */
  #next(): Waiting[] {
    const first = this.#waiting[0];
    let [count, size] = [0, 0];
    for (const { runs, areNew } of this.#waiting) {
      if (areNew !== first?.areNew || (count > 0 && size + runs.length > BATCH)) break;
      count += 1;
      size += runs.length;
    }
    return this.#waiting.splice(0, count);
  }
}
