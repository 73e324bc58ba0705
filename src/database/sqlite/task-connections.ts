import { type CompiledQuery, type DatabaseConnection, type Dialect, type Driver, Kysely } from "kysely";
import type { Clock, Stop } from "../../base/clock.ts";
import { HyoshiError } from "../../base/error.ts";
import type { TaskConnection, TaskConnections } from "../task-connection.ts";
import { openSqliteWriter, type SqliteConnection, type SqliteSettings } from "./open-sqlite.ts";
import { sqliteDialect } from "./sqlite-dialect.ts";

/** A write transaction locks the whole file, for every process: nobody's task may keep it longer. */
export const TRANSACTION_LIMIT_MS = 1_000;

/** Connections that are kept for the next run. */
const KEPT = 8;

export class SqliteTaskConnections implements TaskConnections {
  readonly #settings: SqliteSettings;
  readonly #clock: Clock;
  readonly #idle: SqliteConnection[] = [];

  constructor(settings: SqliteSettings, clock: Clock) {
    this.#settings = settings;
    this.#clock = clock;
  }

  /** `task` is named in the error when its transaction stays open too long. */
  open(task: string): TaskConnection {
    const sqlite = this.#idle.pop() ?? openSqliteWriter(this.#settings);
    const guard = new TransactionGuard(sqlite, task, this.#clock);
    const db = new Kysely<unknown>({ dialect: guardedDialect(sqlite, guard) });
    return {
      // biome-ignore lint/suspicious/noExplicitAny: as above.
      db: db as Kysely<any>,
      release: () => {
        if (guard.close() && this.#idle.length < KEPT && !guard.isBusy) this.#idle.push(sqlite);
        else sqlite.close();
      },
    };
  }

  async close(): Promise<void> {
    for (const sqlite of this.#idle.splice(0)) sqlite.close();
  }
}

/**
 * Rolls a transaction back that stays open too long, and from then on answers its statements with the reason; it does not matter whether
 * Kysely or a statement of the task's own began it.
 */
class TransactionGuard {
  readonly #sqlite: SqliteConnection;
  readonly #task: string;
  readonly #clock: Clock;
  #stopTimer: Stop | undefined;
  #reason: HyoshiError | undefined;
  #inFlight = 0;

  constructor(sqlite: SqliteConnection, task: string, clock: Clock) {
    this.#sqlite = sqlite;
    this.#task = task;
    this.#clock = clock;
  }

  /** Whether statements still wait for a lock. They would be executed for whoever has the connection then. */
  get isBusy(): boolean {
    return this.#inFlight > 0;
  }

  /** Calls the database, unless the transaction was rolled back or the run has ended; and looks whether a transaction is open then. */
  async call<T>(work: () => Promise<T>): Promise<T> {
    if (this.#reason !== undefined) throw this.#reason;
    this.#inFlight += 1;
    try {
      return await work();
    } finally {
      this.#inFlight -= 1;
      this.#look();
    }
  }

  /** The task has heard why, and may begin anew. */
  async rollback(work: () => Promise<void>): Promise<void> {
    await work();
    this.#look();
    if (this.#reason?.code === "transaction_too_long") this.#reason = undefined;
  }

  /** Whether the connection can serve another run. */
  close(): boolean {
    this.#reason = new HyoshiError(
      "run_ended",
      `task '${this.#task}' used its database after its run had ended: await everything that the task starts`,
      { fields: { task: this.#task } },
    );
    try {
      this.#rollBack();
      return true;
    } catch {
      // The disk does not answer. Closing the connection ends the transaction as well.
      return false;
    }
  }

  #look(): void {
    if (!this.#sqlite.open || !this.#sqlite.inTransaction) {
      this.#stopTimer?.();
      this.#stopTimer = undefined;
    } else this.#stopTimer ??= this.#clock.after(TRANSACTION_LIMIT_MS, () => this.#tooLong());
  }

  #tooLong(): void {
    this.#reason = new HyoshiError(
      "transaction_too_long",
      `task '${this.#task}' kept a write transaction open for more than ${TRANSACTION_LIMIT_MS} ms, and it was rolled back: on SQLite a transaction locks the database for everyone; do slow work before or after it`,
      { fields: { task: this.#task } },
    );
    try {
      this.#rollBack();
    } catch {
      // The disk does not answer: the next statement is told why, and the connection is closed when the run ends.
    }
  }

  #rollBack(): void {
    if (this.#sqlite.inTransaction) this.#sqlite.exec("rollback");
    this.#look();
  }
}

function guardedDialect(sqlite: SqliteConnection, guard: TransactionGuard): Dialect {
  const plain = sqliteDialect(sqlite);
  return { ...plain, createDriver: () => new GuardedDriver(plain.createDriver(), guard) };
}

class GuardedDriver implements Driver {
  readonly #driver: Driver;
  readonly #guard: TransactionGuard;

  constructor(driver: Driver, guard: TransactionGuard) {
    this.#driver = driver;
    this.#guard = guard;
  }

  init(): Promise<void> {
    return this.#driver.init();
  }

  async acquireConnection(): Promise<DatabaseConnection> {
    const connection = await this.#driver.acquireConnection();
    const guard = this.#guard;
    return {
      executeQuery: <R>(query: CompiledQuery) => guard.call(() => connection.executeQuery<R>(query)),
      streamQuery: (query, size) => connection.streamQuery(query, size),
    };
  }

  releaseConnection(connection: DatabaseConnection): Promise<void> {
    return this.#driver.releaseConnection(connection);
  }

  // Beginning and committing are statements of the connection that was acquired, and so guarded.
  beginTransaction(connection: DatabaseConnection): Promise<void> {
    return this.#driver.beginTransaction(connection, {});
  }

  commitTransaction(connection: DatabaseConnection): Promise<void> {
    return this.#driver.commitTransaction(connection);
  }

  rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    return this.#guard.rollback(() => this.#driver.rollbackTransaction(connection));
  }

  /** The connection outlives this Kysely: the next run gets it. */
  async destroy(): Promise<void> {}
}
