import type { AppMigrations, MigrationState } from "../database/migrate.ts";
import type { ProjectDatabase } from "./open-database.ts";

/** Which migrations there are and which are applied, hyoshi's own first. */
export function migrationStates(database: ProjectDatabase, apps: AppMigrations): Promise<readonly MigrationState[]> {
  return database.migrations(apps).status();
}

/**
 * Applies what is missing, or goes to `target` (an app's migration, or `APP/zero`). One process at a time; the others wait and
 * then find nothing to do. Answers the names in the order in which they were applied or undone.
 */
export function migrateProject(
  database: ProjectDatabase,
  apps: AppMigrations,
  target: string | undefined,
): Promise<readonly string[]> {
  return target === undefined
    ? database.migrate(apps)
    : database.exclusively(() => database.migrations(apps).migrateTo(target));
}
