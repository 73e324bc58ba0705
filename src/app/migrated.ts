import { HyoshiError } from "../base/error.ts";
import type { AppMigrations } from "../database/migrate.ts";
import { nameOf, type ProjectDatabase } from "./open-database.ts";

/** Fails with `database_not_migrated` while migrations are missing, and with `database_newer`. */
export async function assertMigrated(database: ProjectDatabase, apps: AppMigrations): Promise<void> {
  const missing = await missingMigrations(database, apps);
  if (missing.length > 0) throw notMigrated(database, missing);
}

export async function missingMigrations(database: ProjectDatabase, apps: AppMigrations): Promise<string[]> {
  const states = await database.migrations(apps).status();
  return states.filter(({ applied }) => !applied).map(({ name }) => name);
}

function notMigrated(database: ProjectDatabase, missing: readonly string[]): HyoshiError {
  const names =
    missing.length > 3 ? `${missing.slice(0, 3).join(", ")} and ${missing.length - 3} more` : missing.join(", ");
  return new HyoshiError(
    "database_not_migrated",
    `the database ${nameOf(database)} lacks ${names}: run 'hyoshi migrate'`,
    { fields: { missing } },
  );
}
