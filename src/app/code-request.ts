import type { CodeRequest } from "../catalog/code/code-schedules.ts";
import type { Discovery } from "../discovery/discover.ts";

/** Problems after which it is not known what else an app defines. */
const unreadable = new Set(["app_not_found", "import_failed", "invalid_periodic_task"]);

/** What the project's code schedules. */
export function codeRequest({ periodicTasks, problems }: Discovery): CodeRequest {
  const unread = problems.filter(({ code }) => unreadable.has(code)).map(({ app }) => app);
  return { definitions: periodicTasks, unread: [...new Set(unread)] };
}
