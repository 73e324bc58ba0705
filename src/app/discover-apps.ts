import { type Discovery, discover } from "../discovery/discover.ts";
import type { LoadModule } from "../discovery/load-module.ts";
import { collectAdminModels } from "../model/app-models.ts";
import type { ResolvedConfig } from "./resolved-config.ts";

/** Imports the project's apps; what is wrong with one is among the problems, and the others work. */
export async function discoverApps(config: ResolvedConfig, load: LoadModule): Promise<Discovery> {
  const discovery = await discover(config.apps, load);
  return { ...discovery, problems: [...discovery.problems, ...collectAdminModels(discovery.apps).problems] };
}
