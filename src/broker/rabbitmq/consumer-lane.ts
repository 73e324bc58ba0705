import type { ChannelModel, ConsumeMessage } from "amqplib";
import { closeChannel, type RabbitChannel, type RabbitConnection } from "./rabbit-connection.ts";

interface Consumer {
  readonly tag: string;
  readonly window: number;
}

/** A channel with its consumers. What it has delivered can be answered on it alone, and is handed out again when it ends. */
export class ConsumerLane {
  readonly model: ChannelModel;
  readonly #channel: RabbitChannel;
  readonly #consumers = new Map<string, Consumer>();
  #open = true;
  #window = 0;
  /** Round trips that tell that RabbitMQ has read what was written before: the one under way, and the next. */
  #trip: Promise<unknown> | undefined;
  #nextTrip: Promise<void> | undefined;

  constructor(model: ChannelModel, channel: RabbitChannel, lost: (why: unknown) => void) {
    this.model = model;
    this.#channel = channel;
    let why: unknown;
    channel.on("error", (error) => {
      why = error;
    });
    channel.on("close", () => {
      if (!this.#open) return;
      this.#open = false;
      lost(why);
    });
  }

  static async open(
    connection: RabbitConnection,
    model: ChannelModel,
    lost: (lane: ConsumerLane, why: unknown) => void,
  ): Promise<ConsumerLane> {
    const lane: ConsumerLane = new ConsumerLane(model, await connection.open(model), (why) => lost(lane, why));
    return lane;
  }

  get isOpen(): boolean {
    return this.#open;
  }

  /** The queues that it consumes. */
  get queues(): readonly string[] {
    return [...this.#consumers.keys()];
  }

  /** How many messages of a queue it may have without an answer; undefined: it does not consume it. */
  windowOf(queue: string): number | undefined {
    return this.#consumers.get(queue)?.window;
  }

  /** `null` is delivered when RabbitMQ has ended the consumption: the queue was deleted, or has moved. */
  async consume(queue: string, window: number, deliver: (message: ConsumeMessage | null) => void): Promise<void> {
    this.#window = window;
    // Both in one go: the number is that of the consumer that follows it.
    this.#channel.prefetch(window, false).catch(() => {});
    const { consumerTag } = await this.#channel.consume(queue, (message) => {
      if (message === null) this.#consumers.delete(queue);
      if (this.#open) deliver(message);
    });
    this.#consumers.set(queue, { tag: consumerTag, window });
  }

  /** Nothing more of the queue is delivered when it resolves. Answers whether it was consumed. */
  async leave(queue: string): Promise<boolean> {
    const consumer = this.#consumers.get(queue);
    if (consumer === undefined) return false;
    this.#consumers.delete(queue);
    await this.#channel.cancel(consumer.tag).catch(() => {});
    return true;
  }

  acknowledge(message: ConsumeMessage): void {
    this.#write(() => this.#channel.ack(message));
  }

  /** @param again whether it is to be handed out again, or never */
  reject(message: ConsumeMessage, again: boolean): void {
    this.#write(() => this.#channel.reject(message, again));
  }

  /** Resolves when RabbitMQ has read all that was written before: it reads a channel in order, and answers this. */
  roundTrip(): Promise<void> {
    if (this.#nextTrip !== undefined) return this.#nextTrip;
    const next = (this.#trip ?? Promise.resolve()).then(async () => {
      this.#nextTrip = undefined;
      this.#trip = this.#channel.prefetch(this.#window, false).catch(() => {});
      await this.#trip;
    });
    this.#nextTrip = next;
    return next;
  }

  async close(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    await closeChannel(this.#channel);
  }

  /** Writing to a channel that has just ended throws; its end says that everything is handed out again, whatever was to be said. */
  #write(answer: () => void): void {
    if (!this.#open) return;
    try {
      answer();
    } catch {
      // Its owner hears of the end by itself.
    }
  }
}
