import { type DefinedPeriodicTask, isPeriodicTask } from "../task/periodic-task.ts";
import { isTask } from "../task/task.ts";
import type { AppProblem, DiscoveredApp } from "./discover.ts";

/** A periodic task that an app's code defines. */
export interface FoundPeriodicTask {
  readonly app: string;
  /** Null where the program handed the module in. */
  readonly file: string | null;
  readonly definition: DefinedPeriodicTask;
}

/** The exported list's name. */
const EXPORT = "periodicTasks";

/** What the apps export as `periodicTasks`; what makes no sense is among the problems, and the others are there. */
export function collectPeriodicTasks(
  apps: readonly DiscoveredApp[],
  problems: AppProblem[],
): readonly FoundPeriodicTask[] {
  const found: FoundPeriodicTask[] = [];
  for (const app of apps) {
    for (const module of [app.tasks, app.periodicTasks]) {
      const exported = module?.exports[EXPORT];
      if (exported === undefined) continue;
      const { file } = module ?? { file: null };
      const report = (message: string) => {
        const where = file === null ? "" : ` (${file})`;
        problems.push({
          ...{ severity: "error", code: "invalid_periodic_task", message: `${message}${where}`, app: app.name, file },
        });
      };
      if (!Array.isArray(exported)) {
        report(`'${EXPORT}' of app '${app.name}' is not a list: expected [periodicTask({ … }), …]`);
        continue;
      }
      exported.forEach((one: unknown, index) => {
        const definition = definitionOf(one);
        if (typeof definition === "string") report(`${EXPORT}[${index}] of app '${app.name}' ${definition}`);
        else add(found, { app: app.name, file, definition }, report);
      });
    }
  }
  return found;
}

function definitionOf(value: unknown): DefinedPeriodicTask | string {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return "is not an object: use periodicTask({ … })";
  const {
    name,
    key = name,
    task,
  } = value as { readonly name?: unknown; readonly key?: unknown; readonly task?: unknown };
  if (typeof name !== "string" || name.trim() === "") return "has no name";
  if (typeof key !== "string" || key.trim() === "") return `'${name}' has a key that is no text`;
  const taskName = isTask(task) ? task.name : task;
  if (typeof taskName !== "string" || taskName === "") return `'${name}' names no task`;
  return isPeriodicTask(value) ? value : { ...(value as object), name, key, task: taskName };
}

function add(found: FoundPeriodicTask[], one: FoundPeriodicTask, report: (message: string) => void): void {
  const { app, definition } = one;
  const sameKey = found.find((other) => other.app === app && other.definition.key === definition.key);
  const sameName = found.find((other) => other.definition.name === definition.name);
  if (sameKey !== undefined) report(`app '${app}' defines two periodic tasks with the key '${definition.key}'`);
  else if (sameName !== undefined) {
    report(`app '${app}' defines a periodic task named '${definition.name}', as app '${sameName.app}' does`);
  } else found.push(one);
}
