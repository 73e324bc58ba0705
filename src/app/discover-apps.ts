import { messageOf } from "../base/error.ts";
import { announcementOf } from "../discovery/announcement.ts";
import { type AppProblem, type Discovery, discover } from "../discovery/discover.ts";
import type { LoadModule } from "../discovery/load-module.ts";
import { collectAdminModels } from "../model/app-models.ts";
import { shellTasks } from "../worker/shell/shell-tasks.ts";
import type { ResolvedConfig } from "./resolved-config.ts";

/** What tasks belong to that no app of the project defines. */
const OWN_APP = "hyoshi";

/** Imports the project's apps, and adds the shell tasks that the settings name; what is wrong with one is among the problems, and the others work. */
export async function discoverApps(config: ResolvedConfig, load: LoadModule): Promise<Discovery> {
  const discovery = await discover(config.apps, load);
  return {
    ...discovery,
    problems: [
      ...discovery.problems,
      ...collectAdminModels(discovery.apps).problems,
      ...addShellTasks(config, discovery.registry),
    ],
  };
}

function addShellTasks({ shell, folder, file }: ResolvedConfig, registry: Discovery["registry"]): AppProblem[] {
  if (shell === null) return [];
  const problems: AppProblem[] = [];
  // One at a time, so that one that makes no sense costs nobody else.
  const parts = [
    ...(shell.commands ? [{ ...shell, tasks: {} }] : []),
    ...Object.entries(shell.tasks).map(([name, task]) => ({ ...shell, commands: false, tasks: { [name]: task } })),
  ];
  for (const part of parts) {
    try {
      for (const task of shellTasks(part, { folder, env: process.env })) {
        const found = { task, app: OWN_APP, file };
        announcementOf(found, "default");
        registry.add(found);
      }
    } catch (error) {
      const code = error instanceof Error && "code" in error ? String(error.code) : "invalid_task";
      const message = `setting 'shell.tasks': ${messageOf(error)}`;
      problems.push({ severity: "error", code, message, app: OWN_APP, file, cause: error });
    }
  }
  return problems;
}
