import type { ChannelModel, ConsumeMessage, Options } from "amqplib";
import type { Clock } from "../../base/clock.ts";
import type { Logger } from "../../base/logger.ts";
import { closeChannel, type RabbitChannel, type RabbitConnection, within } from "./rabbit-connection.ts";
import { refusalOr } from "./task-queues.ts";
import { Upkeep } from "./upkeep.ts";

export interface PrivateQueueOptions {
  readonly connection: RabbitConnection;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Asked anew for each connection. */
  readonly name: () => string;
  readonly form: Options.AssertQueue;
  /** Binds it to where its messages come from. */
  readonly bind?: (channel: RabbitChannel, queue: string) => Promise<unknown>;
  readonly hear: (message: ConsumeMessage) => void;
}

const CLOSE_WITHIN_MS = 3_000;

/** A queue of this process's own, heard on each connection again. What is heard is not acknowledged: it is told once, to whoever listens. */
export class PrivateQueue implements AsyncDisposable {
  readonly #options: PrivateQueueOptions;
  readonly #upkeep: Upkeep;
  #channel: RabbitChannel | undefined;

  constructor(options: PrivateQueueOptions, what: string) {
    this.#options = options;
    const { connection, clock, logger } = options;
    this.#upkeep = new Upkeep({ connection, clock, logger, what, setUp: (model) => this.#setUp(model) });
  }

  /** Resolves when it hears; fails with `broker_away` or `broker_refused`. */
  async start(): Promise<void> {
    try {
      await this.#upkeep.begin();
    } catch (error) {
      await this.#upkeep.stop();
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#upkeep.stop();
    const channel = this.#channel;
    this.#channel = undefined;
    if (channel === undefined) return;
    const { clock, connection } = this.#options;
    await within(clock, CLOSE_WITHIN_MS, closeChannel(channel), () => connection.awayError("it does not answer")).catch(
      () => {},
    );
  }

  async #setUp(model: ChannelModel): Promise<void> {
    const { connection, form, bind, hear } = this.#options;
    const channel = await connection.open(model);
    const queue = this.#options.name();
    let open = true;
    channel.on("close", () => {
      open = false;
      if (this.#channel !== channel) return;
      this.#channel = undefined;
      this.#upkeep.again();
    });
    try {
      await channel.assertQueue(queue, form);
      await bind?.(channel, queue);
      const listen = (message: ConsumeMessage | null) => {
        if (this.#upkeep.stopped) return;
        if (message !== null) hear(message);
        // Somebody has deleted it.
        else void closeChannel(channel);
      };
      await channel.consume(queue, listen, { noAck: true });
    } catch (error) {
      throw refusalOr(error, queue);
    }
    if (open) this.#channel = channel;
    else this.#upkeep.again();
  }
}
