import type { Stop } from "../../base/clock.ts";
import type { ResultRecord, ResultWatch } from "../result-backend.ts";
import { type RedisClient, RedisConnection, type RedisConnectionSettings } from "./redis-connection.ts";

/** While the server does not push, and behind what it pushes. */
const LOOK_EVERY_MS = 5_000;
const IDS_AT_ONCE = 500;

export interface RedisWatchParts extends RedisConnectionSettings {
  readonly channelOf: (id: string) => string;
  readonly decode: (text: string) => ResultRecord | undefined;
  readonly read: (ids: readonly string[]) => Promise<readonly (ResultRecord | undefined)[]>;
  readonly hear: (record: ResultRecord) => void;
}

/**
 * Hears of records on a connection of its own: by their channels, and by a look at those that are watched, right after they are subscribed to,
 * after each reconnection, and every {@link LOOK_EVERY_MS}. A record may be heard of several times.
 */
export class RedisWatch implements ResultWatch {
  readonly #parts: RedisWatchParts;
  readonly #connection: RedisConnection;
  readonly #watched = new Set<string>();
  #added = new Set<string>();
  #isScheduled = false;
  #client: RedisClient | undefined;
  #stopTimer: Stop = () => {};
  #isClosed = false;

  constructor(parts: RedisWatchParts) {
    this.#parts = parts;
    this.#connection = new RedisConnection(parts, (client) => this.#connected(client));
    this.#tick();
  }

  add(id: string): void {
    if (this.#watched.has(id)) return;
    this.#watched.add(id);
    this.#added.add(id);
    if (this.#client === undefined) this.#connection.open();
    this.#schedule();
  }

  remove(id: string): void {
    if (!this.#watched.delete(id)) return;
    if (this.#added.delete(id)) return;
    const { channelOf } = this.#parts;
    if (this.#client?.isReady) this.#client.unsubscribe(channelOf(id)).catch(() => {});
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    this.#stopTimer();
    this.#connection.close();
  }

  #connected(client: RedisClient): void {
    const isNew = this.#client !== client;
    this.#client = client;
    // The driver itself subscribes again after a reconnection; what was told meanwhile is looked up.
    if (isNew) this.#added = new Set(this.#watched);
    else void this.#look([...this.#watched]);
    this.#schedule();
  }

  /** All that is added in one turn is subscribed to together. */
  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      void this.#subscribe();
    });
  }

  async #subscribe(): Promise<void> {
    const client = this.#client;
    if (this.#isClosed || client?.isReady !== true || this.#added.size === 0) return;
    const ids = [...this.#added];
    this.#added = new Set();
    try {
      for (let from = 0; from < ids.length; from += IDS_AT_ONCE) {
        const part = ids.slice(from, from + IDS_AT_ONCE);
        await client.subscribe(part.map(this.#parts.channelOf), this.#hear);
        await this.#look(part);
      }
    } catch {
      // Lost on the way: subscribed to again with the next look.
      for (const id of ids) if (this.#watched.has(id)) this.#added.add(id);
    }
  }

  readonly #hear = (text: string): void => {
    const record = this.#parts.decode(text);
    if (record !== undefined && this.#watched.has(record.id)) this.#parts.hear(record);
  };

  async #look(ids: readonly string[]): Promise<void> {
    const { read, hear } = this.#parts;
    for (let from = 0; from < ids.length && !this.#isClosed; from += IDS_AT_ONCE) {
      const records = await read(ids.slice(from, from + IDS_AT_ONCE)).catch(() => []);
      for (const record of records) if (record !== undefined && this.#watched.has(record.id)) hear(record);
    }
  }

  #tick(): void {
    this.#stopTimer = this.#parts.clock.after(LOOK_EVERY_MS, () => {
      if (this.#isClosed) return;
      if (this.#added.size > 0) this.#schedule();
      void this.#look([...this.#watched]);
      this.#tick();
    });
  }
}
