import type { ChannelModel, ConsumeMessage, Options } from "amqplib";
import type { Clock } from "../../base/clock.ts";
import { isHyoshiError, messageOf } from "../../base/error.ts";
import type { Logger } from "../../base/logger.ts";
import { formatUuid, type Random } from "../../base/random.ts";
import type { Envelope } from "../../message/envelope.ts";
import type { Bus, BusExchange, Heard } from "../bus.ts";
import { PrivateQueue } from "./private-queue.ts";
import type { RabbitChannel, RabbitConnection } from "./rabbit-connection.ts";
import { contentOf, envelopeOf, publishOptions } from "./rabbit-envelope.ts";
import { RabbitPublisher } from "./rabbit-publisher.ts";

export interface RabbitBusOptions {
  /** For what is said. */
  readonly publishing: RabbitConnection;
  /** For what is heard. */
  readonly consuming: RabbitConnection;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly random: Random;
  readonly waitMs: number;
}

const REPLIES = "reply.celery.pidbox";
/** As Celery declares them. */
const EXCHANGES: Readonly<Record<BusExchange | typeof REPLIES, { type: string; durable: boolean }>> = {
  celeryev: { type: "topic", durable: true },
  "celery.pidbox": { type: "fanout", durable: false },
  [REPLIES]: { type: "direct", durable: false },
};

const EVENTS = privateForm(60_000, 5_000);
const CONTROL = privateForm(10_000, 300_000);
/** Outlives a short loss of the connection, unlike Celery's own: a result that comes meanwhile is still there then. */
const RESULTS: Options.AssertQueue = { durable: true, arguments: { "x-expires": int32(300_000) } };

interface Mouth {
  readonly model: ChannelModel;
  readonly channel: RabbitChannel;
  readonly declared: Map<string, Promise<unknown>>;
}

/** Celery's events, remote control and replies on RabbitMQ. */
export class RabbitBus implements Bus {
  readonly #options: RabbitBusOptions;
  readonly #results: RabbitPublisher;
  #mouth: Promise<Mouth> | undefined;

  constructor(options: RabbitBusOptions) {
    this.#options = options;
    const { publishing: connection, clock, logger, waitMs } = options;
    this.#results = new RabbitPublisher({ connection, clock, logger, waitMs });
  }

  async publish(exchange: BusExchange, routingKey: string, envelope: Envelope): Promise<undefined> {
    await this.#say(exchange, routingKey, envelope);
  }

  reply(key: string, envelope: Envelope): Promise<void> {
    return this.#say(REPLIES, key, envelope);
  }

  /** Resolves when RabbitMQ has it. */
  async sendTo(queue: string, envelope: Envelope): Promise<void> {
    const { publishing } = this.#options;
    const parcel = { queue, options: publishOptions(envelope, 0), content: contentOf(envelope) };
    const [answer] = await this.#results.publish([parcel]);
    if (answer === "unknown") throw publishing.awayError("the connection was lost before it answered");
  }

  async listen(
    exchange: BusExchange,
    { topic, name }: { readonly topic: string; readonly name: string },
    hear: (heard: Heard) => void,
  ): Promise<AsyncDisposable> {
    const events = exchange === "celeryev";
    return this.#hear({
      // A new name each time: what is left of the old one may not be gone yet.
      name: () => (events ? `celeryev.${this.#uuid()}` : `${name}.celery.pidbox`),
      form: events ? EVENTS : CONTROL,
      bind: async (channel, queue) => {
        await declareExchange(channel, exchange);
        await channel.bindQueue(queue, exchange, topic);
      },
      hear: (message) => hear({ routingKey: message.fields.routingKey, envelope: envelopeOf(message) }),
      what: events ? "hearing events" : `remote control of '${name}'`,
    });
  }

  async receiveReplies(key: string, hear: (reply: Envelope) => void): Promise<AsyncDisposable> {
    return this.#hear({
      name: () => `${key}.${REPLIES}`,
      form: CONTROL,
      bind: async (channel, queue) => {
        await declareExchange(channel, REPLIES);
        await channel.bindQueue(queue, REPLIES, key);
      },
      hear: (message) => hear(envelopeOf(message)),
      what: "hearing replies",
    });
  }

  async receiveFrom(queue: string, hear: (envelope: Envelope) => void): Promise<AsyncDisposable> {
    return this.#hear({
      name: () => queue,
      form: RESULTS,
      hear: (message) => hear(envelopeOf(message)),
      what: "hearing results",
    });
  }

  async #hear({
    what,
    hear,
    ...own
  }: {
    name: () => string;
    form: Options.AssertQueue;
    bind?: (channel: RabbitChannel, queue: string) => Promise<unknown>;
    hear: (message: ConsumeMessage) => void;
    what: string;
  }): Promise<AsyncDisposable> {
    const { consuming: connection, clock, logger } = this.#options;
    const heard = (message: ConsumeMessage) => {
      try {
        hear(message);
      } catch (error) {
        logger.error({ error }, `${what}: what came could not be handled`);
      }
    };
    const queue = new PrivateQueue({ ...own, hear: heard, connection, clock, logger }, what);
    await queue.start();
    return queue;
  }

  async #say(exchange: keyof typeof EXCHANGES, routingKey: string, envelope: Envelope): Promise<void> {
    const { publishing } = this.#options;
    // Nothing waits for a connection that is lost or blocked: what is said now is of no use later.
    if (publishing.away !== undefined && publishing.tried) throw publishing.awayError();
    const mouth = await this.#speak();
    await this.#declared(mouth, exchange);
    try {
      mouth.channel.publish(exchange, routingKey, contentOf(envelope), publishOptions(envelope, 0));
    } catch (error) {
      throw publishing.awayError(messageOf(error), error);
    }
  }

  async #speak(): Promise<Mouth> {
    const { publishing } = this.#options;
    const model = await publishing.connected();
    const known = await this.#mouth?.catch(() => undefined);
    if (known?.model === model) return known;
    this.#mouth ??= this.#openMouth(model);
    try {
      return await this.#mouth;
    } catch (error) {
      this.#mouth = undefined;
      throw isHyoshiError(error) ? error : publishing.awayError(messageOf(error), error);
    }
  }

  async #openMouth(model: ChannelModel): Promise<Mouth> {
    const channel = await this.#options.publishing.open(model);
    channel.on("close", () => {
      this.#mouth = undefined;
    });
    return { model, channel, declared: new Map() };
  }

  async #declared({ channel, declared }: Mouth, exchange: keyof typeof EXCHANGES): Promise<void> {
    const known = declared.get(exchange) ?? declareExchange(channel, exchange);
    declared.set(exchange, known);
    try {
      await known;
    } catch (error) {
      declared.delete(exchange);
      throw this.#options.publishing.awayError(messageOf(error), error);
    }
  }

  #uuid(): string {
    return formatUuid(this.#options.random.bytes(16), 8);
  }
}

function declareExchange(channel: RabbitChannel, exchange: keyof typeof EXCHANGES): Promise<unknown> {
  const { type, durable } = EXCHANGES[exchange];
  return channel.assertExchange(exchange, type, { durable });
}

/**
 * As Celery's newest line declares them. The lines before it do not make them exclusive, which matters to nobody but their owner; RabbitMQ 4 wants to
 * do without such queues that are not.
 */
function privateForm(expiresMs: number, messageTtlMs: number): Options.AssertQueue {
  return {
    durable: false,
    autoDelete: true,
    exclusive: true,
    arguments: { "x-expires": int32(expiresMs), "x-message-ttl": int32(messageTtlMs) },
  };
}

function int32(value: number) {
  return { "!": "int32", value };
}
