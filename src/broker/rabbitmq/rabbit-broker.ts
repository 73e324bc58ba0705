import { type Clock, systemClock } from "../../base/clock.ts";
import { isHyoshiError, messageOf } from "../../base/error.ts";
import type { Logger } from "../../base/logger.ts";
import { type Random, systemRandom } from "../../base/random.ts";
import type {
  Broker,
  BrokerCapabilities,
  BrokerState,
  OutgoingMessage,
  PublishAnswer,
  Subscription,
} from "../broker.ts";
import { loadAmqpDriver } from "./load-driver.ts";
import { parseRabbitAddress } from "./rabbit-address.ts";
import { RabbitBus } from "./rabbit-bus.ts";
import { RabbitConnection } from "./rabbit-connection.ts";
import { contentOf, publishOptions } from "./rabbit-envelope.ts";
import { RabbitPublisher } from "./rabbit-publisher.ts";
import { RabbitSubscription } from "./rabbit-subscription.ts";
import { TaskQueues } from "./task-queues.ts";

export interface RabbitBrokerSettings {
  /** `amqp://…` or `amqps://…`, see {@link parseRabbitAddress}. */
  readonly url: string;
  readonly logger: Logger;
  /** Default: the system's. */
  readonly clock?: Clock;
  readonly random?: Random;
  /** `x-max-priority` of the queues that are made; without it RabbitMQ keeps no priorities. Must be what Celery's `task_queue_max_priority` is. */
  readonly maxPriority?: number;
  /** Of the queues that are made. Must be what Celery's `task_default_queue_type` is. Default: classic. */
  readonly queueType?: "classic" | "quorum";
  /** How long a call waits for a connection, or for an answer on it. Default: 10 s. */
  readonly connectTimeoutMs?: number;
}

const CONNECT_TIMEOUT_MS = 10_000;

/** RabbitMQ, as Celery uses it. Connects when it is first used; fails with `invalid_address` at once. */
export function createRabbitBroker(settings: RabbitBrokerSettings): Broker {
  return new RabbitBroker(settings);
}

class RabbitBroker implements Broker {
  readonly capabilities: BrokerCapabilities;
  readonly bus: RabbitBus;
  /** RabbitMQ stops reading from those who publish when its memory is short: acknowledgements must not wait behind that. */
  readonly #publishing: RabbitConnection;
  readonly #consuming: RabbitConnection;
  readonly #publisher: RabbitPublisher;
  readonly #publishedTo: TaskQueues;
  readonly #consumedFrom: TaskQueues;
  readonly #subscriptions = new Set<RabbitSubscription>();
  readonly #clock: Clock;
  readonly #logger: Logger;

  constructor({
    url,
    logger,
    clock = systemClock,
    random = systemRandom,
    maxPriority,
    queueType = "classic",
    connectTimeoutMs: waitMs = CONNECT_TIMEOUT_MS,
  }: RabbitBrokerSettings) {
    const address = parseRabbitAddress(url);
    const shared = { address, driver: loadAmqpDriver, clock, logger, waitMs };
    const form = { type: queueType, ...(maxPriority !== undefined && { maxPriority }) };
    this.#clock = clock;
    this.#logger = logger;
    this.capabilities = {
      name: "rabbitmq",
      priorities: maxPriority !== undefined && queueType === "classic",
      keepsOrder: true,
      returnsOnDisconnect: true,
    };
    this.#publishing = new RabbitConnection({ ...shared, name: "hyoshi publishing" });
    this.#consuming = new RabbitConnection({ ...shared, name: "hyoshi consuming" });
    this.#publishedTo = new TaskQueues(this.#publishing, form, logger);
    this.#consumedFrom = new TaskQueues(this.#consuming, form, logger);
    const connection = this.#publishing;
    this.#publisher = new RabbitPublisher({ connection, clock, logger, waitMs, queues: this.#publishedTo });
    const [publishing, consuming] = [this.#publishing, this.#consuming];
    this.bus = new RabbitBus({ publishing, consuming, clock, logger, random, waitMs });
  }

  publish(messages: readonly OutgoingMessage[]): Promise<readonly PublishAnswer[]> {
    return this.#publisher.publish(
      messages.map(({ queue, priority, envelope }) => ({
        queue,
        options: publishOptions(envelope, priority),
        content: contentOf(envelope),
      })),
    );
  }

  async subscribe({
    queues,
    prefetch,
  }: {
    readonly queues: readonly string[];
    readonly prefetch: number;
  }): Promise<Subscription> {
    const [connection, clock, logger] = [this.#consuming, this.#clock, this.#logger];
    const subscription = new RabbitSubscription(
      { connection, queues: this.#consumedFrom, clock, logger, prefetch },
      queues,
    );
    await subscription.start();
    this.#subscriptions.add(subscription);
    return subscription;
  }

  depth(queue: string): Promise<number> {
    return this.#ask((model) => this.#publishedTo.depth(model, queue));
  }

  purge(queue: string): Promise<number> {
    return this.#ask((model) => this.#publishedTo.purge(model, queue));
  }

  state(): BrokerState {
    this.#publishing.begin();
    // What nobody has asked for yet says nothing.
    const tried = [this.#publishing, this.#consuming].filter((connection) => connection.tried);
    const away = (tried.length === 0 ? [this.#publishing] : tried)
      .map((connection) => connection.away)
      .find((known) => known !== undefined);
    if (away === undefined) return { kind: "connected" };
    return { kind: "away", sinceMs: Math.max(0, this.#clock.now() - away.since), why: away.why };
  }

  async close(): Promise<void> {
    await Promise.all([...this.#subscriptions].map((subscription) => subscription[Symbol.asyncDispose]()));
    await Promise.all([this.#consuming.close(), this.#publishing.close()]);
  }

  async #ask<T>(question: (model: Awaited<ReturnType<RabbitConnection["connected"]>>) => Promise<T>): Promise<T> {
    const model = await this.#publishing.connected();
    try {
      return await question(model);
    } catch (error) {
      throw isHyoshiError(error) ? error : this.#publishing.awayError(messageOf(error), error);
    }
  }
}
