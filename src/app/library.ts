import { sql } from "kysely";
import { HyoshiError, isHyoshiError } from "../base/error.ts";
import { keptAlive } from "../base/keep-alive.ts";
import { type Logger, silentLogger } from "../base/logger.ts";
import { chain, chainOf, chord, chunks, group, map, signature, starmap } from "../canvas/signature.ts";
import { createModuleLoader } from "../discovery/load-module.ts";
import { adminModel } from "../model/admin-model.ts";
import { field } from "../model/field.ts";
import { model } from "../model/model.ts";
import { periodicTask } from "../task/periodic-task.ts";
import { registerSecret } from "../task/registered-secrets.ts";
import type { Send, SendMany } from "../task/send.ts";
import { isSignature } from "../task/signature.ts";
import { isTask, task } from "../task/task.ts";
import { defineConfig, type HyoshiConfig } from "./config.ts";
import { type CheckedSettings, checkConfig } from "./config-check.ts";
import { loadConfig } from "./config-load.ts";
import { openMigratedApp } from "./open-app.ts";

export interface OpenAppOptions {
  /** The configuration's file, or the settings themselves. Default: the nearest `hyoshi.config.ts` upwards from the working folder. */
  readonly config?: string | HyoshiConfig;
  /** Default: none. */
  readonly logger?: Logger;
}

/** A project, for code that is not a task of it, such as a web server. */
export interface HyoshiApp {
  readonly send: Send;
  /** Sends many at once, in few writes. */
  readonly sendMany: SendMany;
  /** Waits for what is under way and lets go of the database. */
  close(): Promise<void>;
}

/**
 * Opens a project to send its tasks. Its database must be migrated. Fails with `no_config`, `config_invalid`, or
 * `database_not_migrated`.
 *
 * ```ts
 * const app = await openApp();
 * const run = await app.send(counterUpper, { counterId: 1 });
 * await run.result({ timeoutMs: 10_000 });
 * ```
 */
export function openApp(options: OpenAppOptions = {}): Promise<HyoshiApp> {
  return keptAlive(open(options));
}

async function open({ config: given, logger = silentLogger }: OpenAppOptions): Promise<HyoshiApp> {
  const surroundings = { env: process.env, workingFolder: process.cwd() };
  const { config, problems, load } =
    typeof given === "object"
      ? { ...checkConfig(given, { ...surroundings, file: null }), load: createModuleLoader(process.cwd(), library) }
      : await loadConfig({ ...surroundings, library, ...(given === undefined ? {} : { file: given }) });
  if (config === undefined) throw invalidConfig(problems);
  const app = await openMigratedApp({ config, load, withApps: true, logger });
  const { send, sendMany } = app.client;
  return { send, sendMany, close: () => keptAlive(app.close()) };
}

/** The error for settings with errors, which it tells all. */
export function invalidConfig(problems: CheckedSettings["problems"], file?: string): HyoshiError {
  const errors = problems.filter(({ severity }) => severity === "error").map(({ text }) => text);
  const where = file === undefined ? "the configuration" : file;
  const text =
    errors.length === 1 ? `${where}: ${errors[0]}` : `${where}: ${errors.length} errors\n  ${errors.join("\n  ")}`;
  return new HyoshiError("config_invalid", text, { fields: { errors } });
}

/** What a project's files import as `hyoshi`: the values that the package's door exports. */
export const library = {
  adminModel,
  chain,
  chainOf,
  chord,
  chunks,
  defineConfig,
  field,
  group,
  HyoshiError,
  isHyoshiError,
  isSignature,
  isTask,
  map,
  model,
  openApp,
  periodicTask,
  registerSecret,
  signature,
  sql,
  starmap,
  task,
};
