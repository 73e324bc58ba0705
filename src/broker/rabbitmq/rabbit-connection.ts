import type { ChannelModel, ConfirmChannel, RecoveringChannelModel, RecoveryOptions, SocketOptions } from "amqplib";
import type { Clock, Instant } from "../../base/clock.ts";
import { HyoshiError, messageOf } from "../../base/error.ts";
import type { Logger } from "../../base/logger.ts";
import { connectOptions, isRefusal, tlsOptions } from "./connect-options.ts";
import { destroySocket, readAllHeaders } from "./driver-internals.ts";
import type { AmqpDriver } from "./load-driver.ts";
import type { RabbitAddress } from "./rabbit-address.ts";

export interface RabbitConnectionOptions {
  readonly address: RabbitAddress;
  readonly driver: () => Promise<AmqpDriver>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Shown in RabbitMQ's own screens. */
  readonly name: string;
  /** How long a caller waits for a connection. */
  readonly waitMs: number;
}

/** A channel, whichever of the driver's two kinds: one that confirms does whatever the other does. */
export type RabbitChannel = ConfirmChannel;

const LONGEST_PAUSE_MS = 5_000;
const CLOSE_WITHIN_MS = 3_000;
/** A channel that never opens: the connection is dead, and its heartbeat will say so later. */
const OPEN_WITHIN_MS = 10_000;

/**
 * One connection that is made anew, with growing pauses, for as long as it takes. It is made when it is first asked for. Channels do not outlive the
 * connection that they were opened on: whoever needs them hears of each new one.
 */
export class RabbitConnection {
  readonly #options: RabbitConnectionOptions;
  readonly #heard = new Set<() => void>();
  readonly #waiting = new Set<{ resolve: (model: ChannelModel) => void; reject: (why: Error) => void }>();
  #recovering: Promise<RecoveringChannelModel> | undefined;
  #model: ChannelModel | undefined;
  #blocked: string | undefined;
  #away: { readonly since: Instant; readonly why: string };
  #refused: HyoshiError | undefined;
  #failures = 0;
  #tried = false;
  #closed = false;

  constructor(options: RabbitConnectionOptions) {
    this.#options = options;
    this.#away = { since: options.clock.now(), why: "not connected yet" };
  }

  /** The connection as it is now; a new one is another object. */
  get model(): ChannelModel | undefined {
    return this.#model;
  }

  /** Why RabbitMQ takes no messages now, if it has said so: its memory or its disk is short. */
  get blocked(): string | undefined {
    return this.#blocked;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Whether anybody has asked for it, and its first attempt is over. */
  get tried(): boolean {
    return this.#tried;
  }

  /** Since when it is not usable, and why; undefined while it is. */
  get away(): { readonly since: Instant; readonly why: string } | undefined {
    return this.#model === undefined || this.#blocked !== undefined ? this.#away : undefined;
  }

  /** Hears of each change: connected, gone, blocked, unblocked, refused. */
  onChange(heard: () => void): () => void {
    this.#heard.add(heard);
    return () => this.#heard.delete(heard);
  }

  /** Begins to connect if nobody has yet. */
  begin(): void {
    if (this.#recovering !== undefined || this.#closed) return;
    this.#recovering = this.#connect();
    this.#recovering.catch((why: unknown) => {
      // No driver, or a certificate's file that cannot be read: no later attempt would do better.
      this.#refused = why instanceof HyoshiError ? why : this.#refusal(why);
      this.#recovering = undefined;
      this.#fail(this.#refused);
    });
  }

  /** Fails with `broker_away` when there is none within `waitMs`, and with `broker_refused` as soon as RabbitMQ refuses us. */
  connected(waitMs = this.#options.waitMs): Promise<ChannelModel> {
    if (this.#closed) return Promise.reject(this.awayError("it was closed"));
    if (this.#model !== undefined) return Promise.resolve(this.#model);
    if (this.#refused !== undefined && this.#recovering !== undefined) return Promise.reject(this.#refused);
    return new Promise((resolve, reject) => {
      const stop = this.#options.clock.after(waitMs, () => waiter.reject(this.awayError()));
      const settle = () => {
        stop();
        this.#waiting.delete(waiter);
      };
      const waiter = {
        resolve: (model: ChannelModel) => {
          settle();
          resolve(model);
        },
        reject: (why: Error) => {
          settle();
          reject(why);
        },
      };
      this.#waiting.add(waiter);
      this.begin();
    });
  }

  awayError(why = this.#away.why, cause?: unknown): HyoshiError {
    return new HyoshiError("broker_away", `RabbitMQ at '${this.#options.address.text}' cannot be used now: ${why}`, {
      ...(cause !== undefined && { cause }),
      fields: { broker: "rabbitmq" },
    });
  }

  /** A new channel of `model`. Errors of it that nobody else hears are logged, not thrown; its end is for its owner to hear. */
  async open(model: ChannelModel): Promise<RabbitChannel> {
    const opening = model.createConfirmChannel({ highWaterMark: 4_096 });
    const channel = await within(this.#options.clock, OPEN_WITHIN_MS, opening, () =>
      this.awayError("it does not answer"),
    );
    channel.on("error", (error) =>
      this.#options.logger.debug({ error: messageOf(error) }, "RabbitMQ closed a channel"),
    );
    channel.on("handler-error", (error) => this.#options.logger.error({ error }, "a message could not be handled"));
    return channel;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    const model = this.#model;
    this.#model = undefined;
    for (const waiter of [...this.#waiting]) waiter.reject(this.awayError("it was closed"));
    this.#tell();
    const recovering = await this.#recovering?.catch(() => undefined);
    if (recovering === undefined) return;
    const { clock } = this.#options;
    await within(clock, CLOSE_WITHIN_MS, recovering.close(), () => this.awayError("it does not answer")).catch(
      () => {},
    );
    if (model !== undefined) destroySocket(model);
  }

  async #connect(): Promise<RecoveringChannelModel> {
    const { address, waitMs, clock } = this.#options;
    const { connect } = await this.#options.driver();
    const options: SocketOptions & { recovery: RecoveryOptions } = {
      ...tlsOptions(address),
      noDelay: true,
      keepAlive: true,
      keepAliveDelay: 10_000,
      timeout: Math.max(1_000, waitMs),
      clientProperties: { connection_name: this.#options.name },
      recovery: {
        waitForConnect: false,
        initialDelay: 100,
        maxDelay: LONGEST_PAUSE_MS,
        jitter: 0.3,
        setup: (model: ChannelModel) => this.#setUp(model),
      },
    };
    const recovering = await connect(connectOptions(address), options);
    recovering.on("connect", (model) => this.#gained(model));
    recovering.on("disconnect", (error) => this.#lost(messageOf(error)));
    recovering.on("connect-failed", (error) => this.#failed(error));
    recovering.on("blocked", (reason) => {
      this.#blocked = reason;
      this.#away = { since: clock.now(), why: `it takes no messages: ${reason}` };
      this.#options.logger.warn({ reason }, "RabbitMQ takes no messages: its memory or disk is short");
      this.#tell();
    });
    recovering.on("unblocked", () => {
      this.#blocked = undefined;
      this.#options.logger.info({}, "RabbitMQ takes messages again");
      this.#tell();
    });
    recovering.on("error", (error) => this.#options.logger.debug({ error: messageOf(error) }, "RabbitMQ's connection"));
    recovering.on("handler-error", (error) => this.#options.logger.error({ error }, "RabbitMQ's connection"));
    if (this.#closed) await recovering.close();
    return recovering;
  }

  /** The driver listens to a connection only when this is done: one that ended meanwhile would be taken for a living one for ever. */
  async #setUp(model: ChannelModel): Promise<void> {
    let ended = false;
    model.on("close", () => {
      ended = true;
    });
    model.on("error", () => {});
    readAllHeaders(model);
    await closeChannel(await this.open(model));
    if (ended) throw new Error("the connection ended while it was made");
  }

  #gained(model: ChannelModel): void {
    if (this.#closed) return;
    this.#tried = true;
    this.#model = model;
    this.#refused = undefined;
    if (this.#failures > 0) this.#options.logger.info({ attempts: this.#failures + 1 }, "RabbitMQ is back");
    this.#failures = 0;
    for (const waiter of [...this.#waiting]) waiter.resolve(model);
    this.#tell();
  }

  #lost(why: string): void {
    this.#model = undefined;
    this.#blocked = undefined;
    this.#away = { since: this.#options.clock.now(), why };
    if (!this.#closed) this.#options.logger.warn({ error: why }, "the connection to RabbitMQ is lost");
    this.#failures = 1;
    this.#tell();
  }

  #failed(error: unknown): void {
    if (this.#closed) return;
    this.#tried = true;
    this.#failures += 1;
    this.#away = { since: this.#away.since, why: messageOf(error) };
    if (this.#failures === 1) this.#options.logger.warn({ error: messageOf(error) }, "RabbitMQ cannot be reached");
    this.#refused = isRefusal(error) ? this.#refusal(error) : undefined;
    if (this.#refused !== undefined) this.#fail(this.#refused);
    this.#tell();
  }

  #fail(why: HyoshiError): void {
    this.#away = { since: this.#away.since, why: why.message };
    for (const waiter of [...this.#waiting]) waiter.reject(why);
  }

  #refusal(cause: unknown): HyoshiError {
    const { text, virtualHost, user } = this.#options.address;
    return new HyoshiError(
      "broker_refused",
      `RabbitMQ at '${text}' refuses the user '${user}', or has no virtual host '${virtualHost}' for them: ${messageOf(cause)}`,
      { cause, fields: { broker: "rabbitmq" } },
    );
  }

  #tell(): void {
    for (const heard of [...this.#heard]) heard();
  }
}

/** Resolves when the channel is closed, in order or because its connection ended: the driver's own promise is never settled then. */
export function closeChannel(channel: RabbitChannel): Promise<void> {
  return new Promise((resolve) => {
    channel.once("close", resolve);
    // Where it is closed already it throws.
    channel.close().then(resolve, () => resolve());
  });
}

/** Answers what `promise` does, or fails after `ms`. */
export async function within<T>(clock: Clock, ms: number, promise: Promise<T>, late: () => Error): Promise<T> {
  const { promise: timer, reject } = Promise.withResolvers<never>();
  const stop = clock.after(ms, () => reject(late()));
  try {
    return await Promise.race([promise, timer]);
  } finally {
    stop();
    promise.catch(() => {});
  }
}
