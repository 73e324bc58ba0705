import { openSqliteDatabase, type SqliteDatabase } from "../database/sqlite/sqlite-database.ts";
import type { ResolvedConfig } from "./resolved-config.ts";

export type ProjectDatabase = SqliteDatabase;

/** Opens the database that the settings name, and makes it where there is none. It may not be migrated yet. */
export function openDatabase(config: ResolvedConfig): ProjectDatabase {
  return openSqliteDatabase({ file: config.database.file, durability: config.durability });
}
