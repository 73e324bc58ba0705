import type { Clock, Stop } from "../base/clock.ts";
import { ClockGuard } from "../base/clock-guard.ts";
import { isHyoshiError, messageOf } from "../base/error.ts";
import type { Logger } from "../base/logger.ts";
import type { Random } from "../base/random.ts";
import type { Service } from "../base/service.ts";
import type { Wake } from "../base/wake.ts";
import type { Broker, OutgoingMessage } from "../broker/broker.ts";
import type { DeadLetterStore } from "./dead-letter-store.ts";
import type { MessageCodec } from "./message-codec.ts";
import type { RelayedRuns, RunStore, UnpublishedRun } from "./run-store.ts";
import { UNPUBLISHED_TOPIC } from "./topics.ts";

export interface RelayParts {
  readonly runs: RelayedRuns & Pick<RunStore, "sweep" | "nextScheduledAt">;
  readonly broker: Broker;
  readonly codec: MessageCodec;
  readonly letters: Pick<DeadLetterStore, "add">;
  readonly wake: Wake;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

/** Runs whose messages are handed over together. */
const BATCH = 500;
/** Behind every hint there is a look each second: it finds what a process left that died between its commit and its publishing. */
const TICK_MS = 1_000;
const FIRST_RETRY_MS = 50;
const LONGEST_RETRY_MS = 2_000;
/** While the broker has not answered, the runs are kept from other relays so often. */
const HOLD_EVERY_MS = 2_000;
/** How long an end waits for the broker's answer; what it did not answer for another relay publishes. */
const STOP_WITHIN_MS = 2_000;
/** A broker that lost its data is looked for so often, among runs that have waited so long. */
const LOOK_FOR_LOST_EVERY_MS = 5_000;
const LOST_AFTER_MS = 10_000;
/** Asked for to wait until the broker can be reached. */
const ANY_QUEUE = "celery";

/**
 * Hands runs over to the broker: at once what this process has committed, within a second what others left, the oldest first. A run that the broker
 * does not take fails, and says why. A broker that is away delays runs and loses none; what it lost itself is sent again. Any number of
 * relays may be at work: each message is published at least once, and the run's row makes a second one harmless.
 *
 * It also begins to publish what was put off when its time comes.
 */
export class Relay implements Service {
  readonly #parts: RelayParts;
  readonly #guard: ClockGuard;
  #isRunning = false;
  #loop: Promise<void> = Promise.resolve();
  #stopListening: Stop = () => {};
  #heard = false;
  #wakeUp = () => {};
  #failures = 0;
  #lookedForLostAt = Number.NEGATIVE_INFINITY;

  constructor(parts: RelayParts) {
    this.#parts = parts;
    this.#guard = new ClockGuard(() => parts.clock.monotonic());
  }

  async start(): Promise<void> {
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.#stopListening = this.#parts.wake.on(UNPUBLISHED_TOPIC, () => {
      this.#heard = true;
      this.#wakeUp();
    });
    this.#loop = this.#run();
  }

  /** What is being published is seen through, unless the broker is away. */
  async stop(): Promise<void> {
    this.#isRunning = false;
    this.#stopListening();
    this.#wakeUp();
    await new Promise<void>((resolve) => {
      const stopTimer = this.#parts.clock.after(STOP_WITHIN_MS, resolve);
      void this.#loop.then(() => {
        stopTimer();
        resolve();
      });
    });
  }

  async #run(): Promise<void> {
    while (this.#isRunning) {
      this.#heard = false;
      const wait = await this.#turn();
      // What is heard while the broker is away changes nothing.
      if (this.#isRunning && (!this.#heard || this.#failures > 0)) await this.#sleep(wait);
    }
  }

  /** One round of everything. Answers for how long nothing is to be done, unless something is heard. */
  async #turn(): Promise<number> {
    const { logger, random } = this.#parts;
    try {
      await this.#parts.codec.readyToWrite();
      const untilDue = await this.#sweepDue();
      const isDrained = await this.#drain();
      await this.#lookForLost();
      if (this.#failures > 0 && isDrained) {
        logger.info({}, "the broker takes messages again");
        this.#failures = 0;
      }
      if (isDrained) return Math.min(TICK_MS, untilDue);
    } catch (error) {
      if (this.#failures === 0) logger.warn({ err: error }, `runs cannot be handed over: ${messageOf(error)}`);
    }
    this.#failures += 1;
    const longest = Math.min(FIRST_RETRY_MS * 2 ** Math.min(this.#failures, 10), LONGEST_RETRY_MS);
    return Math.round(longest * (0.5 + random.fraction() / 2));
  }

  /** Makes ready what is due, here and not by the next sweep, which may be a second away. Answers how long until the next is. */
  async #sweepDue(): Promise<number> {
    const { runs, clock } = this.#parts;
    // A clock that was set would send what is not due.
    if (this.#guard.look(clock.now()).state === "held") return TICK_MS;
    const nextAt = await runs.nextScheduledAt();
    if (nextAt === undefined) return TICK_MS;
    if (nextAt > clock.now()) return nextAt - clock.now();
    await runs.sweep(clock.now());
    return 0;
  }

  /** Whether nothing was left that the broker's absence keeps here. */
  async #drain(): Promise<boolean> {
    const { runs, clock, broker } = this.#parts;
    while (this.#isRunning) {
      // What several relays took and held meanwhile would come out of its order when the broker is back.
      if (broker.state().kind === "away") await broker.depth(ANY_QUEUE);
      const taken = await runs.takeUnpublished({ limit: BATCH, now: clock.now() });
      if (taken.length === 0) return true;
      if (!(await this.#publish(taken))) return false;
    }
    return true;
  }

  /** Whether the broker has answered for all of them. */
  async #publish(taken: readonly UnpublishedRun[]): Promise<boolean> {
    const { runs, codec, broker, clock } = this.#parts;
    const now = clock.now();
    const messages = taken.map((run) => codec.write(run, { isRecorded: true, now }));
    const stopHolding = this.#hold(taken);
    try {
      const answers = await broker.publish(messages);
      stopHolding();
      await runs.markPublished(
        taken.filter((_, n) => answers[n] === "confirmed"),
        clock.now(),
      );
      await this.#refuse(
        taken.flatMap((run, n) => (answers[n] === "refused" ? { run, message: messages[n] as OutgoingMessage } : [])),
      );
      const unknown = taken.filter((_, n) => answers[n] !== "confirmed" && answers[n] !== "refused");
      await runs.leaveUnpublished(unknown);
      return unknown.length === 0;
    } catch (error) {
      stopHolding();
      // Else they wait for the end of this relay's turn with them.
      await runs.leaveUnpublished(taken).catch(() => {});
      throw error;
    }
  }

  /** Keeps other relays from runs whose publishing takes long. */
  #hold(taken: readonly UnpublishedRun[]): Stop {
    const { runs, clock } = this.#parts;
    let stop: Stop = () => {};
    const again = () => {
      stop = clock.after(HOLD_EVERY_MS, () => {
        runs.holdUnpublished(taken, clock.now()).catch(() => {});
        again();
      });
    };
    again();
    return () => stop();
  }

  async #refuse(
    refused: readonly { readonly run: UnpublishedRun; readonly message: OutgoingMessage }[],
  ): Promise<void> {
    if (refused.length === 0) return;
    const { runs, letters, clock } = this.#parts;
    const code = "unroutable_message";
    const why = (queue: string) => `the broker does not take messages for the queue '${queue}'`;
    await letters.add(
      refused.map(({ run, message }) => ({
        at: clock.now(),
        queue: run.queue,
        runId: run.id,
        task: run.task,
        code,
        why: why(run.queue),
        envelope: message.envelope,
      })),
    );
    const errors = refused.map(({ run: { id, claim, queue } }) => ({
      ...{ id, claim },
      error: { name: "Refused", message: why(queue), code },
    }));
    await runs.refuse(errors, clock.now());
  }

  /** What waits in a queue that is empty was in it once. */
  async #lookForLost(): Promise<void> {
    const { runs, clock, logger } = this.#parts;
    if (clock.monotonic() - this.#lookedForLostAt < LOOK_FOR_LOST_EVERY_MS) return;
    this.#lookedForLostAt = clock.monotonic();
    const before = clock.now() - LOST_AFTER_MS;
    for (const queue of await runs.waitingQueues(before)) {
      if ((await this.#depth(queue)) !== 0) continue;
      const count = await runs.republish({ queue, before, limit: BATCH });
      if (count === 0) continue;
      logger.warn(
        { queue, runs: count },
        "the broker has no messages for runs that wait in this queue: they are sent again",
      );
      this.#heard = true;
      // The rest follows when these are there.
      this.#lookedForLostAt = Number.NEGATIVE_INFINITY;
    }
  }

  async #depth(queue: string): Promise<number | undefined> {
    try {
      return await this.#parts.broker.depth(queue);
    } catch (error) {
      if (isHyoshiError(error, "broker_away")) throw error;
      return undefined;
    }
  }

  #sleep(ms: number): Promise<void> {
    if (ms <= 0) return Promise.resolve();
    return new Promise((resolve) => {
      const stop = this.#parts.clock.after(ms, resolve);
      this.#wakeUp = () => {
        if (this.#isRunning && this.#failures > 0) return;
        stop();
        resolve();
      };
    });
  }
}
