import { existsSync } from "node:fs";
import { type Clock, systemClock } from "../base/clock.ts";
import { HyoshiError } from "../base/error.ts";
import { type Logger, silentLogger } from "../base/logger.ts";
import type { LoadModule } from "../discovery/load-module.ts";
import { TaskRegistry } from "../task/registry.ts";
import { hasSecretInputs } from "../task/task-secrets.ts";
import { type App, composeApp } from "./app.ts";
import { appMigrations } from "./app-migrations.ts";
import { discoverApps } from "./discover-apps.ts";
import { assertMigrated } from "./migrated.ts";
import { openDatabase } from "./open-database.ts";
import { openTelemetry } from "./open-telemetry.ts";
import { ownVersion } from "./own-version.ts";
import type { ResolvedConfig } from "./resolved-config.ts";
import { whenDatabaseAnswers } from "./when-database-answers.ts";

export interface AppRequest {
  readonly config: ResolvedConfig;
  readonly load: LoadModule;
  /** Whether the project's apps are imported: who sends or executes needs them, who only looks does not. */
  readonly withApps: boolean;
  /** What the database's server shows of this process. */
  readonly role?: string;
  readonly logger?: Logger;
  readonly clock?: Clock;
}

/** Opens a project whose database is there and migrated. Fails with `database_not_migrated`, and makes no file then. */
export async function openMigratedApp(request: AppRequest): Promise<App> {
  const { config } = request;
  const { database } = config;
  if (database.kind === "sqlite" && !existsSync(database.file)) {
    throw new HyoshiError("database_not_migrated", `there is no database ${database.file} yet: run 'hyoshi migrate'`);
  }
  return open(request, (work) => work());
}

/** Opens a project for a service: waits until the database is there and migrated, and says once that it does. */
export function openAppWhenMigrated(request: AppRequest & { readonly signal: AbortSignal }): Promise<App> {
  const { logger = silentLogger, clock = systemClock, signal } = request;
  return open(request, (work) => whenDatabaseAnswers(work, { clock, logger, signal }));
}

/** The key is made where there is none: not while a transaction of the project's own code keeps the database for itself. */
async function readySecrets({ config, discovery, secrets }: App, answered: <T>(work: () => Promise<T>) => Promise<T>) {
  if (hasSecretInputs(discovery.registry) && config.secretKey === null) await answered(() => secrets.ready());
}

async function open(
  { config, load, withApps, role, logger, clock = systemClock }: AppRequest,
  answered: <T>(work: () => Promise<T>) => Promise<T>,
): Promise<App> {
  const discovery = withApps
    ? await discoverApps(config, load)
    : { apps: [], registry: new TaskRegistry(), periodicTasks: [], problems: [] };
  const database = await openDatabase(config, role);
  try {
    await answered(() => assertMigrated(database, appMigrations(discovery.apps)));
    // Where there is a server, its clock is everybody's.
    const shared = database.kind === "postgres" ? await answered(() => database.clock(clock)) : clock;
    const tracing = config.openTelemetry ? await openTelemetry(ownVersion()) : undefined;
    const parts = { config, database, discovery, clock: shared };
    const app = composeApp({ ...parts, ...(logger ? { logger } : {}), ...(tracing && { tracing }) });
    await readySecrets(app, answered);
    return app;
  } catch (error) {
    await database.close();
    throw error;
  }
}
