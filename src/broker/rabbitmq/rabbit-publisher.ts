import type { ChannelModel, Message, Options } from "amqplib";
import type { Clock } from "../../base/clock.ts";
import { HyoshiError, isHyoshiError, messageOf } from "../../base/error.ts";
import type { Logger } from "../../base/logger.ts";
import type { PublishAnswer } from "../broker.ts";
import type { RabbitChannel, RabbitConnection } from "./rabbit-connection.ts";
import { codeOf } from "./task-queues.ts";

/** A message on its way to a queue by its name. */
export interface Parcel {
  readonly queue: string;
  readonly options: Options.Publish;
  readonly content: Buffer;
}

/** Makes queues before the first message to each on a connection. */
export interface QueueMaker {
  knows(model: ChannelModel, queue: string): boolean;
  forget(queue: string): void;
  declare(model: ChannelModel, queue: string): Promise<unknown>;
}

export interface RabbitPublisherOptions {
  readonly connection: RabbitConnection;
  readonly clock: Clock;
  readonly logger: Logger;
  /** How long RabbitMQ may answer nothing before what waits is given up. */
  readonly waitMs: number;
  /** Absent: messages go out as they are, and one that no queue takes is gone. */
  readonly queues?: QueueMaker;
}

/** Messages without an answer, at most: enough to keep a distant server busy, few enough to hold and to send again. */
const WINDOW = 2_048;
const WINDOW_BYTES = 16 * 1024 * 1024;
const PAUSE_MS = 250;

interface Entry {
  readonly parcel: Parcel;
  /** Its place in the order in which everything was asked for. */
  readonly place: number;
  readonly answer: (answer: PublishAnswer | HyoshiError) => void;
  /** It was written to some connection: it may be there. */
  sent: boolean;
  /** RabbitMQ has handed it back: there is no such queue. */
  returned: boolean;
  /** Its queue was made again after it had been handed back. */
  again: boolean;
  /** RabbitMQ closed the channel while it was on its way: it goes alone until the one that was the cause is known. */
  suspect: boolean;
  /** Its sender has an answer. */
  over: boolean;
}

/** A channel with what was written to it and is not answered, in that order, by the numbers that RabbitMQ gives them. */
interface Line {
  readonly model: ChannelModel;
  readonly channel: RabbitChannel;
  readonly flying: Map<number, Entry>;
  bytes: number;
  lastNumber: number;
  /** What RabbitMQ objected to when it closed the channel or the connection. */
  fault?: Error;
  open: boolean;
}

/**
 * Publishes in order, with many messages on their way at once, each confirmed by RabbitMQ. What has no answer when the connection is lost is published
 * again on the next one, before anything else: it may be there twice then, and never not at all.
 */
export class RabbitPublisher {
  readonly #options: RabbitPublisherOptions;
  #waiting: Entry[] = [];
  /** So many in front of `#waiting` are gone already. */
  #gone = 0;
  #line: Line | undefined;
  #places = 0;
  #pumping = false;
  #wake: () => void = () => {};
  #progressAt = 0;
  #stopWatching: (() => void) | undefined;

  constructor(options: RabbitPublisherOptions) {
    this.#options = options;
    options.connection.onChange(() => this.#wake());
  }

  /**
   * In the order of the parcels: `confirmed`, `refused` (RabbitMQ will never take it) or `unknown`. Rejects with `broker_away` or `broker_refused` where
   * nothing of it was written.
   */
  async publish(parcels: readonly Parcel[]): Promise<readonly PublishAnswer[]> {
    if (parcels.length === 0) return [];
    if (this.#idle) this.#progressAt = this.#options.clock.monotonic();
    const answers = parcels.map((parcel) => this.#enqueue(parcel));
    this.#watch();
    this.#start();
    const given = await Promise.all(answers);
    const [first] = given;
    if (first instanceof HyoshiError && given.every((answer) => answer instanceof HyoshiError)) throw first;
    return given.map((answer) => (answer instanceof HyoshiError ? "unknown" : answer));
  }

  #enqueue(parcel: Parcel): Promise<PublishAnswer | HyoshiError> {
    return new Promise((resolve) => {
      const entry: Entry = {
        parcel,
        place: this.#places++,
        sent: false,
        returned: false,
        again: false,
        suspect: false,
        over: false,
        answer(answer) {
          entry.over = true;
          resolve(answer);
        },
      };
      this.#waiting.push(entry);
    });
  }

  get #idle(): boolean {
    return this.#gone === this.#waiting.length && (this.#line?.flying.size ?? 0) === 0;
  }

  #start(): void {
    if (this.#pumping) {
      this.#wake();
      return;
    }
    this.#pumping = true;
    this.#pump()
      .catch((error: unknown) => this.#giveUp(this.#options.connection.awayError(messageOf(error), error)))
      .finally(() => {
        this.#pumping = false;
        if (this.#gone < this.#waiting.length) this.#start();
      });
  }

  async #pump(): Promise<void> {
    for (let entry = this.#next(); entry !== undefined; entry = this.#next()) {
      // Waits where there is something to wait for, and not for each message.
      const line = this.#laidLine() ?? (await this.#openLine());
      if (line === undefined || !(this.#hasQueue(line, entry) || (await this.#madeQueue(line, entry)))) continue;
      if (this.#mustWait(line, entry)) await this.#change();
      else this.#write(line, entry);
    }
  }

  #next(): Entry | undefined {
    while (this.#waiting[this.#gone]?.over === true) this.#gone += 1;
    if (this.#gone > 1_024) {
      this.#waiting = this.#waiting.slice(this.#gone);
      this.#gone = 0;
    }
    return this.#waiting[this.#gone];
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = () => {
        this.#wake = () => {};
        resolve();
      };
    });
  }

  #laidLine(): Line | undefined {
    const line = this.#line;
    return line?.open === true && this.#options.connection.model === line.model ? line : undefined;
  }

  /** Undefined: look again. */
  async #openLine(): Promise<Line | undefined> {
    const { connection, clock } = this.#options;
    let model: ChannelModel;
    try {
      model = await connection.connected();
    } catch (error) {
      this.#giveUp(isHyoshiError(error) ? error : connection.awayError(messageOf(error), error));
      return;
    }
    try {
      return this.#lay(model, await connection.open(model));
    } catch {
      // The connection ended, or has no more channels.
      await new Promise<void>((resolve) => clock.after(PAUSE_MS, resolve));
      return;
    }
  }

  #lay(model: ChannelModel, channel: RabbitChannel): Line {
    const line: Line = { model, channel, flying: new Map(), bytes: 0, lastNumber: 0, open: true };
    channel.on("ack", ({ deliveryTag, multiple }) => this.#answered(line, deliveryTag, multiple, true));
    channel.on("nack", ({ deliveryTag, multiple }) => this.#answered(line, deliveryTag, multiple, false));
    channel.on("return", (message) => returned(line, message));
    channel.on("error", (error) => {
      line.fault = error;
    });
    // A frame that RabbitMQ cannot read ends the whole connection.
    const failed = (error: Error) => {
      if ((codeOf(error) ?? 0) > 500) line.fault = error;
    };
    model.on("error", failed);
    channel.on("close", () => {
      model.off("error", failed);
      this.#lost(line);
    });
    this.#line = line;
    return line;
  }

  #hasQueue(line: Line, { parcel: { queue } }: Entry): boolean {
    const { queues } = this.#options;
    return queues === undefined || queues.knows(line.model, queue);
  }

  async #madeQueue(line: Line, { parcel: { queue } }: Entry): Promise<boolean> {
    const { queues, connection, clock, logger } = this.#options;
    if (queues === undefined) return true;
    try {
      await queues.declare(line.model, queue);
      return line.open;
    } catch (error) {
      if (isHyoshiError(error, "broker_refused")) {
        logger.warn({ queue, error: error.message }, "RabbitMQ does not take messages for the queue");
        for (const waiting of this.#waiting.slice(this.#gone)) {
          if (!waiting.over && waiting.parcel.queue === queue) waiting.answer("refused");
        }
      } else if (connection.model === line.model) {
        await new Promise<void>((resolve) => clock.after(PAUSE_MS, resolve));
      }
      return false;
    }
  }

  #mustWait({ flying, bytes }: Line, { suspect }: Entry): boolean {
    if (this.#options.connection.blocked !== undefined) return true;
    if (flying.size === 0) return false;
    if (suspect || flying.size >= WINDOW || bytes >= WINDOW_BYTES) return true;
    const [first] = flying.values();
    return first?.suspect === true;
  }

  #write(line: Line, entry: Entry): void {
    const { queue, options, content } = entry.parcel;
    const { queues, logger } = this.#options;
    try {
      line.channel.publish("", queue, content, { ...options, mandatory: queues !== undefined });
    } catch (error) {
      if (!line.open || this.#options.connection.model !== line.model) return;
      if (error instanceof Error && error.name === "IllegalOperationError") {
        this.#lost(line);
        return;
      }
      // More than 64 KiB of headers, or a property of more than 255 bytes.
      logger.warn({ queue, error: messageOf(error) }, "a message cannot be written as AMQP has it");
      entry.answer("refused");
      return;
    }
    this.#gone += 1;
    line.lastNumber += 1;
    line.flying.set(line.lastNumber, entry);
    line.bytes += content.length;
    entry.sent = true;
  }

  #answered(line: Line, number: number, multiple: boolean, taken: boolean): void {
    this.#progressAt = this.#options.clock.monotonic();
    if (!multiple) this.#settle(line, number, taken);
    else {
      for (const earlier of line.flying.keys()) {
        if (earlier > number) break;
        this.#settle(line, earlier, taken);
      }
    }
    this.#wake();
  }

  #settle(line: Line, number: number, taken: boolean): void {
    const entry = line.flying.get(number);
    if (entry === undefined) return;
    line.flying.delete(number);
    line.bytes -= entry.parcel.content.length;
    if (entry.over) return;
    const { queues, logger } = this.#options;
    const { queue } = entry.parcel;
    if (!taken) {
      // A queue that is full and says so, or trouble inside RabbitMQ: later it may.
      logger.warn({ queue }, "RabbitMQ does not take a message now");
      entry.answer("unknown");
    } else if (!entry.returned) entry.answer("confirmed");
    else if (entry.again || queues === undefined) {
      logger.warn({ queue }, "RabbitMQ has no queue for a message");
      entry.answer("refused");
    } else {
      // Somebody has deleted the queue.
      queues.forget(queue);
      this.#putBack([entry]);
      entry.returned = false;
      entry.again = true;
    }
  }

  /** What may or may not be there goes out once more, in its old order. */
  #lost(line: Line): void {
    if (!line.open) return;
    line.open = false;
    const doubtful = [...line.flying.values()].filter(({ over }) => !over);
    line.flying.clear();
    if (this.#line === line) this.#line = undefined;
    if (line.fault !== undefined) {
      const [only] = doubtful;
      if (only !== undefined && doubtful.length === 1 && only.suspect) {
        const error = messageOf(line.fault);
        this.#options.logger.warn({ queue: only.parcel.queue, error }, "RabbitMQ refuses a message");
        only.answer("refused");
      }
      for (const entry of doubtful) entry.suspect = true;
    }
    this.#putBack(doubtful.filter(({ over }) => !over));
    this.#start();
  }

  #putBack(entries: readonly Entry[]): void {
    if (entries.length === 0) return;
    this.#waiting = [...entries, ...this.#waiting.slice(this.#gone)];
    this.#gone = 0;
    for (const entry of entries) entry.returned = false;
    this.#waiting.sort((a, b) => a.place - b.place);
    this.#start();
  }

  /** Gives up what waits when RabbitMQ has said nothing for too long, connected or not. */
  #watch(): void {
    if (this.#stopWatching !== undefined) return;
    const { clock, waitMs, connection } = this.#options;
    const left = this.#progressAt + waitMs - clock.monotonic();
    this.#stopWatching = clock.after(left, () => {
      this.#stopWatching = undefined;
      if (this.#idle) return;
      if (clock.monotonic() - this.#progressAt >= waitMs) {
        this.#giveUp(connection.awayError(connection.away?.why ?? "it does not answer"));
      }
      if (!this.#idle) this.#watch();
    });
  }

  #giveUp(why: HyoshiError): void {
    this.#progressAt = this.#options.clock.monotonic();
    const pending = [...(this.#line?.flying.values() ?? []), ...this.#waiting.slice(this.#gone)];
    for (const entry of pending) {
      if (!entry.over) entry.answer(entry.sent ? "unknown" : why);
    }
    this.#waiting = [];
    this.#gone = 0;
    this.#wake();
  }
}

/** A message that is handed back has no number: it is the first like it that is on its way, and those that are alike fare alike. */
function returned({ flying }: Line, { fields, properties, content }: Message): void {
  for (const entry of flying.values()) {
    const { queue, options, content: body } = entry.parcel;
    if (entry.returned || queue !== fields.routingKey || options.correlationId !== properties.correlationId) continue;
    if (!body.equals(content)) continue;
    entry.returned = true;
    return;
  }
}
