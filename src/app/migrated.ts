import { HyoshiError } from "../base/error.ts";
import type { AppMigrations } from "../database/migrate.ts";
import { nameOf, type ProjectDatabase } from "./open-database.ts";
import { isPassing, type Patience, pause } from "./when-database-answers.ts";

/** Fails with `database_not_migrated` while migrations are missing, and with `database_newer`. */
export async function assertMigrated(database: ProjectDatabase, apps: AppMigrations): Promise<void> {
  const missing = await missingMigrations(database, apps);
  if (missing.length > 0) throw notMigrated(database, missing);
}

const LOOK_EVERY_MS = 500;
const LONGEST_WAIT_MS = 5_000;

/**
 * Waits until the database answers and every migration is applied, by whomever; says once what it waits for. Resolves at once where
 * nothing is missing.
 *
 * @throws HyoshiError `database_newer`, `database_refused`; what `signal` was aborted with
 */
export async function waitUntilMigrated(
  database: ProjectDatabase,
  apps: AppMigrations,
  { clock, logger, signal }: Patience,
): Promise<void> {
  let told: string | undefined;
  for (let wait = LOOK_EVERY_MS; ; ) {
    const obstacle = await obstacleOf(database, apps);
    if (obstacle === undefined) {
      if (told !== undefined) logger.info({}, "the database is there and migrated");
      return;
    }
    if (told !== obstacle.code) logger.warn(obstacle.fields, `waiting: ${obstacle.message}`);
    told = obstacle.code;
    await pause(clock, wait, signal);
    // Missing tables are looked for steadily; a server that is away is left in peace.
    wait = obstacle.code === "database_not_migrated" ? LOOK_EVERY_MS : Math.min(wait * 2, LONGEST_WAIT_MS);
  }
}

/** What the services of a project have to wait for; undefined where there is nothing. */
async function obstacleOf(database: ProjectDatabase, apps: AppMigrations): Promise<HyoshiError | undefined> {
  try {
    const missing = await missingMigrations(database, apps);
    return missing.length === 0 ? undefined : notMigrated(database, missing);
  } catch (error) {
    if (isPassing(error)) return error;
    throw error;
  }
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
