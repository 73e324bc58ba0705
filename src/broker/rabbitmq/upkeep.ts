import type { ChannelModel } from "amqplib";
import type { Clock } from "../../base/clock.ts";
import { isHyoshiError, messageOf } from "../../base/error.ts";
import type { Logger } from "../../base/logger.ts";
import type { RabbitConnection } from "./rabbit-connection.ts";

export interface UpkeepOptions {
  readonly connection: RabbitConnection;
  readonly clock: Clock;
  readonly logger: Logger;
  /** For the log, as in "… cannot be set up now". */
  readonly what: string;
  /** Sets up on `model` whatever is not there yet. It is never called twice at once. */
  readonly setUp: (model: ChannelModel) => Promise<void>;
}

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;

/** Keeps up what lives on a connection: on each new one, and again when it has broken, with growing pauses. */
export class Upkeep {
  readonly #options: UpkeepOptions;
  #turn: Promise<void> = Promise.resolve();
  #trying = false;
  #broken = false;
  #stopped = false;
  #pauseMs = FIRST_PAUSE_MS;
  #upOn: ChannelModel | undefined;
  #stopListening: () => void = () => {};
  #stopPausing: (() => void) | undefined;

  constructor(options: UpkeepOptions) {
    this.#options = options;
  }

  get stopped(): boolean {
    return this.#stopped;
  }

  /** Resolves when it is set up for the first time; fails with hyoshi's own errors, and only with them. */
  async begin(): Promise<void> {
    this.#stopListening = this.#options.connection.onChange(() => {
      const { model } = this.#options.connection;
      if (model !== undefined && model !== this.#upOn) this.#try();
    });
    this.#trying = true;
    await this.now();
    this.#tried(this.#upOn);
  }

  /** Sets up what is not, in this call. Fails with hyoshi's own errors, and only with them. */
  async now(): Promise<void> {
    const { connection, clock } = this.#options;
    while (!this.#stopped) {
      try {
        return await this.#setUp(await connection.connected());
      } catch (error) {
        if (isHyoshiError(error)) throw error;
        await new Promise<void>((resolve) => clock.after(FIRST_PAUSE_MS, resolve));
      }
    }
  }

  /** Something has broken. */
  again(): void {
    this.#upOn = undefined;
    this.#broken = true;
    if (this.#stopped || this.#trying || this.#stopPausing !== undefined) return;
    // A pause first, even now: what breaks as soon as it is set up must not turn in a circle.
    this.#stopPausing = this.#options.clock.after(this.#pauseMs, () => {
      this.#stopPausing = undefined;
      this.#try();
    });
    this.#pauseMs = Math.min(this.#pauseMs * 2, LONGEST_PAUSE_MS);
  }

  /** Waits for what is being set up right now. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#stopListening();
    this.#stopPausing?.();
    await this.#turn;
  }

  #setUp(model: ChannelModel): Promise<void> {
    const turn = this.#turn.then(async () => {
      if (this.#stopped) return;
      this.#broken = false;
      await this.#options.setUp(model);
      this.#upOn = model;
      this.#options.clock.after(LONGEST_PAUSE_MS, () => {
        if (this.#upOn === model) this.#pauseMs = FIRST_PAUSE_MS;
      });
    });
    this.#turn = turn.catch(() => {});
    return turn;
  }

  #try(): void {
    const { model } = this.#options.connection;
    if (this.#stopped || this.#trying || model === undefined) return;
    this.#trying = true;
    this.#setUp(model).then(
      () => this.#tried(model),
      (error: unknown) => {
        const { logger, what } = this.#options;
        if (!this.#stopped) logger.warn({ error: messageOf(error) }, `${what} cannot be set up on RabbitMQ now`);
        this.#broken = true;
        this.#tried(model);
      },
    );
  }

  /** What happened in the meantime has been heard, and is looked at now. */
  #tried(model: ChannelModel | undefined): void {
    this.#trying = false;
    if (this.#broken || this.#options.connection.model !== model) this.again();
  }
}
