import type { RedisClientType } from "@redis/client";
import type { Clock } from "../../base/clock.ts";
import { HyoshiError, messageOf } from "../../base/error.ts";
import type { Logger } from "../../base/logger.ts";
import { newRedisClient, type RedisSocket } from "../../database/redis/new-redis-client.ts";
import { parseRedisAddress, type RedisAddress } from "../../database/redis/redis-address.ts";

export type RedisClient = RedisClientType;

export interface RedisConnectionSettings {
  readonly url: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** How long a connection or an answer is waited for. Default: 10 s. */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 10_000;
/** Between two attempts to connect: soon, then less often. */
const FIRST_RETRY_MS = 50;
const LONGEST_RETRY_MS = 2_000;

/**
 * One connection to a Redis server, opened at its first use and again after each loss, for as long as it takes. What is asked while the server is away
 * fails with `results_away` after {@link RedisConnectionSettings.timeoutMs}: whoever asks tries again. A server that takes requests and does not
 * answer counts as away, and gets a new connection.
 */
export class RedisConnection {
  readonly #settings: RedisConnectionSettings;
  readonly #address: RedisAddress;
  readonly #timeoutMs: number;
  /** Called with each connection that has become usable, the first included. */
  readonly #connected: (client: RedisClient) => void;
  #client: Promise<RedisClient> | undefined;
  #ready: Promise<void> | undefined;
  #isAway = false;
  #isClosed = false;
  #why = "it is being connected to";

  constructor(settings: RedisConnectionSettings, connected: (client: RedisClient) => void = () => {}) {
    this.#settings = settings;
    this.#address = parseRedisAddress(settings.url);
    this.#timeoutMs = settings.timeoutMs ?? TIMEOUT_MS;
    this.#connected = connected;
  }

  /** Whether something can be asked now. */
  get isAway(): boolean {
    return this.#isAway;
  }

  /** Begins to connect, and does not wait for it. */
  open(): void {
    this.#opened().catch(() => {});
  }

  /** Asks the server. Fails with `results_away`, and with the server's own errors. */
  async ask<T>(work: (client: RedisClient) => Promise<T>): Promise<T> {
    const client = await this.#opened();
    if (!client.isReady) await this.#within(this.#untilReady(client), client);
    return this.#within(work(client), client);
  }

  close(): void {
    this.#isClosed = true;
    const client = this.#client;
    this.#client = undefined;
    void client?.then(destroy, () => {});
  }

  /** All who wait at the same time wait for one. */
  #untilReady(client: RedisClient): Promise<void> {
    this.#ready ??= new Promise((resolve) => {
      client.once("ready", () => {
        this.#ready = undefined;
        resolve();
      });
    });
    return this.#ready;
  }

  #opened(): Promise<RedisClient> {
    if (this.#isClosed) return Promise.reject(away("it was closed"));
    this.#client ??= this.#open().catch((error: unknown) => {
      this.#client = undefined;
      throw error;
    });
    return this.#client;
  }

  async #open(): Promise<RedisClient> {
    const { socket, database, ...credentials } = this.#address;
    const client = await newRedisClient({
      ...credentials,
      database,
      // What is in flight when the connection breaks fails; nothing waits in the driver, where nobody could give it up.
      disableOfflineQueue: true,
      socket: {
        ...socket,
        connectTimeout: this.#timeoutMs,
        reconnectStrategy: (retries: number) => Math.min(FIRST_RETRY_MS * 2 ** Math.min(retries, 10), LONGEST_RETRY_MS),
      } as RedisSocket,
    });
    client.on("error", (error: unknown) => this.#noteAway(messageOf(error)));
    client.on("ready", () => {
      this.#noteThere();
      this.#connected(client);
    });
    // It settles when it is connected, which may take hours.
    client.connect().catch(() => {});
    return client;
  }

  /** What takes too long is given up, with its connection: an answer that came later would be nobody's. */
  #within<T>(work: Promise<T>, client: RedisClient): Promise<T> {
    return new Promise((resolve, reject) => {
      const stop = this.#settings.clock.after(this.#timeoutMs, () => {
        if (client.isReady) {
          this.#noteAway(`it has not answered for ${this.#timeoutMs} ms`);
          this.#client = undefined;
          this.#ready = undefined;
          destroy(client);
        }
        reject(away(this.#why));
      });
      work.then(resolve, (error: unknown) => reject(translated(error))).finally(stop);
    });
  }

  #noteAway(why: string): void {
    this.#why = why;
    if (this.#isAway || this.#isClosed) return;
    this.#isAway = true;
    this.#settings.logger.warn(
      {},
      `the Redis server of the results is away: ${why}; connecting again until it is back`,
    );
  }

  #noteThere(): void {
    if (this.#isAway) this.#settings.logger.info({}, "the Redis server of the results is back");
    this.#isAway = false;
  }
}

function destroy(client: RedisClient): void {
  if (client.isOpen) client.destroy();
}

/** A lost connection is told by many errors; a server's own answers begin with a word in capitals. */
function translated(error: unknown): unknown {
  const text = messageOf(error);
  if (/^(WRONGTYPE|ERR|OOM|READONLY|NOPERM|NOAUTH|NOSCRIPT|MISCONF|EXECABORT)\b/.test(text)) return error;
  return away(text, error);
}

function away(why: string, cause?: unknown): HyoshiError {
  return new HyoshiError("results_away", `the result backend cannot be reached: ${why}`, { cause });
}
