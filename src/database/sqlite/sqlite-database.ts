import { Kysely } from "kysely";
import { sqliteWords } from "../dialect.ts";
import { type AppMigrations, Migrations } from "../migrate.ts";
import type { Tables } from "../rows.ts";
import { withMigrationLock } from "./migration-lock.ts";
import { openSqliteWriter, type SqliteConnection, type SqliteSettings } from "./open-sqlite.ts";
import { readerDialect } from "./reader-dialect.ts";
import { sqliteDialect } from "./sqlite-dialect.ts";

/** The SQLite file as a process uses it. */
export interface SqliteDatabase {
  readonly kind: "sqlite";
  readonly file: string;
  /** For the hot paths: whole transactions without an `await`. */
  readonly hot: SqliteConnection;
  /** For everything else that writes, on a connection of its own. */
  readonly db: Kysely<Tables>;
  /** For lists and pages: statements run in a thread. Sees what was committed before the statement began. */
  readonly reader: Kysely<Tables>;
  migrate(apps?: AppMigrations): Promise<readonly string[]>;
  migrations(apps?: AppMigrations): Migrations;
  /** Runs `work` while no other process migrates. */
  exclusively<T>(work: () => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export function openSqliteDatabase(settings: SqliteSettings): SqliteDatabase {
  const hot = openSqliteWriter(settings);
  const db = new Kysely<Tables>({ dialect: sqliteDialect(openSqliteWriter(settings)) });
  const reader = new Kysely<Tables>({ dialect: readerDialect(settings.file) });
  const migrations = (apps: AppMigrations = {}) => new Migrations(db, sqliteWords, apps);
  const exclusively = <T>(work: () => Promise<T>) => withMigrationLock(settings.file, work);
  return {
    kind: "sqlite",
    file: settings.file,
    hot,
    db,
    reader,
    migrations,
    exclusively,
    migrate: (apps = {}) => exclusively(() => migrations(apps).migrate()),
    async close() {
      await reader.destroy();
      await db.destroy();
      hot.close();
    },
  };
}
