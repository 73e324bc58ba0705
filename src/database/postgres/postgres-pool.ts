import type { Pool, PoolClient } from "pg";
import { CommitNews } from "../commit-news.ts";
import { flushed } from "./commit-later.ts";
import type { PostgresDriver } from "./load-driver.ts";
import { isCollision, isLost, translated } from "./postgres-error.ts";
import { type ConnectionUse, connectionConfig, type PostgresSettings, sessionStatement } from "./postgres-settings.ts";
import { storable } from "./value-types.ts";

export interface Statement {
  readonly text: string;
  readonly values?: readonly unknown[];
  /** Prepared once for each connection under this name; for the hot statements alone, since the server may keep one plan for all values. */
  readonly name?: string;
}

export interface Answer<Row> {
  readonly rows: Row[];
  /** How many rows were read or written. */
  readonly rowCount: number;
  readonly command: "SELECT" | "INSERT" | "UPDATE" | "DELETE" | "MERGE" | "COMMIT" | "ROLLBACK";
}

/** What is committed, and seen by all, before it is on the disk. */
export interface CommittedLater<T> {
  readonly value: T;
  /** Resolves when it is on the disk; where it fails, it may be there or not. */
  readonly durable: Promise<void>;
}

/** Attempts at a transaction that meets others (a deadlock, a serialization failure) before it gives up. */
const ATTEMPTS = 20;
const LONGEST_DELAY_MS = 50;

/** Connections for one use. They are opened as they are needed, closed when they are not, and replaced when they are lost. */
export class PostgresPool {
  readonly #pool: Pool;
  /** What each connection begins with. */
  readonly session: string;
  readonly #known = new WeakMap<PoolClient, PostgresConnection>();
  #closed: Promise<void> | undefined;

  constructor(driver: PostgresDriver, settings: PostgresSettings, use: ConnectionUse) {
    this.session = sessionStatement(use);
    this.#pool = new driver.Pool({
      ...connectionConfig(driver, settings, use),
      max: use.most,
      min: use.least ?? 0,
      idleTimeoutMillis: 60_000,
    });
    // A connection that is lost while nobody uses it is out of the pool by then; one that is in use tells its user.
    this.#pool.on("error", () => {});
    this.#pool.on("connect", (client) => client.on("error", () => {}));
  }

  /** A connection until it is released. Fails with `database_unavailable`, `database_refused`, and `database_busy` after 10 s without one. */
  async connect(): Promise<PostgresConnection> {
    let client: PoolClient;
    try {
      client = await this.#pool.connect();
    } catch (error) {
      throw translated(error);
    }
    const known = this.#known.get(client);
    if (known !== undefined) return known;
    const connection = new PostgresConnection(client);
    this.#known.set(client, connection);
    try {
      await connection.query(this.session);
    } catch (error) {
      connection.release(true);
      throw error;
    }
    return connection;
  }

  /** One statement by itself, asked again where the server gave it up for another one's sake. */
  query<Row>(statement: Statement): Promise<Answer<Row>> {
    return this.#despiteOthers((connection) => connection.query<Row>(statement));
  }

  /** From begin to commit. `work` is called again where the server gave the transaction up for another one's sake. */
  transaction<T>(work: (connection: PostgresConnection) => Promise<T>): Promise<T> {
    return this.#despiteOthers((connection) => within(connection, work));
  }

  /** Statements that are transactions by themselves, and have to be on one connection to be in their order. */
  async onOne<T>(work: (connection: PostgresConnection) => Promise<T>): Promise<T> {
    const connection = await this.connect();
    try {
      return await work(connection);
    } finally {
      connection.release();
    }
  }

  /**
   * Statements whose commits do not wait for the disk (see `commit-later.ts`), and the news of when it has them. It keeps the connection until
   * then: one that outlives both tells that the server did, too.
   */
  committedLater<T>(work: (connection: PostgresConnection) => Promise<T>): Promise<CommittedLater<T>> {
    return this.#despiteOthers(work, (connection, value) => {
      const durable = connection.query(flushed).then(
        () => connection.release(),
        (error: unknown) => {
          connection.release();
          throw error;
        },
      );
      // Whoever does not ask is not to fail by it.
      durable.catch(() => {});
      return { value, durable };
    });
  }

  #despiteOthers<T>(work: (connection: PostgresConnection) => Promise<T>): Promise<T>;
  #despiteOthers<T, U>(
    work: (connection: PostgresConnection) => Promise<T>,
    last: (connection: PostgresConnection, value: T) => U,
  ): Promise<U>;
  /** `last` releases the connection; by default that is all that is left to do. */
  async #despiteOthers<T>(
    work: (connection: PostgresConnection) => Promise<T>,
    last: (connection: PostgresConnection, value: T) => unknown = released,
  ): Promise<unknown> {
    for (let n = 1; ; n += 1) {
      const connection = await this.connect();
      try {
        return last(connection, await work(connection));
      } catch (error) {
        connection.release();
        if (!isCollision(error) || n >= ATTEMPTS) throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, Math.random() * Math.min(2 ** n, LONGEST_DELAY_MS)));
    }
  }

  /** Waits for what is under way. */
  close(): Promise<void> {
    this.#closed ??= this.#pool.end();
    return this.#closed;
  }
}

function released<T>(connection: PostgresConnection, value: T): T {
  connection.release();
  return value;
}

async function within<T>(connection: PostgresConnection, work: (connection: PostgresConnection) => Promise<T>) {
  // The first statement follows it without waiting for the answer.
  connection.news.clear();
  const begun = connection.query("begin");
  begun.catch(() => {});
  try {
    const result = await work(connection);
    await begun;
    await connection.query("commit");
    connection.news.tell();
    return result;
  } catch (error) {
    // A connection that cannot even do this is not given to anybody else.
    await connection.query("rollback").catch(() => connection.discard());
    throw error;
  }
}

/** One of a pool's connections, for whoever has taken it. */
export class PostgresConnection {
  readonly #client: PoolClient;
  /** What a {@link PostgresPool.transaction} on it tells when it is committed. */
  readonly news = new CommitNews();
  #usable = true;

  constructor(client: PoolClient) {
    this.#client = client;
  }

  /** Fails with hyoshi's own errors where the server is away, busy, full or read-only, and with the driver's otherwise. */
  async query<Row>(statement: Statement | string, values?: readonly unknown[]): Promise<Answer<Row>> {
    const asked: Statement = typeof statement === "string" ? { text: statement, values: values ?? [] } : statement;
    try {
      const { rows, rowCount, command } = await this.#client.query({
        text: asked.text,
        ...(asked.name !== undefined && { name: asked.name }),
        ...(asked.values?.length && { values: asked.values.map(storable) }),
      });
      return { rows, rowCount: rowCount ?? 0, command: command as Answer<Row>["command"] };
    } catch (error) {
      if (isLost(error)) this.discard();
      throw translated(error);
    }
  }

  /** A transaction whose statements need no answer of each other: they travel together. Its commit does not wait for the disk. */
  async together(...statements: readonly Statement[]): Promise<readonly Answer<unknown>[]> {
    const asked = ["begin; set local synchronous_commit = off", ...statements, "commit"];
    const answers = await Promise.allSettled(asked.map((statement) => this.query(statement)));
    const failed = answers.find(({ status }) => status === "rejected");
    if (failed !== undefined) throw (failed as PromiseRejectedResult).reason;
    return answers.slice(1, -1).map((answer) => (answer as PromiseFulfilledResult<Answer<unknown>>).value);
  }

  /** Whether the server still answers on it, as far as is known. */
  get isUsable(): boolean {
    return this.#usable;
  }

  /** Closes it when it is released. */
  discard(): void {
    this.#usable = false;
  }

  release(destroy = false): void {
    this.#client.release(destroy || !this.#usable);
  }
}
