import Sqlite from "better-sqlite3";
import { Kysely } from "kysely";
import { sqliteWords } from "../dialect.ts";
import { type AppMigrations, Migrations } from "../migrate.ts";
import type { Tables } from "../rows.ts";
import type { SqliteDatabase } from "./sqlite-database.ts";
import { sqliteDialect } from "./sqlite-dialect.ts";

/** The name by which SQLite knows a database that is in no file. */
const IN_MEMORY = ":memory:";

/** hyoshi's tables and the project's in this process's memory alone, on one connection. */
export function openMemoryDatabase(): SqliteDatabase {
  const hot = new Sqlite(IN_MEMORY);
  hot.pragma("foreign_keys = on");
  const begin = hot.transaction.bind(hot) as typeof hot.transaction;
  // A transaction of the project's own code is open on the same connection: as in a file, others wait for its end.
  hot.transaction = ((work: () => unknown) => {
    const transaction = begin(work);
    const immediate = () => {
      if (hot.inTransaction) throw Object.assign(new Error("a transaction is open"), { code: "SQLITE_BUSY" });
      return transaction.immediate();
    };
    return Object.assign(immediate, { immediate, default: immediate, deferred: immediate, exclusive: immediate });
  }) as typeof hot.transaction;
  const db = new Kysely<Tables>({ dialect: sqliteDialect(hot) });
  const migrations = (apps: AppMigrations = {}) => new Migrations(db, sqliteWords, apps);
  return {
    kind: "sqlite",
    file: IN_MEMORY,
    hot,
    db,
    // Reads do not queue up behind a transaction that waits for one of them.
    reader: new Kysely<Tables>({ dialect: sqliteDialect(hot) }),
    migrations,
    exclusively: (work) => work(),
    migrate: (apps = {}) => migrations(apps).migrate(),
    close: () => db.destroy(),
  };
}
