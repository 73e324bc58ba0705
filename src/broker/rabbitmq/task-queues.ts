import type { ChannelModel } from "amqplib";
import { HyoshiError, messageOf } from "../../base/error.ts";
import type { Logger } from "../../base/logger.ts";
import { closeChannel, type RabbitChannel, type RabbitConnection } from "./rabbit-connection.ts";

/** How queues are made that do not exist yet. All who share a queue must make it alike; RabbitMQ closes the channel of whoever does not. */
export interface QueueForm {
  /** `x-max-priority`; without it RabbitMQ keeps no priorities. Classic queues only. */
  readonly maxPriority?: number;
  readonly type: "classic" | "quorum";
}

/** What is known of a queue after it was declared. */
export interface DeclaredQueue {
  /** It exists, made by somebody else with other arguments, and is used as it is. */
  readonly asItIs: boolean;
  readonly waiting: number;
}

const LONGEST_NAME = 255;
const PRECONDITION_FAILED = 406;
const ACCESS_REFUSED = 403;
const NOT_FOUND = 404;

/** Declares task queues as Celery does, once for each connection. */
export class TaskQueues {
  readonly #connection: RabbitConnection;
  readonly #form: QueueForm;
  readonly #logger: Logger;
  #declared = new Map<string, Promise<DeclaredQueue>>();
  #model: ChannelModel | undefined;

  constructor(connection: RabbitConnection, form: QueueForm, logger: Logger) {
    this.#connection = connection;
    this.#form = form;
    this.#logger = logger;
  }

  /** Whether the next {@link declare} answers from memory. */
  knows(model: ChannelModel, queue: string): boolean {
    return this.#model === model && this.#declared.has(queue);
  }

  /** It may be gone: the next {@link declare} asks again. */
  forget(queue: string): void {
    this.#declared.delete(queue);
  }

  /**
   * Makes the queue, its exchange and their binding, where they do not exist. One that exists with other arguments is used as it is, with a warning.
   * Fails with `broker_refused` where it cannot be used at all, with whatever the driver throws where the connection is lost.
   */
  declare(model: ChannelModel, queue: string): Promise<DeclaredQueue> {
    const bytes = Buffer.byteLength(queue);
    if (bytes === 0 || bytes > LONGEST_NAME) return Promise.reject(unnamable(queue));
    if (this.#model !== model) {
      this.#model = model;
      this.#declared = new Map();
    }
    const known = this.#declared.get(queue);
    if (known !== undefined) return known;
    const declaring = this.#declare(model, queue);
    this.#declared.set(queue, declaring);
    declaring.catch(() => {
      if (this.#declared.get(queue) === declaring) this.#declared.delete(queue);
    });
    return declaring;
  }

  async #declare(model: ChannelModel, queue: string): Promise<DeclaredQueue> {
    try {
      const { messageCount } = await this.#on(model, (channel) =>
        channel.assertQueue(queue, { durable: true, arguments: queueArguments(this.#form) }),
      );
      await this.#bind(model, queue);
      return { asItIs: false, waiting: messageCount };
    } catch (error) {
      const code = codeOf(error);
      if (code !== PRECONDITION_FAILED && code !== ACCESS_REFUSED) throw refusalOr(error, queue);
      const found = await this.#on(model, (channel) => channel.checkQueue(queue)).catch((otherwise: unknown) => {
        // Not even there to look at: what was said first is what is wrong.
        throw refusalOr(codeOf(otherwise) === undefined ? otherwise : error, queue);
      });
      this.#logger.warn(
        { queue, answer: messageOf(error) },
        "the queue exists with other arguments than ours, or may not be made by us: it is used as it is",
      );
      return { asItIs: true, waiting: found.messageCount };
    }
  }

  /** The exchange of the queue's name, by which Celery's clients publish; we do without where it is something else. */
  async #bind(model: ChannelModel, queue: string): Promise<void> {
    try {
      await this.#on(model, async (channel) => {
        await channel.assertExchange(queue, "direct", { durable: true });
        await channel.bindQueue(queue, queue, queue);
      });
    } catch (error) {
      if (codeOf(error) === undefined) throw error;
      this.#logger.warn(
        { queue, answer: messageOf(error) },
        "the queue's exchange exists as another kind, or may not be made by us: clients that publish to it may not reach the queue",
      );
    }
  }

  /** Messages that wait; 0 where there is no such queue. */
  async depth(model: ChannelModel, queue: string): Promise<number> {
    return this.#orNone(this.#on(model, (channel) => channel.checkQueue(queue)));
  }

  async purge(model: ChannelModel, queue: string): Promise<number> {
    return this.#orNone(this.#on(model, (channel) => channel.purgeQueue(queue)));
  }

  async #orNone(answer: Promise<{ readonly messageCount: number }>): Promise<number> {
    try {
      return (await answer).messageCount;
    } catch (error) {
      if (codeOf(error) === NOT_FOUND) return 0;
      throw error;
    }
  }

  /** On a channel of its own: what RabbitMQ does not like closes it. */
  async #on<T>(model: ChannelModel, work: (channel: RabbitChannel) => Promise<T>): Promise<T> {
    const channel = await this.#connection.open(model);
    try {
      return await work(channel);
    } finally {
      await closeChannel(channel);
    }
  }
}

/** RabbitMQ's reply code, where it answered; undefined where the connection is what failed. */
export function codeOf(error: unknown): number | undefined {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "number" ? code : undefined;
}

/** RabbitMQ's answer as an error of ours; what is not an answer stays as it is. */
export function refusalOr(error: unknown, queue: string): unknown {
  if (codeOf(error) === undefined) return error;
  return new HyoshiError("broker_refused", `RabbitMQ refuses the queue '${queue}': ${messageOf(error)}`, {
    cause: error,
    fields: { broker: "rabbitmq", queue },
  });
}

function unnamable(queue: string): HyoshiError {
  return new HyoshiError(
    "broker_refused",
    `RabbitMQ cannot have a queue named '${queue.slice(0, 60)}': names have 1 to ${LONGEST_NAME} bytes`,
    { fields: { broker: "rabbitmq", queue } },
  );
}

function queueArguments({ maxPriority, type }: QueueForm): object {
  if (type === "quorum") return { "x-queue-type": "quorum" };
  return maxPriority === undefined ? {} : { "x-max-priority": { "!": "int32", value: maxPriority } };
}
