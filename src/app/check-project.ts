import { existsSync } from "node:fs";
import { type Clock, systemClock } from "../base/clock.ts";
import { isHyoshiError, messageOf } from "../base/error.ts";
import { silentLogger } from "../base/logger.ts";
import { systemRandom } from "../base/random.ts";
import { checkDefinitions } from "../catalog/code/check-definitions.ts";
import { PlanWarnings } from "../catalog/plan-warnings.ts";
import { announcementsOf } from "../discovery/announcement.ts";
import type { DiscoveredApp, Discovery } from "../discovery/discover.ts";
import type { LoadModule } from "../discovery/load-module.ts";
import { compilePlan } from "../firing/schedule-plan.ts";
import { SqlCalendarStore } from "../ledger/sql/sql-calendar-store.ts";
import { SqlPlanReader } from "../ledger/sql/sql-plan-reader.ts";
import { queueByRoutes } from "../task/routes.ts";
import { DEFAULT_TIME_LIMIT_MS } from "../task/task-options.ts";
import { appMigrations, assertMigration } from "./app-migrations.ts";
import { discoverApps } from "./discover-apps.ts";
import { missingMigrations } from "./migrated.ts";
import { openDatabase, type ProjectDatabase } from "./open-database.ts";
import type { ResolvedConfig } from "./resolved-config.ts";
import { createBroker } from "./transport.ts";

export interface ProjectFinding {
  readonly severity: "error" | "warning";
  /** The app's name, `broker`, `database` or `schedules`. */
  readonly where: string;
  readonly text: string;
}

/** What is wrong with a project whose settings are right: its apps, their tasks and migrations, its database. Makes no file. */
export async function checkProject(
  config: ResolvedConfig,
  load: LoadModule,
  clock: Clock = systemClock,
): Promise<ProjectFinding[]> {
  const discovery = await discoverApps(config, load);
  return [
    ...discovery.problems.map(({ severity, app, message }) => ({ severity, where: app, text: message })),
    ...wrongDefinitions(config, discovery, clock),
    ...limitsInTheLoop(config, discovery),
    ...(await brokenMigrations(discovery.apps)),
    ...(await brokerFindings(config, clock)),
    ...(await databaseFindings(config, discovery.apps, clock)),
  ];
}

function wrongDefinitions(
  config: ResolvedConfig,
  { periodicTasks, registry }: Discovery,
  clock: Clock,
): ProjectFinding[] {
  const { timeZone } = config;
  const ownTasks = [...registry.entries()].flatMap((found) => announcementsOf(found, queueByRoutes(config)));
  const findings = checkDefinitions(periodicTasks, { now: clock.now(), timeZone, ownTasks });
  return findings.map(({ severity, app, text }) => ({ severity, where: app, text }));
}

/** A limit in the loop holds only where the task lets go of it; where it does not, it costs all that is executed beside it. */
function limitsInTheLoop({ worker }: ResolvedConfig, { registry }: Discovery): ProjectFinding[] {
  return [...registry.entries()].flatMap(({ task, app }): ProjectFinding[] => {
    const { pool, timeLimitMs } = task.options;
    if ((pool ?? worker.pool) !== "loop" || pool === "loop" || timeLimitMs >= DEFAULT_TIME_LIMIT_MS) return [];
    const text = `task '${task.name}' has a hard limit of ${timeLimitMs} ms and shares the event loop: a run that blocks it is ended with its worker's process, and the runs beside it lose an attempt; give it pool "processes", or pool "loop" where it never computes for long`;
    return [{ severity: "warning", where: app, text }];
  });
}

async function brokenMigrations(apps: readonly DiscoveredApp[]): Promise<ProjectFinding[]> {
  const findings: ProjectFinding[] = [];
  for (const app of apps) {
    for (const migration of app.migrations) {
      await assertMigration(app, migration).catch((error: unknown) => {
        findings.push({ severity: "error", where: app.name, text: messageOf(error) });
      });
    }
  }
  return findings;
}

/** What the coming year holds for the schedules that are there. */
async function planFindings(
  { db, reader }: ProjectDatabase,
  { timeZone }: ResolvedConfig,
  clock: Clock,
): Promise<ProjectFinding[]> {
  const warnings = new PlanWarnings({
    plans: new SqlPlanReader(reader),
    calendars: new SqlCalendarStore({ db, uid: () => "" }),
    compile: compilePlan,
    tzVersion: process.versions.tz ?? "unknown",
    timeZone,
  });
  const found = await warnings.all(clock.now());
  return found.map(({ text }) => ({ severity: "warning", where: "schedules", text: text.en }));
}

/** A broker that is away delays runs; one that lets nobody in, or whose driver is not there, carries none. */
async function brokerFindings(config: ResolvedConfig, clock: Clock): Promise<ProjectFinding[]> {
  const broker = createBroker({ config, clock, random: systemRandom, logger: silentLogger });
  if (broker === undefined) return [];
  try {
    await broker.depth(config.defaultQueue);
    return [];
  } catch (error) {
    const severity = isHyoshiError(error, "broker_away") ? "warning" : "error";
    return [{ severity, where: "broker", text: messageOf(error) }];
  } finally {
    await broker.close();
  }
}

async function databaseFindings(
  config: ResolvedConfig,
  apps: readonly DiscoveredApp[],
  clock: Clock,
): Promise<ProjectFinding[]> {
  const address = config.database;
  if (address.kind === "sqlite" && !existsSync(address.file)) {
    const text = `there is no database ${address.file} yet: run 'hyoshi migrate'`;
    return [{ severity: "warning", where: "database", text }];
  }
  let database: ProjectDatabase;
  try {
    database = await openDatabase(config);
  } catch (error) {
    return [{ severity: "error", where: "database", text: messageOf(error) }];
  }
  try {
    const missing = await missingMigrations(database, appMigrations(apps));
    if (missing.length === 0) return await planFindings(database, config, clock);
    return [
      {
        severity: "warning",
        where: "database",
        text: `the database lacks ${missing.join(", ")}: run 'hyoshi migrate'`,
      },
    ];
  } catch (error) {
    return [{ severity: "error", where: "database", text: messageOf(error) }];
  } finally {
    await database.close();
  }
}
