import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
} from "kysely";
import { retryWhileBusy } from "./busy.ts";
import type { SqliteConnection } from "./open-sqlite.ts";
import { SqliteCompiler } from "./sqlite-compiler.ts";

/**
 * Kysely on one better-sqlite3 connection. Unlike Kysely's own it begins every transaction with BEGIN IMMEDIATE (a transaction that
 * reads first and writes later fails at once when another has written between) and waits for locks without stopping the event loop.
 */
export function sqliteDialect(connection: SqliteConnection): Dialect {
  return {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new SqliteConnectionDriver(connection),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteCompiler(),
  };
}

class SqliteConnectionDriver implements Driver {
  readonly #connection: OneConnection;
  readonly #sqlite: SqliteConnection;
  #tail: Promise<void> = Promise.resolve();
  #release: () => void = () => {};

  constructor(sqlite: SqliteConnection) {
    this.#sqlite = sqlite;
    this.#connection = new OneConnection(sqlite);
  }

  async init(): Promise<void> {}

  /** There is one connection, so its users queue up: a transaction holds it from begin to commit. */
  async acquireConnection(): Promise<DatabaseConnection> {
    const before = this.#tail;
    let release = () => {};
    this.#tail = new Promise((resolve) => {
      release = resolve;
    });
    await before;
    this.#release = release;
    return this.#connection;
  }

  async releaseConnection(): Promise<void> {
    this.#release();
  }

  async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw("begin immediate"));
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw("commit"));
  }

  async rollbackTransaction(): Promise<void> {
    // A full disk ends the transaction by itself.
    if (this.#sqlite.inTransaction) this.#sqlite.exec("rollback");
  }

  async destroy(): Promise<void> {
    this.#sqlite.close();
  }
}

class OneConnection implements DatabaseConnection {
  readonly #sqlite: SqliteConnection;

  constructor(sqlite: SqliteConnection) {
    this.#sqlite = sqlite;
  }

  executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    return retryWhileBusy(() => execute<R>(this.#sqlite, query.sql, query.parameters));
  }

  // biome-ignore lint/correctness/useYield: SQLite answers whole results here; nothing of ours streams.
  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error("streaming is not supported on this connection");
  }
}

/** Runs one statement and answers it in Kysely's form. */
export function execute<R>(sqlite: SqliteConnection, sql: string, parameters: readonly unknown[]): QueryResult<R> {
  const statement = sqlite.prepare(sql);
  if (statement.reader) return { rows: statement.all(parameters) as R[] };
  const { changes, lastInsertRowid } = statement.run(parameters);
  return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) };
}
