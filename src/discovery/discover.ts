import { existsSync, statSync } from "node:fs";
import { messageOf } from "../base/error.ts";
import { TaskRegistry } from "../task/registry.ts";
import { isTask, noteCreatedTasks, type Task } from "../task/task.ts";
import { announcementOf } from "./announcement.ts";
import { findMigrations, findModule } from "./app-files.ts";
import { collectPeriodicTasks, type FoundPeriodicTask } from "./collect-periodic-tasks.ts";
import type { LoadModule } from "./load-module.ts";

/** An app as the settings list it: the folder of its files, or its modules themselves. */
export type AppSource =
  | { readonly name: string; readonly folder: string }
  | {
      readonly name: string;
      readonly tasks?: object;
      readonly models?: object;
      readonly admin?: object;
      readonly periodicTasks?: object;
      readonly migrations?: Readonly<Record<string, object>>;
    };

/** A module of an app that was imported. */
export interface AppModule {
  /** Null where the program handed it in. */
  readonly file: string | null;
  readonly exports: Readonly<Record<string, unknown>>;
}

export interface DiscoveredApp {
  readonly name: string;
  /** Null where the program handed its modules in. */
  readonly folder: string | null;
  /** Null where there is none, or where it could not be imported (then it is among the problems). */
  readonly tasks: AppModule | null;
  readonly models: AppModule | null;
  readonly admin: AppModule | null;
  /** A module of its own for what code schedules; `tasks` may hold it as well. */
  readonly periodicTasks: AppModule | null;
  /** In the order of their names; imported when they are asked for. */
  readonly migrations: readonly { readonly name: string; load(): Promise<Readonly<Record<string, unknown>>> }[];
}

/** Something wrong with one app; the others work. */
export interface AppProblem {
  readonly severity: "error" | "warning";
  /**
   * `app_not_found`, `app_without_modules`, `import_failed`, `duplicate_task`, `invalid_task`, `no_tasks`,
   * `task_not_exported`, `invalid_periodic_task`.
   */
  readonly code: string;
  readonly message: string;
  readonly app: string;
  readonly file: string | null;
  /** What was thrown, where something was. */
  readonly cause?: unknown;
}

export interface Discovery {
  readonly apps: readonly DiscoveredApp[];
  readonly registry: TaskRegistry;
  /** What the apps' code schedules. */
  readonly periodicTasks: readonly FoundPeriodicTask[];
  readonly problems: readonly AppProblem[];
}

/**
 * Imports the apps one after the other and collects their tasks. Never fails: what cannot be imported or makes no sense is
 * among the problems, with its file. Modules are imported once per loader however often this is called.
 */
export async function discover(sources: readonly AppSource[], load: LoadModule): Promise<Discovery> {
  const problems: AppProblem[] = [];
  const registry = new TaskRegistry();
  const apps: DiscoveredApp[] = [];
  const notes = noteCreatedTasks();
  let made: ReadonlySet<Task>;
  try {
    for (const source of sources) apps.push(await loadApp(source, load, problems));
  } finally {
    made = notes.stop();
  }
  for (const app of apps) registerTasks(app, registry, problems);
  reportUnexported(made, registry, problems);
  const periodicTasks = collectPeriodicTasks(apps, problems);
  return { apps, registry, periodicTasks, problems };
}

async function loadApp(source: AppSource, load: LoadModule, problems: AppProblem[]): Promise<DiscoveredApp> {
  if (!("folder" in source)) return givenApp(source);
  const { name, folder } = source;
  const app = { name, folder, tasks: null, models: null, admin: null, periodicTasks: null, migrations: [] };
  if (!existsSync(folder) || !statSync(folder).isDirectory()) {
    const message = `app '${name}' has no folder ${folder}: make it with \`hyoshi startapp ${name}\`, or take it out of 'apps'`;
    problems.push({ severity: "error", code: "app_not_found", message, app: name, file: null });
    return app;
  }
  const importModule = async (module: string): Promise<AppModule | null> => {
    const file = findModule(folder, module);
    if (file === null) return null;
    try {
      return { file, exports: await load(file) };
    } catch (cause) {
      const message = `${file} of app '${name}' cannot be imported: ${messageOf(cause)}`;
      problems.push({ severity: "error", code: "import_failed", message, app: name, file, cause });
      return null;
    }
  };
  const before = problems.length;
  const models = await importModule("models");
  const tasks = await importModule("tasks");
  const admin = await importModule("admin");
  const periodicTasks = await importModule("periodic-tasks");
  if (!models && !tasks && !admin && !periodicTasks && problems.length === before) {
    const message = `app '${name}' holds no tasks.ts, models.ts, admin.ts or periodic-tasks.ts in ${folder}`;
    problems.push({ severity: "warning", code: "app_without_modules", message, app: name, file: null });
  }
  const migrations = findMigrations(folder).map((found) => ({ name: found.name, load: () => load(found.file) }));
  return { ...app, models, tasks, admin, periodicTasks, migrations };
}

function givenApp(source: Exclude<AppSource, { readonly folder: string }>): DiscoveredApp {
  const given = (module: object | undefined) => (module ? { file: null, exports: { ...module } } : null);
  return {
    name: source.name,
    folder: null,
    tasks: given(source.tasks),
    models: given(source.models),
    admin: given(source.admin),
    periodicTasks: given(source.periodicTasks),
    migrations: Object.entries(source.migrations ?? {})
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, module]) => ({ name, load: async () => ({ ...module }) })),
  };
}

function registerTasks(app: DiscoveredApp, registry: TaskRegistry, problems: AppProblem[]): void {
  if (app.tasks === null) return;
  const { file, exports } = app.tasks;
  const report = (code: string, message: string, cause?: unknown) => {
    problems.push({ severity: "error", code, message, app: app.name, file, cause });
  };
  const tasks = Object.values(exports).filter(isTask);
  if (tasks.length === 0) {
    const message = `${file ?? `module 'tasks' of app '${app.name}'`} exports no task: \`export const … = task("${app.name}.…", { … })\``;
    problems.push({ severity: "warning", code: "no_tasks", message, app: app.name, file });
  }
  for (const task of tasks) {
    const found = { task, app: app.name, file };
    try {
      announcementOf(found, "default");
      registry.add(found);
    } catch (error) {
      report(codeOf(error), file === null ? messageOf(error) : `${messageOf(error)} (${file})`, error);
    }
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "invalid_task";
}

/** A task that is made and not exported cannot be sent by name, nor found by a worker. */
function reportUnexported(made: ReadonlySet<Task>, registry: TaskRegistry, problems: AppProblem[]): void {
  const refused = new Set(problems.map(({ cause }) => taskNamed(cause)));
  for (const { name } of made) {
    const app = name.split(".")[0] ?? name;
    if (registry.find(name) !== undefined || refused.has(name)) continue;
    const message = `task '${name}' is made but not exported from any app's tasks.ts, so no worker knows it`;
    problems.push({ severity: "warning", code: "task_not_exported", message, app, file: null });
  }
}

function taskNamed(cause: unknown): unknown {
  return (cause as { readonly fields?: { readonly task?: unknown } } | undefined)?.fields?.task;
}
