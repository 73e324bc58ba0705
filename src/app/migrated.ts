import type { Clock } from "../base/clock.ts";
import { HyoshiError } from "../base/error.ts";
import type { Logger } from "../base/logger.ts";
import type { AppMigrations } from "../database/migrate.ts";
import type { ProjectDatabase } from "./open-database.ts";

/** Fails with `database_not_migrated` while migrations are missing, and with `database_newer`. */
export async function assertMigrated(database: ProjectDatabase, apps: AppMigrations): Promise<void> {
  const missing = await missingMigrations(database, apps);
  if (missing.length > 0) throw notMigrated(database, missing);
}

const LOOK_EVERY_MS = 500;

/**
 * Waits until every migration is applied, by whomever; says once that it waits. Resolves at once where nothing is missing.
 *
 * @throws HyoshiError `database_newer`; what `signal` was aborted with
 */
export async function waitUntilMigrated(
  database: ProjectDatabase,
  apps: AppMigrations,
  { clock, logger, signal }: { clock: Clock; logger: Logger; signal: AbortSignal },
): Promise<void> {
  for (let told = false; ; told = true) {
    const missing = await missingMigrations(database, apps);
    if (missing.length === 0) {
      if (told) logger.info({}, "the database is migrated");
      return;
    }
    if (!told) logger.warn({ missing }, `waiting: ${notMigrated(database, missing).message}`);
    await sleep(clock, LOOK_EVERY_MS, signal);
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
    `the database ${database.file} lacks ${names}: run 'hyoshi migrate'`,
    { fields: { missing } },
  );
}

function sleep(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    // The clock's timers let the process end; whoever waits here wants it to stay.
    const alive = setInterval(() => {}, 2 ** 30);
    const settle = (then: () => void) => {
      clearInterval(alive);
      stop();
      signal.removeEventListener("abort", aborted);
      then();
    };
    const aborted = () => settle(() => reject(signal.reason as Error));
    const stop = clock.after(ms, () => settle(resolve));
    signal.addEventListener("abort", aborted);
  });
}
