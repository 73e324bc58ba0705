import type { Clock, Stop } from "../../base/clock.ts";
import { HyoshiError, isHyoshiError, messageOf } from "../../base/error.ts";
import type { Logger } from "../../base/logger.ts";
import type { Random } from "../../base/random.ts";
import { newRedisClient, type RedisSocket } from "../../database/redis/new-redis-client.ts";
import type { RedisAddress } from "../../database/redis/redis-address.ts";
import type { BrokerState } from "../broker.ts";

export type RedisClient = Awaited<ReturnType<typeof newRedisClient>>;

export interface RedisLinkSettings {
  readonly address: RedisAddress;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly random: Random;
  /** How long an attempt to connect may take, and how long {@link RedisLink.client} waits. */
  readonly connectTimeoutMs: number;
}

export interface RedisLinkHooks {
  /** What the connection is for, in logs. */
  readonly purpose: string;
  /** Asks the server to tell when keys change that this connection has found empty, where it can. */
  readonly invalidated?: (key: string | undefined) => void;
  /** Called with each new connection before others get it; where it fails, the connection counts as lost. */
  readonly connected?: (client: RedisClient) => Promise<void>;
}

const FIRST_RETRY_MS = 50;
const LONGEST_RETRY_MS = 5_000;
/** Of the time that a connection may take: how often a sign of life is asked for, and how long it is waited for behind a long answer. */
const PING_EVERY = 0.5;
const ANSWER_WITHIN = 1.5;
/** An event loop that was blocked finds the deadline before the answer, which lies there already. */
const SECOND_LOOK_MS = 500;

/**
 * One connection to a Redis server that comes back: after each loss it connects again, later and later, until it is closed. A server that takes commands and
 * does not answer counts as lost. What is in flight when it breaks fails with the driver's error; nothing is kept to be sent later.
 *
 * *Connecting*: `client` waits. *Connected*: it answers at once. *Away*, after an attempt has failed: it waits too, and fails with `broker_away` after a
 * while. *Closed*: it fails.
 */
export class RedisLink {
  readonly #settings: RedisLinkSettings;
  readonly #hooks: RedisLinkHooks;
  #client: RedisClient | undefined;
  readonly #waiting = new Set<() => void>();
  #away: { readonly since: number; why: string } | undefined;
  #retryMs = FIRST_RETRY_MS;
  #stopTimer: Stop = () => {};
  #isStarted = false;
  #isClosed = false;
  /** Why it can never connect; why the server did not let it in the last time. */
  #hopeless: HyoshiError | undefined;
  #refusal: HyoshiError | undefined;
  #connectedAt = 0;
  /** Servers before 6.0 know neither HELLO nor tracking, and an ACL may forbid the latter. */
  #tracks: boolean;

  constructor(settings: RedisLinkSettings, hooks: RedisLinkHooks) {
    this.#settings = settings;
    this.#hooks = hooks;
    this.#tracks = hooks.invalidated !== undefined;
  }

  /** Whether the server tells when a key changes; where it does not, somebody has to look. */
  get tracks(): boolean {
    return this.#tracks;
  }

  get state(): BrokerState {
    const away = this.#away;
    if (this.#client !== undefined || away === undefined) return { kind: "connected" };
    return { kind: "away", sinceMs: Math.round(this.#settings.clock.monotonic() - away.since), why: away.why };
  }

  /** The connection of this moment, if there is one. */
  get current(): RedisClient | undefined {
    return this.#client;
  }

  /** How long the connection of this moment has lasted. */
  get connectedForMs(): number {
    return this.#client === undefined ? 0 : this.#settings.clock.monotonic() - this.#connectedAt;
  }

  /** Connects, and stays connected. */
  start(): void {
    if (this.#isStarted || this.#isClosed) return;
    this.#isStarted = true;
    void this.#connect();
  }

  /** A connection that is ready. Fails with `broker_away`, and with `broker_refused` as soon as the server does not let us in. */
  client(withinMs: number = this.#settings.connectTimeoutMs): RedisClient | Promise<RedisClient> {
    if (this.#client !== undefined) return this.#client;
    if (this.#isClosed) return Promise.reject(this.#hopeless ?? brokerAway("it was closed"));
    this.start();
    return new Promise((resolve, reject) => {
      const there = () => {
        this.#waiting.delete(there);
        stop();
        if (this.#client === undefined) reject(this.#hopeless ?? this.#refusal ?? brokerAway("it was closed"));
        else resolve(this.#client);
      };
      const stop = this.#settings.clock.after(withinMs, () => {
        this.#waiting.delete(there);
        reject(brokerAway(this.#away?.why ?? `no connection within ${withinMs} ms`));
      });
      this.#waiting.add(there);
    });
  }

  /**
   * Asks what may be asked twice: again, on the next connection, where one is lost before its answer. Fails with `broker_away`, and with the server's own
   * errors.
   */
  async ask<T>(work: (client: RedisClient) => Promise<T>, withinMs = this.#settings.connectTimeoutMs): Promise<T> {
    const { clock } = this.#settings;
    const deadline = clock.monotonic() + withinMs;
    for (;;) {
      const client = await this.client(Math.max(0, deadline - clock.monotonic()));
      try {
        return await this.#answerOf(work(client), deadline);
      } catch (error) {
        if (isServerError(error) || isHyoshiError(error)) throw error;
        if (clock.monotonic() >= deadline || this.#isClosed) throw brokerAway(messageOf(error), error);
        // The driver may say so before the link has noticed.
        if (this.#client === client) this.#lost(messageOf(error));
      }
    }
  }

  #answerOf<T>(work: Promise<T>, deadline: number): Promise<T> {
    const { clock } = this.#settings;
    return new Promise((resolve, reject) => {
      const left = Math.max(0, deadline - clock.monotonic()) + SECOND_LOOK_MS;
      const stop = clock.after(left, () => reject(brokerAway("no answer yet")));
      work.then(resolve, reject).finally(stop);
    });
  }

  close(): void {
    this.#isClosed = true;
    this.#stopTimer();
    const client = this.#client;
    this.#client = undefined;
    if (client !== undefined) destroy(client);
    this.#wake();
  }

  async #connect(): Promise<void> {
    let client: RedisClient | undefined;
    try {
      client = await this.#open();
      if (this.#isClosed) return destroy(client);
      await this.#hooks.connected?.(client);
      if (this.#isClosed || !client.isReady) throw new Error("the connection broke");
      this.#nowConnected(client);
    } catch (error) {
      if (client !== undefined) destroy(client);
      if (isHyoshiError(error, "driver_missing")) {
        this.#hopeless = error;
        return this.close();
      }
      if (/unknown (sub)?command|NOPROTO|NOPERM.*(hello|tracking)/i.test(messageOf(error))) this.#tracks = false;
      this.#refusal = refusalOf(error);
      this.#lost(whyOf(error));
      if (this.#refusal !== undefined) this.#wake();
    }
  }

  async #open(): Promise<RedisClient> {
    const { address, connectTimeoutMs } = this.#settings;
    const { socket, ...rest } = address;
    const client = await newRedisClient({
      ...rest,
      RESP: this.#tracks ? 3 : 2,
      emitInvalidate: this.#tracks,
      disableOfflineQueue: true,
      socket: { ...socket, connectTimeout: connectTimeoutMs, reconnectStrategy: false } as RedisSocket,
    });
    let why = "the connection broke";
    client.on("error", (error: unknown) => {
      why = whyOf(error);
      if (this.#client === client) this.#lost(why);
    });
    client.on("end", () => this.#client === client && this.#lost(why));
    if (this.#tracks)
      client.on("invalidate", (key) => this.#hooks.invalidated?.(key === null ? undefined : String(key)));
    // The driver bounds the way to the socket; a server that greets nobody would be waited for.
    const stop = this.#settings.clock.after(connectTimeoutMs, () => destroy(client));
    try {
      await client.connect();
      // It may want a password after all, or be reading its data still.
      await client.sendCommand(["PING"]);
    } catch (error) {
      destroy(client);
      throw error;
    } finally {
      stop();
    }
    return client;
  }

  #nowConnected(client: RedisClient): void {
    if (this.#away !== undefined) {
      this.#settings.logger.info({ purpose: this.#hooks.purpose }, "Redis is back");
    }
    this.#away = undefined;
    this.#refusal = undefined;
    this.#retryMs = FIRST_RETRY_MS;
    this.#client = client;
    this.#connectedAt = this.#settings.clock.monotonic();
    this.#wake();
    this.#watch(client);
  }

  #lost(why: string): void {
    if (this.#isClosed) return;
    const client = this.#client;
    this.#client = undefined;
    if (client !== undefined) destroy(client);
    this.#stopTimer();
    if (this.#away === undefined) {
      this.#away = { since: this.#settings.clock.monotonic(), why };
      this.#settings.logger.warn(
        { purpose: this.#hooks.purpose, why },
        "Redis is away; connecting again until it is back",
      );
    }
    this.#away.why = why;
    const waitMs = this.#retryMs * (0.5 + this.#settings.random.fraction());
    this.#retryMs = Math.min(this.#retryMs * 2, LONGEST_RETRY_MS);
    this.#stopTimer = this.#settings.clock.after(waitMs, () => void this.#connect());
  }

  /** Sees to it that answers come. */
  #watch(client: RedisClient): void {
    const { clock, connectTimeoutMs } = this.#settings;
    const answerWithinMs = connectTimeoutMs * ANSWER_WITHIN;
    this.#stopTimer = clock.after(connectTimeoutMs * PING_EVERY, () => {
      let answered = false;
      client.sendCommand(["PING"]).then(
        () => {
          answered = true;
          if (this.#client !== client) return;
          this.#stopTimer();
          this.#watch(client);
        },
        () => {},
      );
      this.#stopTimer = clock.after(answerWithinMs, () => {
        this.#stopTimer = clock.after(SECOND_LOOK_MS, () => {
          if (!answered && this.#client === client) this.#lost(`no answer within ${answerWithinMs} ms`);
        });
      });
    });
  }

  #wake(): void {
    for (const wake of [...this.#waiting]) wake();
  }
}

/** Whether the server itself answered with an error; all others tell of a lost connection. */
export function isServerError(error: unknown): boolean {
  return /^[A-Z]{2,}\b/.test(messageOf(error));
}

/** Several addresses of one name that all fail make an error without a text. */
function whyOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "the connection broke";
  return messageOf(error) || code;
}

/** Of a user, a password or a database number that will be as wrong the next time, until somebody changes it. */
function refusalOf(error: unknown): HyoshiError | undefined {
  const why = messageOf(error);
  if (!/^(WRONGPASS|NOAUTH|NOPERM)\b|^ERR (DB index|invalid DB|AUTH|Client sent AUTH|invalid password)/i.test(why))
    return undefined;
  return new HyoshiError("broker_refused", `Redis refuses the connection: ${why}`, { cause: error });
}

export function brokerAway(why: string, cause?: unknown): HyoshiError {
  return new HyoshiError("broker_away", `the broker cannot be reached: ${why}`, { cause });
}

function destroy(client: RedisClient): void {
  client.destroy();
}
