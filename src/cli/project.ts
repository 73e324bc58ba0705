import type { Command } from "commander";
import type { LoadedConfig } from "../app/config-load.ts";
import type { ResolvedConfig } from "../app/resolved-config.ts";
import type { GlobalOptions } from "./program.ts";
import type { Terminal } from "./terminal.ts";

/** The project that a command works in. */
export interface Project extends LoadedConfig {
  readonly config: ResolvedConfig;
}

/**
 * Finds and checks the configuration; its warnings are `check`'s to tell.
 *
 * @throws HyoshiError `config_invalid`, with every error on a line of its own, and what `loadConfig` throws
 */
export async function openProject(terminal: Terminal, command: Command): Promise<Project> {
  const loaded = await loadProject(terminal, command);
  const { config, problems, file } = loaded;
  if (config !== undefined) return { ...loaded, config };
  const { invalidConfig } = await import("../app/library.ts");
  throw invalidConfig(problems, file);
}

/** The configuration with whatever is wrong with it. */
export async function loadProject(terminal: Terminal, command: Command): Promise<LoadedConfig> {
  const [{ loadConfig }, { library }] = await Promise.all([
    import("../app/config-load.ts"),
    import("../app/library.ts"),
  ]);
  const { config } = command.optsWithGlobals<GlobalOptions>();
  return loadConfig({
    ...(config === undefined ? {} : { file: config }),
    workingFolder: terminal.workingFolder,
    env: terminal.env,
    library,
  });
}

/** The project's zone; UTC outside of a project. */
export async function projectZone(terminal: Terminal, command: Command): Promise<string> {
  const { findConfigFile } = await import("../app/config-load.ts");
  const named = command.optsWithGlobals<GlobalOptions>().config !== undefined;
  if (!named && findConfigFile(terminal.workingFolder) === undefined) return "UTC";
  return (await openProject(terminal, command)).config.timeZone;
}
