import type { Clock } from "../base/clock.ts";
import { messageOf } from "../base/error.ts";
import type { Logger } from "../base/logger.ts";
import type { Broker, PublishAnswer } from "../broker/broker.ts";
import type { MessageCodec } from "../run/message-codec.ts";
import type { NewRun } from "../run/run.ts";
import type { RunStore } from "../run/run-store.ts";

export interface BrokerSenderParts {
  readonly broker: Pick<Broker, "publish" | "state">;
  readonly codec: MessageCodec;
  readonly runs: Pick<RunStore, "add">;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Messages that are published together. */
const BATCH = 1_000;
/** While the broker is asked, so many more are worth a question of their own; fewer wait for its answer, and go together. */
const WORTH_ASKING = 250;
const QUESTIONS_AT_ONCE = 4;
const ROWS_AT_ONCE = 500;
/** A broker that takes longer to answer counts as away: the run is written first then, and a relay publishes it. */
const ANSWER_WITHIN_MS = 1_000;
/** Runs whose rows are not written yet, beyond which a sender waits for them. */
const MOST_UNWRITTEN = 10_000;
/** Rows follow so much later: by then the worker's claim has written those of most runs, and has not waited for ours to be committed. */
const BEHIND_MS = 50;
const FIRST_RETRY_MS = 50;
const LONGEST_RETRY_MS = 2_000;

/** `confirmed`: the broker has it; its row follows in the background, and at once when `written` is read, which resolves when it is there. */
export type BrokerAnswer =
  | { readonly kind: "confirmed"; readonly written: Promise<void> }
  | { readonly kind: "unsent" };

interface Waiting {
  readonly run: NewRun;
  readonly answered: (answer: PublishAnswer) => void;
}

interface Unwritten {
  readonly run: NewRun;
  readonly written: () => void;
}

/**
 * Sends runs to the broker first and writes their rows in the background; where this process dies in between, the worker's claim writes the row. What
 * may not begin at once, or depends on what else is there, is not for it: its row comes first.
 */
export class BrokerSender {
  readonly #parts: BrokerSenderParts;
  #waiting: Waiting[] = [];
  #isScheduled = false;
  #questions = 0;
  #unwritten: Unwritten[] = [];
  #writing: Promise<void> | undefined;
  /** Ends the time in which workers' claims may write them. */
  #hasten = () => {};
  #isClosed = false;

  constructor(parts: BrokerSenderParts) {
    this.#parts = parts;
  }

  async send(run: NewRun): Promise<BrokerAnswer> {
    if (!this.#isForBroker(run)) return { kind: "unsent" };
    if (this.#unwritten.length >= MOST_UNWRITTEN) {
      this.#hasten();
      await this.#writing;
    }
    const answer = await this.#published(run);
    // Perhaps it is there all the same: a second message of one id does no harm.
    if (answer !== "confirmed") return { kind: "unsent" };
    const { record = "all" } = run.options;
    if (record !== "all") return { kind: "confirmed", written: Promise.resolve() };
    const written = this.#write(run);
    const hasten = () => this.#hasten();
    return {
      kind: "confirmed",
      get written() {
        hasten();
        return written;
      },
    };
  }

  #isForBroker(run: NewRun): boolean {
    if (run.lock !== undefined || run.periodicTaskId !== undefined || run.availableAt > run.queuedAt) return false;
    return this.#parts.broker.state().kind === "connected";
  }

  #published(run: NewRun): Promise<PublishAnswer> {
    const { promise, resolve } = Promise.withResolvers<PublishAnswer>();
    this.#waiting.push({ run, answered: resolve });
    if (!this.#isScheduled) {
      this.#isScheduled = true;
      // Behind all that is sent in the same turn of the event loop, and not a turn later: who sends one after the other waits for each.
      queueMicrotask(() => {
        this.#isScheduled = false;
        this.#publishWaiting();
      });
    }
    return promise;
  }

  /** In the order of sending. Everything of one turn of the event loop goes together, and what little comes while the broker is asked. */
  #publishWaiting(): void {
    const least = () => (this.#questions === 0 ? 1 : WORTH_ASKING);
    while (this.#questions < QUESTIONS_AT_ONCE && this.#waiting.length >= least()) {
      const batch = this.#waiting.splice(0, BATCH);
      this.#questions += 1;
      void this.#publish(batch.map(({ run }) => run)).then((answers) => {
        this.#questions -= 1;
        batch.forEach(({ answered }, n) => void answered(answers[n] ?? "unknown"));
        this.#publishWaiting();
      });
    }
  }

  async #publish(runs: readonly NewRun[]): Promise<readonly PublishAnswer[]> {
    const { broker, codec, clock, logger } = this.#parts;
    try {
      await codec.readyToWrite();
      const now = clock.now();
      const messages = runs.map((run) => codec.write({ ...run, retries: 0 }, { isRecorded: false, now }));
      return await this.#inTime(broker.publish(messages));
    } catch (error) {
      logger.debug({ err: error }, `the broker was not reached: ${messageOf(error)}`);
      return [];
    }
  }

  #inTime(published: Promise<readonly PublishAnswer[]>): Promise<readonly PublishAnswer[]> {
    return new Promise((resolve, reject) => {
      const stop = this.#parts.clock.after(ANSWER_WITHIN_MS, () => resolve([]));
      published.finally(stop).then(resolve, reject);
    });
  }

  #write(run: NewRun): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#unwritten.push({ run, written: resolve });
    this.#writing ??= this.#writeAll();
    return promise;
  }

  async #writeAll(): Promise<void> {
    const { runs, clock, logger } = this.#parts;
    await new Promise<void>((resolve) => {
      const stop = clock.after(BEHIND_MS, resolve);
      this.#hasten = () => {
        stop();
        // With all that is sent in this turn of the event loop.
        setImmediate(resolve);
      };
      if (this.#isClosed) this.#hasten();
    });
    for (let wait = FIRST_RETRY_MS; this.#unwritten.length > 0; ) {
      const batch = this.#unwritten.slice(0, ROWS_AT_ONCE);
      try {
        await runs.add(
          batch.map(({ run }) => run),
          { publishedAt: clock.now() },
        );
        this.#unwritten.splice(0, batch.length);
        for (const { written } of batch) written();
        wait = FIRST_RETRY_MS;
      } catch (error) {
        if (wait === FIRST_RETRY_MS) {
          logger.warn({ err: error }, `the rows of sent runs cannot be written: ${messageOf(error)}`);
        }
        // The workers' claims write them as well.
        if (this.#isClosed) break;
        await new Promise<void>((resolve) => void clock.after(wait, resolve));
        wait = Math.min(wait * 2, LONGEST_RETRY_MS);
      }
    }
    this.#writing = undefined;
  }

  /** Resolves when the rows of what was sent are written, or cannot be. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#hasten();
    await this.#writing;
  }
}
