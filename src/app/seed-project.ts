import { HyoshiError, messageOf } from "../base/error.ts";
import type { PeriodicTaskInput } from "../catalog/periodic-task-check.ts";
import type { OpenDatabase } from "../task/context.ts";
import type { Payload } from "../task/payload.ts";
import { parseInput, toPayload } from "../task/task-input.ts";
import type { App } from "./app.ts";
import type { SeedPeriodicTask } from "./seed.ts";

const SEEDER = { name: "hyoshi (seed)", superuser: true, permissions: new Set<string>() };

/**
 * Calls the settings' `seed` where no periodic task was ever made, archived ones counted. Answers whether it did.
 *
 * @throws HyoshiError `seed_failed`; what the seed made before it failed stays
 */
export async function seedProject(app: App): Promise<boolean> {
  const { seed } = app.config;
  if (seed === null || (await hasPeriodicTasks(app))) return false;
  const connection = app.taskConnections.open("seed");
  // The tables are the apps' own, and `db(models)` says which: the connection knows no types.
  const db = (() => connection.db) as OpenDatabase;
  try {
    await seed({ db, createPeriodicTask: (task) => createPeriodicTask(app, task) });
    return true;
  } catch (cause) {
    throw new HyoshiError("seed_failed", `the settings' 'seed' failed: ${messageOf(cause)}`, { cause });
  } finally {
    connection.release();
  }
}

async function hasPeriodicTasks({ database }: App): Promise<boolean> {
  return (await database.db.selectFrom("periodic_task").select("id").limit(1).executeTakeFirst()) !== undefined;
}

async function createPeriodicTask({ catalog, discovery }: App, given: SeedPeriodicTask): Promise<void> {
  const task = discovery.registry.find(given.task)?.task;
  // No process has announced the tasks of a new project yet, so the catalog knows no schema to check the input by.
  if (task !== undefined)
    await parseInput(
      task,
      payloadOf(given, () => toPayload(task, given.input)),
    );
  await catalog.editor.save(given satisfies PeriodicTaskInput, undefined, SEEDER);
}

function payloadOf({ input, args, kwargs }: SeedPeriodicTask, fromInput: () => Payload): Payload {
  if (input !== undefined || (args === undefined && kwargs === undefined)) return fromInput();
  // As JSON, which is what is stored.
  return JSON.parse(JSON.stringify({ args: args ?? [], kwargs: kwargs ?? {} })) as Payload;
}
