import {
  type CompiledQuery,
  type DatabaseConnection,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  type QueryResult,
  type TransactionSettings,
} from "kysely";
import { HyoshiError } from "../../base/error.ts";
import type { TaskConnection, TaskConnections } from "../task-connection.ts";
import type { PostgresDriver } from "./load-driver.ts";
import { PostgresCompiler } from "./postgres-compiler.ts";
import { type PostgresConnection, PostgresPool } from "./postgres-pool.ts";
import { type PostgresSettings, taskUse } from "./postgres-settings.ts";

export class PostgresTaskConnections implements TaskConnections {
  readonly #pool: PostgresPool;
  readonly #open = new Set<OneConnection>();

  /** `most` runs at a time have a connection; others wait for one at their first statement. */
  constructor(driver: PostgresDriver, settings: PostgresSettings, most: number) {
    const applicationName = `${settings.applicationName} (tasks)`;
    this.#pool = new PostgresPool(driver, { ...settings, applicationName }, taskUse(most));
  }

  open(task: string): TaskConnection {
    const connection = new OneConnection(this.#pool, task);
    this.#open.add(connection);
    const db = new Kysely<unknown>({
      dialect: {
        createAdapter: () => new PostgresAdapter(),
        createDriver: () => driverOf(connection),
        createIntrospector: (db) => new PostgresIntrospector(db),
        createQueryCompiler: () => new PostgresCompiler(),
      },
    });
    return {
      // biome-ignore lint/suspicious/noExplicitAny: the tables are the app's own.
      db: db as Kysely<any>,
      release: () => {
        this.#open.delete(connection);
        void connection.close();
      },
    };
  }

  async close(): Promise<void> {
    // Of runs that were given up, too.
    await Promise.all([...this.#open].map((connection) => connection.close()));
    await this.#pool.close();
  }
}

/**
 * A run's one connection, taken at its first statement. *Free*: nobody uses it. *Taken*: a statement or a transaction has it, and others
 * queue up. *Ended*: the run is over, and everything fails.
 */
class OneConnection implements DatabaseConnection {
  readonly #pool: PostgresPool;
  readonly #task: string;
  #connection: Promise<PostgresConnection> | undefined;
  #tail: Promise<void> = Promise.resolve();
  #free: () => void = () => {};
  #inFlight = 0;
  #ended: HyoshiError | undefined;

  constructor(pool: PostgresPool, task: string) {
    this.#pool = pool;
    this.#task = task;
  }

  async take(): Promise<void> {
    const before = this.#tail;
    let free = () => {};
    this.#tail = new Promise((resolve) => {
      free = resolve;
    });
    await before;
    this.#free = free;
    // One that was lost is replaced here, and not between the statements of a transaction.
    const held = await this.#connection;
    if (held?.isUsable !== false) return;
    held.release();
    this.#connection = undefined;
  }

  free(): void {
    this.#free();
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    if (this.#ended !== undefined) throw this.#ended;
    this.#inFlight += 1;
    try {
      const connection = await this.#connected();
      if (this.#ended !== undefined) throw this.#ended;
      const { rows, rowCount, command } = await connection.query<R>(query.sql, query.parameters);
      const isWrite = ["INSERT", "UPDATE", "DELETE", "MERGE"].includes(command);
      return { rows: rows ?? [], ...(isWrite && { numAffectedRows: BigInt(rowCount) }) };
    } finally {
      this.#inFlight -= 1;
    }
  }

  // biome-ignore lint/correctness/useYield: it needs another package, a cursor's.
  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error("streaming is not supported on a task's connection");
  }

  async close(): Promise<void> {
    this.#ended = new HyoshiError(
      "run_ended",
      `task '${this.#task}' used its database after its run had ended: await everything that the task starts`,
      { fields: { task: this.#task } },
    );
    const connection = await this.#connection?.catch(() => undefined);
    if (connection === undefined) return;
    // A statement that is still under way would be answered to whoever has the connection next.
    if (this.#inFlight > 0) connection.release(true);
    else await this.#reset(connection);
  }

  /** Nothing of a run is there for the next one: no transaction, no temporary table, no setting, no lock. */
  async #reset(connection: PostgresConnection): Promise<void> {
    try {
      await connection.query("rollback");
      await connection.query("discard all");
      await connection.query(this.#pool.session);
    } catch {
      connection.discard();
    }
    connection.release();
  }

  #connected(): Promise<PostgresConnection> {
    this.#connection ??= this.#pool.connect().catch((error: unknown) => {
      // The next statement tries again.
      this.#connection = undefined;
      throw error;
    });
    return this.#connection;
  }
}

function driverOf(connection: OneConnection) {
  const run = (sql: string) => connection.executeQuery({ sql, parameters: [] } as unknown as CompiledQuery);
  return {
    async init() {},
    async acquireConnection() {
      await connection.take();
      return connection;
    },
    async releaseConnection() {
      connection.free();
    },
    async beginTransaction(_: DatabaseConnection, { isolationLevel, accessMode }: TransactionSettings) {
      const level = isolationLevel === undefined ? "" : ` isolation level ${isolationLevel}`;
      await run(`start transaction${level}${accessMode === undefined ? "" : ` ${accessMode}`}`);
    },
    async commitTransaction() {
      await run("commit");
    },
    async rollbackTransaction() {
      await run("rollback");
    },
    /** The connection outlives this Kysely: the next run gets it. */
    async destroy() {},
  };
}
