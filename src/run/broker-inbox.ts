import type { Clock } from "../base/clock.ts";
import { isHyoshiError, messageOf } from "../base/error.ts";
import type { Logger } from "../base/logger.ts";
import type { Broker, Delivery, Subscription } from "../broker/broker.ts";
import type { DeadLetterStore, NewDeadLetter } from "./dead-letter-store.ts";
import type { Inbox } from "./inbox.ts";
import type { MessageCodec, ReadMessage } from "./message-codec.ts";
import { SEAL_HEADER } from "./message-seal.ts";
import type { NewRun, RecordRule } from "./run.ts";
import type { Acceptance, Accepted, ClaimedRun, RelayedRuns, ReportedRuns, RunStore } from "./run-store.ts";
import type { UnrecordedRuns } from "./unrecorded-runs.ts";

export interface BrokerInboxParts {
  readonly broker: Pick<Broker, "subscribe">;
  readonly runs: RunStore & RelayedRuns & ReportedRuns;
  readonly unrecorded: UnrecordedRuns;
  readonly codec: MessageCodec;
  readonly letters: Pick<DeadLetterStore, "add">;
  /** Seals what clients of other kinds have sent open, before anything is written. Default: it is written as it came. */
  readonly secrets?: { ready(): Promise<void>; sealed(run: NewRun): NewRun };
  readonly clock: Clock;
  readonly logger: Logger;
  readonly processId: number;
  readonly queues: readonly string[];
  /** Messages that the broker may hand out before they are accepted. */
  readonly prefetch: number;
  /** What is kept of a task's runs; undefined: this worker does not know the task. */
  readonly recordOf: (task: string) => RecordRule | undefined;
  /** Whether runs of a task may be begun again after their worker died, for those whose sender cannot know it. Default: they may. */
  readonly onLostOf?: (task: string) => NewRun["options"]["onLost"];
  /** Whether some other living worker knows it. */
  readonly isKnownElsewhere: (task: string) => Promise<boolean>;
}

/** What became of messages since the start. */
export interface InboxStatistics {
  received: number;
  claimed: number;
  duplicate: number;
  purged: number;
  later: number;
  held: number;
  refused: number;
}

/** A run whose task this worker does not know waits so long for one that does. */
const UNKNOWN_AGAIN_AFTER_MS = 5_000;

/** What could not be written is tried again after so long. */
const AGAIN_AFTER_MS = 500;
/** What is decided in one transaction. */
const MOST_AT_ONCE = 500;

interface Refused {
  readonly delivery: Delivery;
  readonly letter: NewDeadLetter;
}

const nothing: Accepted = { answers: [], durable: Promise.resolve() };

interface Read {
  readonly delivery: Delivery;
  readonly message: ReadMessage;
}

/**
 * The inbox of a worker whose messages come over a broker. A message is a hint: the run's row says whether it may begin, and the message is acknowledged when
 * that is committed. Where the database cannot be asked, what was received is asked for again; where the process dies, the broker hands it out again.
 *
 * What cannot be read, or is not what its run's row says, is kept as a dead letter before it is refused.
 */
export class BrokerInbox implements Inbox {
  readonly statistics: InboxStatistics = {
    received: 0,
    claimed: 0,
    duplicate: 0,
    purged: 0,
    later: 0,
    held: 0,
    refused: 0,
  };
  readonly #parts: BrokerInboxParts;
  readonly #queues: Set<string>;
  #subscription: Promise<Subscription> | undefined;
  /** Received, and not decided yet because the database was away. */
  #undecided: readonly Delivery[] = [];
  /** Never fail. */
  readonly #acknowledging = new Set<Promise<void>>();
  #isClosed = false;

  constructor(parts: BrokerInboxParts) {
    this.#parts = parts;
    this.#queues = new Set(parts.queues);
  }

  async take(limit: number, signal: AbortSignal): Promise<readonly ClaimedRun[]> {
    await this.#parts.codec.ready();
    await this.#parts.secrets?.ready();
    const subscription = await this.#subscribed();
    while (!signal.aborted) {
      if (this.#undecided.length === 0) {
        const received = await subscription.receive(Math.min(limit, MOST_AT_ONCE), signal);
        this.statistics.received += received.length;
        this.#undecided = received;
      }
      // It has been told to stop, or its subscription has ended.
      if (this.#undecided.length === 0) return [];
      const claimed = await this.#decide(this.#undecided, subscription);
      this.#undecided = [];
      if (claimed.length > 0) return claimed;
    }
    return [];
  }

  async giveBack(claims: readonly ClaimedRun[]): Promise<void> {
    await this.#parts.unrecorded.runs.giveBack(claims);
  }

  async addQueue(queue: string): Promise<void> {
    this.#queues.add(queue);
    await (await this.#subscription)?.add(queue);
  }

  async removeQueue(queue: string): Promise<void> {
    this.#queues.delete(queue);
    await (await this.#subscription)?.remove(queue);
  }

  async close(): Promise<void> {
    const subscription = await this.#subscription?.catch(() => undefined);
    // What is executed straight from its message is held by the subscription until it has ended.
    if (subscription !== undefined) await this.#parts.unrecorded.untilIdle(subscription);
    this.#isClosed = true;
    await Promise.all(this.#acknowledging);
    await subscription?.[Symbol.asyncDispose]();
  }

  async #subscribed(): Promise<Subscription> {
    const { broker, prefetch } = this.#parts;
    this.#subscription ??= broker.subscribe({ queues: [...this.#queues], prefetch });
    try {
      return await this.#subscription;
    } catch (error) {
      this.#subscription = undefined;
      throw error;
    }
  }

  async #decide(deliveries: readonly Delivery[], subscription: Subscription): Promise<readonly ClaimedRun[]> {
    const { runs, processId, clock } = this.#parts;
    const { read, unreadable } = this.#readAll(deliveries);
    await this.#refuse(unreadable, subscription);
    const { straight = [], recorded = [] } = Object.groupBy(read, (one) =>
      this.#isUnrecorded(one) ? "straight" : "recorded",
    );
    const messages = recorded.map(({ message }) => message);
    const accepted = messages.length === 0 ? nothing : await runs.accept({ processId, now: clock.now(), messages });
    // From here on nothing may fail: what is claimed would be nobody's.
    const claimed = this.#settle(recorded, accepted, subscription);
    this.statistics.claimed += straight.length;
    claimed.push(...straight.map(({ delivery, message }) => this.#takeStraight(delivery, message, subscription)));
    return claimed;
  }

  #readAll(deliveries: readonly Delivery[]) {
    const { codec, clock, secrets } = this.#parts;
    const read: Read[] = [];
    const unreadable: Refused[] = [];
    for (const delivery of deliveries) {
      if (delivery.unreadable !== undefined) {
        const why = `it is no message: ${delivery.unreadable}`;
        unreadable.push({ delivery, letter: { ...this.#letterOf(delivery), code: "unreadable_message", why } });
        continue;
      }
      try {
        const message = this.#asItsTaskSays(codec.read(delivery, clock.now()));
        read.push({
          delivery,
          message: secrets === undefined ? message : { ...message, run: secrets.sealed(message.run) },
        });
      } catch (error) {
        if (!isHyoshiError(error)) throw error;
        const letter = { ...this.#letterOf(delivery), code: error.code, why: messageOf(error) };
        unreadable.push({ delivery, letter });
      }
    }
    return { read, unreadable };
  }

  /** A client of another kind does not know what the task says of its runs. */
  #asItsTaskSays(message: ReadMessage): ReadMessage {
    const { run } = message;
    const onLost = run.wire?.from === "celery" ? this.#parts.onLostOf?.(run.task) : undefined;
    return onLost === "fail" ? { ...message, run: { ...run, options: { ...run.options, onLost } } } : message;
  }

  /** A message that came before may have killed its worker: its run gets a row, which counts how often that happens. */
  #isUnrecorded({ delivery, message }: Read): boolean {
    const { run, isRecorded } = message;
    if (isRecorded || delivery.redelivered || message.retries > 0) return false;
    const now = this.#parts.clock.now();
    if (run.availableAt > now || (run.expiresAt !== undefined && run.expiresAt <= now)) return false;
    const rule = message.record ?? this.#parts.recordOf(run.task);
    return rule === "none" || rule === "failures";
  }

  #takeStraight(delivery: Delivery, { run, retries, record }: ReadMessage, subscription: Subscription): ClaimedRun {
    const { unrecorded, processId, recordOf } = this.#parts;
    const rule = record ?? recordOf(run.task) ?? "none";
    const sent = { ...run, options: { ...run.options, record: rule } };
    return unrecorded.take(sent, { delivery, subscription, processId, retries });
  }

  #settle(read: readonly Read[], { answers, durable }: Accepted, subscription: Subscription): ClaimedRun[] {
    const refused: Refused[] = [];
    const decided: Read[] = [];
    const claimed: ClaimedRun[] = [];
    read.forEach((one, n) => {
      const { delivery, message } = one;
      const answer: Acceptance = answers[n] ?? { kind: "duplicate" };
      if (answer.kind === "refused") {
        const { code, why } = answer;
        refused.push({ delivery, letter: { ...this.#letterOf(delivery, message), code, why } });
        return;
      }
      this.statistics[answer.kind] += 1;
      decided.push(one);
      if (answer.kind !== "claimed") return;
      if (this.#parts.recordOf(answer.run.task) !== undefined) claimed.push(answer.run);
      else void this.#untilDone(() => this.#endUnknown(answer.run, delivery));
    });
    if (refused.length > 0) void this.#untilDone(() => this.#refuse(refused, subscription));
    const acknowledging = this.#acknowledge(decided, subscription, durable);
    this.#acknowledging.add(acknowledging);
    void acknowledging.then(() => this.#acknowledging.delete(acknowledging));
    return claimed;
  }

  /** Repeats what the database or the broker could not do. Whether it is done: not where the inbox was closed before. */
  async #untilDone(work: () => Promise<void>): Promise<boolean> {
    const { clock, logger } = this.#parts;
    while (!this.#isClosed) {
      try {
        await work();
        return true;
      } catch (error) {
        logger.debug({ err: error }, "what is to become of a message could not be written; trying again until it can");
      }
      await new Promise<void>((resolve) => void clock.after(AGAIN_AFTER_MS, resolve));
    }
    return false;
  }

  /** When the rows are sure to stay. What cannot be acknowledged comes again, and is dropped then: its run's row knows. */
  async #acknowledge(decided: readonly Read[], subscription: Subscription, durable: Promise<void>): Promise<void> {
    if (decided.length === 0) return;
    const isKept = await durable.then(
      () => true,
      () => this.#untilDone(() => this.#acceptAgain(decided)),
    );
    if (!isKept) return;
    try {
      await subscription.acknowledge(decided.map(({ delivery }) => delivery));
    } catch (error) {
      this.#parts.logger.debug({ err: error }, "messages could not be acknowledged; their copies will be dropped");
    }
  }

  /**
   * The database's server died, and may have forgotten what it had answered. A run that it forgot gets its row again, for whoever takes it: what is executed here has
   * lost its claim.
   */
  async #acceptAgain(decided: readonly Read[]): Promise<void> {
    const { runs, processId, clock } = this.#parts;
    const messages = decided.map(({ message }) => message);
    const { answers, durable } = await runs.accept({ processId, now: clock.now(), messages });
    await runs.giveBack(answers.flatMap((answer) => (answer.kind === "claimed" ? answer.run : [])));
    await durable;
  }

  /**
   * A run whose task is not known here waits for a worker that knows it. What a client of another kind has sent, and nobody knows, fails as it does with
   * Celery's workers.
   */
  async #endUnknown(run: ClaimedRun, delivery: Delivery): Promise<void> {
    const { runs, clock, isKnownElsewhere, letters, logger } = this.#parts;
    const { id, claim, attempt, task } = run;
    const now = clock.now();
    if (run.wire?.from !== "celery" || (await isKnownElsewhere(task))) {
      await runs.giveBack([run], now + UNKNOWN_AGAIN_AFTER_MS);
      return;
    }
    const why = `no worker knows the task '${task}'`;
    const error = { name: "NotRegistered", message: task, code: "unknown_task" };
    const times = { startedAt: now, endedAt: now };
    await runs.finish([{ id, claim, attempt, ...times, kind: "final", state: "failed", error, report: true }]);
    await letters.add([{ ...this.#letterOf(delivery), runId: id, task, code: "unknown_task", why }]);
    logger.warn({ task, runId: id }, `${why}, and a client of another kind has sent it: it has failed`);
  }

  /** Kept first: a message that was refused and not kept would be gone. */
  async #refuse(refused: readonly Refused[], subscription: Subscription): Promise<void> {
    if (refused.length === 0) return;
    const { letters, logger } = this.#parts;
    await letters.add(refused.map(({ letter }) => letter));
    for (const { letter } of refused) await this.#failUnreadable(letter);
    await subscription.refuse(refused.map(({ delivery }) => delivery));
    this.statistics.refused += refused.length;
    for (const { letter } of refused) {
      const { queue, runId, task, code, why } = letter;
      logger.warn({ queue, runId, task, code }, `a message was refused: ${why}`);
    }
  }

  /** A run of ours whose own message cannot be read would be sent again and again. */
  async #failUnreadable({ runId, code, why, envelope }: NewDeadLetter): Promise<void> {
    if (code !== "unreadable_message" || runId === undefined || envelope.headers[SEAL_HEADER] === undefined) return;
    const { runs, clock } = this.#parts;
    const run = await runs.find(runId);
    if (run?.state !== "ready") return;
    const error = { name: "Refused", message: `its message cannot be read: ${why}`, code };
    await runs.refuse([{ id: runId, claim: run.claim, state: "ready", error }], clock.now());
  }

  #letterOf({ queue, envelope }: Delivery, message?: ReadMessage): Omit<NewDeadLetter, "code" | "why"> {
    const { id, task } = envelope.headers;
    const runId = message?.run.id ?? (typeof id === "string" ? id.slice(0, 255) : undefined);
    const name = message?.run.task ?? (typeof task === "string" ? task.slice(0, 255) : undefined);
    return {
      at: this.#parts.clock.now(),
      queue,
      envelope,
      ...(runId !== undefined && { runId }),
      ...(name !== undefined && { task: name }),
    };
  }
}
