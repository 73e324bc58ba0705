import { statSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { messageOf } from "../base/error.ts";
import type { AppSource } from "../discovery/discover.ts";
import { assertZone } from "../schedule/zone-name.ts";
import {
  type BrokerAddress,
  parseBrokerAddress,
  parseDatabaseAddress,
  parseResultsAddress,
  type ResultsAddress,
  type SqliteAddress,
} from "./address.ts";
import type { CheckedConfig } from "./config-schema.ts";
import { EVERY_ADDRESS, LOOPBACK } from "./loopback.ts";
import type { ResolvedConfig } from "./resolved-config.ts";
import { usualConcurrency } from "./usual-concurrency.ts";

export interface ConfigSurroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The configuration's file; null when the program gives the settings itself. */
  readonly file: string | null;
  /** What relative paths are relative to where there is no file, and a relative DATA_DIR always. */
  readonly workingFolder: string;
  readonly isFolder?: (path: string) => boolean;
}

/** Reports an error in a setting, named by its path. */
export type Fail = (setting: string, text: string) => void;

/** The values as they are in force. What cannot be resolved is reported, and a stand-in takes its place. */
export function resolveSettings(
  checked: CheckedConfig,
  surroundings: ConfigSurroundings,
  fail: Fail,
  broken: ReadonlySet<string>,
): ResolvedConfig {
  const { file, workingFolder, env } = surroundings;
  const folder = file === null ? workingFolder : dirname(file);
  const dataFolder = env.DATA_DIR ? resolve(workingFolder, env.DATA_DIR) : folder;
  const attempt = <T>(setting: string, act: () => T): T | undefined => {
    try {
      return act();
    } catch (error) {
      fail(setting, `setting '${setting}': ${messageOf(error)}`);
      return undefined;
    }
  };

  const timeZone = attempt("timeZone", () => assertZone(checked.timeZone, "timeZone")) ?? "UTC";
  const database = attempt("database", () => parseDatabaseAddress(checked.database, dataFolder));
  const inDatabase: BrokerAddress = { kind: "database" };
  const broker = attempt("broker", () => parseBrokerAddress(checked.broker, database, dataFolder)) ?? inDatabase;
  const noResults: ResultsAddress = { kind: "none" };
  const results = attempt("results", () => parseResultsAddress(checked.results, broker)) ?? noResults;
  const queues = checked.queues ?? [checked.defaultQueue];
  if (!queues.includes(checked.defaultQueue) && !broken.has("defaultQueue") && !someIn(broken, "queues")) {
    fail(
      "defaultQueue",
      `setting 'defaultQueue' is '${checked.defaultQueue}', which is not among the queues (${queues.join(", ")}): name one of them or add it`,
    );
  }
  const { host, sessionIdleMs, sessionLongestMs } = checked.admin;
  if (sessionIdleMs > sessionLongestMs && !broken.has("admin.sessionIdleMs") && !broken.has("admin.sessionLongestMs")) {
    fail(
      "admin.sessionIdleMs",
      `setting 'admin.sessionIdleMs' (${sessionIdleMs}) is more than 'admin.sessionLongestMs' (${sessionLongestMs}): a session cannot be unused for longer than it lasts`,
    );
  }
  return {
    file,
    folder,
    dataFolder,
    apps: resolveApps(checked.apps, folder, surroundings.isFolder ?? isFolder, fail),
    projectName: checked.projectName ?? (basename(folder) || "hyoshi"),
    timeZone,
    database: database ?? ({ kind: "sqlite", file: resolve(dataFolder, "hyoshi.sqlite") } satisfies SqliteAddress),
    broker,
    brokerOptions: { ...checked.brokerOptions, maxPriority: checked.brokerOptions.maxPriority ?? null },
    results,
    resultOptions: checked.resultOptions,
    celery: checked.celery,
    secretKey: checked.secretKey ?? null,
    queues: [...new Set(queues)],
    defaultQueue: checked.defaultQueue,
    routes: checked.routes,
    durability: checked.durability,
    worker: {
      ...checked.worker,
      concurrency: checked.worker.concurrency ?? usualConcurrency(checked.worker.pool),
      autoscale: checked.worker.autoscale ?? null,
      maxRunsPerChild: checked.worker.maxRunsPerChild ?? null,
      maxMemoryMb: checked.worker.maxMemoryMb ?? null,
    },
    admin: { ...checked.admin, allowedHosts: checked.admin.allowedHosts ?? defaultHosts(host) },
    retention: checked.retention,
    shell: resolveShell(checked.shell, folder),
    logLevel: checked.logLevel,
    hooks: checked.hooks ?? null,
    openTelemetry: checked.openTelemetry,
    seed: checked.seed ?? null,
  };
}

function resolveShell(shell: CheckedConfig["shell"], folder: string): ResolvedConfig["shell"] {
  if (shell === undefined) return null;
  return { ...shell, folders: shell.folders?.map((path) => resolve(folder, path)) ?? null };
}

function resolveApps(
  apps: CheckedConfig["apps"],
  folder: string,
  exists: (path: string) => boolean,
  fail: Fail,
): AppSource[] {
  const seen = new Map<string, string>();
  const setting = "apps";
  return apps.map((app): AppSource => {
    const path = typeof app === "string" ? resolve(folder, app) : undefined;
    const name = typeof app === "string" ? basename(resolve(folder, app)) : app.name;
    const earlier = seen.get(name);
    if (earlier !== undefined) {
      fail(
        setting,
        `setting 'apps' has two apps named '${name}' (${earlier} and ${path ?? "modules"}): rename one of them`,
      );
    } else if (!/^[A-Za-z_][A-Za-z0-9_-]*$/.test(name)) {
      fail(
        setting,
        `setting 'apps' has '${app}', whose folder's name cannot name an app: expected letters, digits, '_' and '-', not beginning with a digit`,
      );
    } else if (path !== undefined && !exists(path)) {
      fail(
        setting,
        `setting 'apps' has '${app}', but there is no folder ${path}: make it with 'hyoshi startapp ${name}', or correct the path`,
      );
    }
    seen.set(name, path ?? "modules");
    // A parsed app has every key it was given and no others, so an absent module stays absent.
    return path === undefined ? (app as AppSource) : { name, folder: path };
  });
}

function defaultHosts(host: string): string[] {
  const named = host.includes(":") && !host.startsWith("[") ? `[${host}]` : host;
  return EVERY_ADDRESS.has(host) || LOOPBACK.includes(named) ? LOOPBACK : [...LOOPBACK, named];
}

function someIn(settings: ReadonlySet<string>, first: string): boolean {
  return [...settings].some((setting) => setting === first || setting.startsWith(`${first}[`));
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
