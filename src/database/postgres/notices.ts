import type { Client } from "pg";
import type { Clock, Stop } from "../../base/clock.ts";
import type { PostgresDriver } from "./load-driver.ts";
import { type ConnectionUse, connectionConfig, type PostgresSettings, sessionStatement } from "./postgres-settings.ts";

export const CHANNEL = "hyoshi";
/** What is told meanwhile goes into one notice. */
const TELL_EVERY_MS = 5;
const FIRST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 5_000;

const noticeUse: ConnectionUse = {
  most: 1,
  session: {
    ...{ tcp_keepalives_idle: 10, tcp_keepalives_interval: 5, tcp_keepalives_count: 3, statement_timeout: 10_000 },
    // A notice is a transaction, and would wait for the disk on its way to whoever listens.
    synchronous_commit: "off",
  },
};

export interface NoticeParts {
  readonly driver: PostgresDriver;
  readonly settings: PostgresSettings;
  readonly clock: Clock;
  /** Called with what another process told; with undefined after a time in which nothing could be heard. */
  readonly heard: (topics: readonly string[] | undefined) => void;
}

/**
 * Tells the other processes what has changed, by NOTIFY, and hears them, by LISTEN, on one connection of its own. What this
 * process tells it does not hear. Hints: whoever depends on them also looks each second, so that a connection that is lost
 * costs a second and nothing else.
 *
 * *Listening*: what is told is sent, at most every 5 ms. *Away*: what is told waits; it connects again, later and later, and tells
 * that something may have changed once it listens. *Closed*: for good.
 */
export class Notices {
  readonly #parts: NoticeParts;
  #client: Client | undefined;
  readonly #pending = new Set<string>();
  #sending: Promise<void> | undefined;
  #retryMs = FIRST_RETRY_MS;
  #stopRetrying: Stop = () => {};
  #isClosed = false;
  #connecting: Promise<void>;

  constructor(parts: NoticeParts) {
    this.#parts = parts;
    this.#connecting = this.#connect();
  }

  /** To be called after the commit. Costs one statement for all that is told within some milliseconds. */
  tell(topic: string): void {
    this.#pending.add(topic);
    this.#send();
  }

  /** What was told before is sent, where the server can be reached. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#stopRetrying();
    await this.#connecting;
    await this.#sending;
    const client = this.#client;
    this.#client = undefined;
    await client?.end().catch(() => {});
  }

  async #connect(): Promise<void> {
    const { driver, settings, heard } = this.#parts;
    const client = new driver.Client(connectionConfig(driver, settings, noticeUse));
    // The driver says that a connection is lost in one of two ways, or both.
    const lost = () => this.#lost(client);
    client.on("error", lost);
    client.on("end", lost);
    client.on("notification", ({ processId, payload = "" }) => {
      if (processId !== ownProcess(client)) heard(payload.split(","));
    });
    try {
      await client.connect();
      await client.query(`${sessionStatement(noticeUse)}; listen ${CHANNEL}`);
    } catch {
      void client.end().catch(() => {});
      this.#retry();
      return;
    }
    this.#client = client;
    this.#retryMs = FIRST_RETRY_MS;
    this.#send();
    if (!this.#isClosed) heard(undefined);
  }

  #lost(client: Client): void {
    if (this.#client !== client) return;
    this.#client = undefined;
    void client.end().catch(() => {});
    this.#retry();
  }

  #retry(): void {
    if (this.#isClosed) return;
    this.#stopRetrying = this.#parts.clock.after(this.#retryMs, () => {
      this.#connecting = this.#connect();
    });
    this.#retryMs = Math.min(this.#retryMs * 2, LONGEST_RETRY_MS);
  }

  #send(): void {
    const client = this.#client;
    if (client === undefined || this.#sending !== undefined) return;
    this.#sending = this.#sendAll(client).finally(() => {
      this.#sending = undefined;
      // The connection may have been lost, and another made, while the last one was waited for.
      if (this.#pending.size > 0 && this.#client !== client) this.#send();
    });
  }

  async #sendAll(client: Client): Promise<void> {
    while (this.#pending.size > 0 && this.#client === client) {
      const topics = [...this.#pending];
      this.#pending.clear();
      try {
        await client.query({
          name: "hyoshi-tell",
          text: "select pg_notify($1, $2)",
          values: [CHANNEL, topics.join(",")],
        });
      } catch {
        for (const topic of topics) this.#pending.add(topic);
        this.#lost(client);
        return;
      }
      if (!this.#isClosed) await new Promise<void>((resolve) => void this.#parts.clock.after(TELL_EVERY_MS, resolve));
    }
  }
}

/** The backend of the connection; the types do not know it. */
function ownProcess(client: Client): unknown {
  return (client as Client & { processID?: number }).processID;
}
