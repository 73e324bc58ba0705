import { type Discovery, discover } from "../discovery/discover.ts";
import type { LoadModule } from "../discovery/load-module.ts";
import type { ResolvedConfig } from "./resolved-config.ts";

/** Imports the project's apps; what is wrong with one is among the problems, and the others work. */
export function discoverApps(config: ResolvedConfig, load: LoadModule): Promise<Discovery> {
  return discover(config.apps, load);
}
