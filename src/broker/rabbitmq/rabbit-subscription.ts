import type { ChannelModel, ConsumeMessage } from "amqplib";
import type { Clock } from "../../base/clock.ts";
import { messageOf } from "../../base/error.ts";
import type { Logger } from "../../base/logger.ts";
import type { Delivery, Subscription } from "../broker.ts";
import { ConsumerLane } from "./consumer-lane.ts";
import { FairBuffer } from "./fair-buffer.ts";
import { type RabbitConnection, within } from "./rabbit-connection.ts";
import { deliveriesOf, envelopeOf, priorityOf } from "./rabbit-envelope.ts";
import { refusalOr, type TaskQueues } from "./task-queues.ts";
import { Upkeep } from "./upkeep.ts";

export interface RabbitSubscriptionOptions {
  readonly connection: RabbitConnection;
  readonly queues: TaskQueues;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly prefetch: number;
}

interface Held {
  readonly delivery: Delivery;
  readonly message: ConsumeMessage;
  readonly lane: ConsumerLane;
}

const CLOSE_WITHIN_MS = 3_000;
const FIRST_WITHIN_MS = 250;
/** What nobody has asked for so long is somebody else's: this worker is busy. */
const REST_AFTER_MS = 10_000;
/** Who asks again within this wants more than was asked for the first time. */
const SOON_MS = 1_000;

/**
 * Consumes queues, on each new connection again. RabbitMQ's limit of messages is each queue's own (the only kind that quorum queues know), so that up to
 * `prefetch` of each may be here; no more than that of all of them together are handed out, the queues in turns.
 *
 * Where nobody asks for a while, what lies here goes back, and nothing is consumed until somebody does: others may be idle, and RabbitMQ ends the channel of
 * whoever keeps a message for half an hour, with all that runs straight from its message.
 */
export class RabbitSubscription implements Subscription {
  readonly #options: RabbitSubscriptionOptions;
  readonly #upkeep: Upkeep;
  readonly #queues: Set<string>;
  readonly #buffer = new FairBuffer<Held>();
  /** Handed out, by their tags. */
  readonly #held = new Map<string, Held>();
  readonly #waiters: { readonly limit: number; readonly resolve: (deliveries: readonly Delivery[]) => void }[] = [];
  #lane: ConsumerLane | undefined;
  /** 0: nothing is consumed. */
  #window: number;
  #askedAt = 0;
  #stopResting: (() => void) | undefined;
  #lastTag = 0;
  #serving = false;
  #closed = false;
  #arrived: (() => void) | undefined;

  constructor(options: RabbitSubscriptionOptions, queues: readonly string[]) {
    this.#options = options;
    this.#queues = new Set(queues);
    this.#window = options.prefetch;
    this.#askedAt = options.clock.monotonic();
    const { connection, clock, logger } = options;
    const what = `the consumption of ${queues.map((queue) => `'${queue}'`).join(", ")}`;
    this.#upkeep = new Upkeep({ connection, clock, logger, what, setUp: (model) => this.#align(model) });
  }

  /** Resolves when the queues are being consumed; fails with `broker_away` or `broker_refused`. */
  async start(): Promise<void> {
    try {
      await this.#upkeep.begin();
    } catch (error) {
      await this[Symbol.asyncDispose]();
      throw error;
    }
  }

  receive(limit: number, signal: AbortSignal): Promise<readonly Delivery[]> {
    if (signal.aborted || this.#closed) return Promise.resolve([]);
    this.#asked(limit);
    return new Promise((resolve) => {
      const leave = () => {
        this.#waiters.splice(this.#waiters.indexOf(waiter), 1);
        resolve([]);
      };
      const waiter = {
        limit,
        resolve(deliveries: readonly Delivery[]) {
          signal.removeEventListener("abort", leave);
          resolve(deliveries);
        },
      };
      signal.addEventListener("abort", leave, { once: true });
      this.#waiters.push(waiter);
      this.#serve();
    });
  }

  acknowledge(deliveries: readonly Delivery[]): Promise<void> {
    return this.#answer(deliveries, ({ lane, message }) => lane.acknowledge(message));
  }

  giveBack(deliveries: readonly Delivery[]): Promise<void> {
    return this.#answer(deliveries, ({ lane, message }) => lane.reject(message, true));
  }

  refuse(deliveries: readonly Delivery[]): Promise<void> {
    return this.#answer(deliveries, ({ lane, message }) => lane.reject(message, false));
  }

  /** RabbitMQ's lease is the channel: what it has delivered is handed out again when it ends, and not before. */
  renew(deliveries: readonly Delivery[]): Promise<readonly Delivery[]> {
    return Promise.resolve(deliveries.filter(({ tag }) => !this.#held.has(tag)));
  }

  async add(queue: string): Promise<void> {
    if (this.#queues.has(queue)) return;
    this.#queues.add(queue);
    try {
      await this.#upkeep.now();
    } catch (error) {
      this.#queues.delete(queue);
      throw error;
    }
  }

  async remove(queue: string): Promise<void> {
    if (!this.#queues.delete(queue)) return;
    if (this.#lane !== undefined) await this.#leave(this.#lane, queue);
  }

  /** What it holds stands again where it stood. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#stopResting?.();
    for (const { resolve } of this.#waiters.splice(0)) resolve([]);
    this.#arrived?.();
    await this.#upkeep.stop();
    const lane = this.#lane;
    this.#lane = undefined;
    this.#buffer.clear();
    this.#held.clear();
    if (lane === undefined) return;
    const { clock, connection } = this.#options;
    await within(clock, CLOSE_WITHIN_MS, lane.close(), () => connection.awayError("it does not answer")).catch(
      () => {},
    );
  }

  /** Consumes what is to be consumed, and is not. */
  async #align(model: ChannelModel): Promise<void> {
    let lane = this.#lane;
    if (lane?.isOpen !== true || lane.model !== model) {
      lane = await ConsumerLane.open(this.#options.connection, model, (lost, why) => this.#lose(lost, why));
      this.#lane = lane;
    }
    const window = this.#window;
    for (const queue of lane.queues) {
      if (lane.windowOf(queue) !== window) await this.#leave(lane, queue);
    }
    let arrivals = 0;
    for (const queue of window === 0 ? [] : this.#queues) {
      if (lane.windowOf(queue) !== undefined) continue;
      if ((await this.#consume(lane, queue, window)) > 0) arrivals += 1;
    }
    if (arrivals > 1) await this.#arrival(arrivals);
  }

  /** Answers how many messages were there already. */
  async #consume(lane: ConsumerLane, queue: string, window: number): Promise<number> {
    const { queues } = this.#options;
    const { waiting } = await queues.declare(lane.model, queue);
    try {
      await lane.consume(queue, window, (message) => this.#deliver(lane, queue, message));
    } catch (error) {
      queues.forget(queue);
      throw refusalOr(error, queue);
    }
    return waiting;
  }

  /** What it has delivered and nobody has received goes back. */
  async #leave(lane: ConsumerLane, queue: string): Promise<void> {
    if (!(await lane.leave(queue))) return;
    for (const { message } of this.#buffer.remove(queue)) lane.reject(message, true);
  }

  /** Consumes again after a rest: first what is asked for, and all that it may once more is wanted soon. */
  #asked(limit: number): void {
    const { prefetch, clock } = this.#options;
    const since = clock.monotonic() - this.#askedAt;
    this.#askedAt += since;
    if (this.#window === 0) this.#resize(Math.max(1, Math.min(limit, prefetch)));
    else if (this.#window < prefetch && this.#buffer.size === 0 && since < SOON_MS) this.#resize(prefetch);
  }

  #resize(window: number): void {
    this.#window = window;
    this.#upkeep.now().catch(() => this.#upkeep.again());
  }

  #watch(): void {
    if (this.#stopResting !== undefined || this.#closed || this.#buffer.size === 0) return;
    const { clock } = this.#options;
    this.#stopResting = clock.after(this.#askedAt + REST_AFTER_MS - clock.monotonic(), () => {
      this.#stopResting = undefined;
      const rests = clock.monotonic() - this.#askedAt >= REST_AFTER_MS && this.#waiters.length === 0;
      if (rests && this.#buffer.size > 0) this.#resize(0);
      else this.#watch();
    });
  }

  /** Who asks first should find something of each queue that has something, not only of the one that was consumed first. */
  async #arrival(count: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const stop = this.#options.clock.after(FIRST_WITHIN_MS, resolve);
      this.#arrived = () => {
        if (this.#buffer.queues < count && !this.#closed) return;
        stop();
        resolve();
      };
      this.#arrived();
    });
    this.#arrived = undefined;
  }

  #deliver(lane: ConsumerLane, queue: string, message: ConsumeMessage | null): void {
    if (this.#closed) return;
    if (message === null) {
      this.#options.queues.forget(queue);
      if (this.#queues.has(queue)) this.#upkeep.again();
      return;
    }
    if (!this.#queues.has(queue)) {
      lane.reject(message, true);
      return;
    }
    this.#lastTag += 1;
    const deliveries = deliveriesOf(message);
    const delivery: Delivery = {
      tag: String(this.#lastTag),
      queue,
      priority: priorityOf(message),
      envelope: envelopeOf(message),
      redelivered: message.fields.redelivered,
      ...(deliveries !== undefined && { deliveries }),
    };
    this.#buffer.put(queue, { lane, message, delivery });
    this.#arrived?.();
    this.#serve();
  }

  /** Once for all that has come in one piece. */
  #serve(): void {
    if (this.#serving) return;
    this.#serving = true;
    queueMicrotask(() => {
      this.#serving = false;
      for (;;) {
        const free = this.#options.prefetch - this.#held.size;
        const waiter = free > 0 && this.#buffer.size > 0 ? this.#waiters.shift() : undefined;
        if (waiter === undefined) break;
        const taken = this.#buffer.take(Math.min(waiter.limit, free));
        for (const held of taken) this.#held.set(held.delivery.tag, held);
        this.#askedAt = this.#options.clock.monotonic();
        waiter.resolve(taken.map(({ delivery }) => delivery));
      }
      this.#watch();
    });
  }

  async #answer(deliveries: readonly Delivery[], answer: (held: Held) => void): Promise<void> {
    let lane: ConsumerLane | undefined;
    for (const { tag } of deliveries) {
      const held = this.#held.get(tag);
      // Answered already, or of a channel that is gone: it is handed out again then, and whoever gets it finds out what became of it.
      if (held === undefined) continue;
      this.#held.delete(tag);
      lane = held.lane;
      answer(held);
    }
    this.#serve();
    await lane?.roundTrip();
  }

  #lose(lane: ConsumerLane, why: unknown): void {
    if (why !== undefined) {
      const error = messageOf(why);
      this.#options.logger.warn({ error }, "RabbitMQ ended the consumption; it hands out again what was held");
    }
    if (this.#lane === lane) {
      this.#lane = undefined;
      this.#buffer.clear();
      this.#held.clear();
    }
    this.#upkeep.again();
  }
}
