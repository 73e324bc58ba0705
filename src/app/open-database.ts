import { openPostgresDatabase, type PostgresDatabase } from "../database/postgres/postgres-database.ts";
import { openSqliteDatabase, type SqliteDatabase } from "../database/sqlite/sqlite-database.ts";
import { describeDatabase } from "./address.ts";
import type { ResolvedConfig } from "./resolved-config.ts";

export type ProjectDatabase = SqliteDatabase | PostgresDatabase;

/**
 * Opens the database that the settings name; a SQLite file is made where there is none. It may not be migrated yet, and that a
 * server is away shows at the first statement. `role` is what the server shows of this process.
 *
 * @throws HyoshiError `database_unavailable` for a file that cannot be opened, `driver_missing`
 */
export async function openDatabase(
  { database, durability }: Pick<ResolvedConfig, "database" | "durability">,
  role?: string,
): Promise<ProjectDatabase> {
  if (database.kind === "sqlite") return openSqliteDatabase({ file: database.file, durability });
  return openPostgresDatabase({ url: database.url, applicationName: role === undefined ? "hyoshi" : `hyoshi ${role}` });
}

/** What people are told of which database it is. */
export function nameOf(database: ProjectDatabase): string {
  if (database.kind === "sqlite") return database.file;
  return describeDatabase({ kind: "postgres", url: database.settings.url });
}
