import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { HyoshiError, messageOf } from "../base/error.ts";
import { createModuleLoader, type LoadModule } from "../discovery/load-module.ts";
import { type CheckedSettings, checkConfig } from "./config-check.ts";

const FILE_NAMES = ["hyoshi.config.ts", "hyoshi.config.mts", "hyoshi.config.js", "hyoshi.config.mjs"];

/** The nearest configuration file in `folder` or above it; undefined when there is none. */
export function findConfigFile(folder: string): string | undefined {
  for (let at = resolve(folder); ; at = dirname(at)) {
    const found = FILE_NAMES.map((name) => join(at, name)).find((file) => existsSync(file));
    if (found !== undefined) return found;
    if (at === dirname(at)) return undefined;
  }
}

export interface ConfigRequest {
  /** Given by name; otherwise the nearest upwards from the working folder. */
  readonly file?: string;
  readonly workingFolder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What the project's files import as `hyoshi`. */
  readonly library: object;
}

export interface LoadedConfig extends CheckedSettings {
  readonly file: string;
  /** Imports the project's files; the configuration was imported with it, so modules are shared. */
  readonly load: LoadModule;
}

/**
 * Finds, imports and checks the project's configuration.
 *
 * @throws HyoshiError `no_config` when there is no file, `config_unreadable` when it throws or exports no settings
 */
export async function loadConfig({ file: named, workingFolder, env, library }: ConfigRequest): Promise<LoadedConfig> {
  const file = named === undefined ? findConfigFile(workingFolder) : resolve(workingFolder, named);
  if (file === undefined) {
    throw new HyoshiError(
      "no_config",
      `there is no hyoshi.config.ts in ${resolve(workingFolder)} or above it: go to a project's folder, name the file with --config, or make a project with 'hyoshi startproject'`,
    );
  }
  if (!existsSync(file)) throw new HyoshiError("no_config", `there is no configuration file ${file}`);
  const load = createModuleLoader(dirname(file), library);
  const settings = await importSettings(file, load);
  return { ...checkConfig(settings, { env, file, workingFolder }), file, load };
}

async function importSettings(file: string, load: LoadModule): Promise<unknown> {
  let module: { default?: unknown };
  try {
    module = await load(file);
  } catch (cause) {
    throw new HyoshiError("config_unreadable", `${file} cannot be imported: ${messageOf(cause)}`, { cause });
  }
  if (module.default === undefined) {
    throw new HyoshiError(
      "config_unreadable",
      `${file} has no default export: expected 'export default defineConfig({ … })'`,
    );
  }
  return module.default;
}
