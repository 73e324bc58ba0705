import type { Actor } from "../../account/permission.ts";
import { isHyoshiError } from "../../base/error.ts";
import { isJsonObject, type Json, type JsonObject } from "../../base/json.ts";
import { parseDefinition } from "../../schedule/definition.ts";
import { assertZone } from "../../schedule/zone-name.ts";
import type { CatalogParts } from "../catalog-parts.ts";
import type { PeriodicTaskEditor } from "../periodic-task-editor.ts";
import { readTaskDirectory, withOwn } from "../task-directory.ts";
import { type CrontabJob, parseCrontabFile, type UserField } from "./crontab-file.ts";
import { type CommandTask, crontabTask } from "./crontab-task.ts";
import { type ImportedPeriodicTask, importPeriodicTasks } from "./import-periodic-tasks.ts";
import { type ImportItem, type ImportReport, importReport } from "./import-report.ts";
import { importUid } from "./import-uid.ts";
import { freeName, jobName } from "./job-name.ts";

export interface CrontabImport {
  readonly text: string;
  /** Absolute: with a line's content it says which line was imported before. */
  readonly path: string;
  readonly userField: UserField;
  /** Of lines above which no CRON_TZ stands. Default: the project's. */
  readonly zone?: string;
  /** What runs the commands. Default: `hyoshi.shell`, else the project's own task `shell`, where there is one. */
  readonly task?: { readonly name: string; readonly commandKey: string };
  /** Lines that are commented out become periodic tasks that are switched off; else they are reported only. */
  readonly withCommentedOut: boolean;
  /** Everything that is made is switched off. */
  readonly disabled: boolean;
  readonly overwrite: boolean;
  readonly dryRun: boolean;
  readonly by: Actor;
}

/** In this order, where no task is named. */
const SHELL_TASKS = ["hyoshi.shell", "shell"];
const LONGEST_TAG = 100;

/**
 * Makes a periodic task of each line of a crontab. A line is known by its file and its content: importing it again changes nothing, and a line
 * that was edited is another one.
 *
 * @throws HyoshiError `unknown_time_zone`
 */
export async function importCrontab(
  target: { editor: PeriodicTaskEditor; parts: CatalogParts },
  request: CrontabImport,
): Promise<ImportReport> {
  const { text, path, userField, dryRun } = request;
  const zone = assertZone(request.zone ?? target.parts.timeZone, "zone");
  const file = parseCrontabFile(text, { path, userField });
  const tag = `crontab:${path}`.slice(-LONGEST_TAG);
  const task = await commandTask(target.parts, request.task);
  const skipped: (ImportItem & { readonly line: number })[] = [];
  const skip = (line: number, name: string | null, reason: string, notes: readonly string[] = []) => {
    skipped.push({ line, outcome: "skipped", place: `line ${line}`, name, reason, notes });
  };
  const taken = new Set<string>();
  const seen = new Map<string, number>();
  const tasks: (ImportedPeriodicTask & { readonly line: number })[] = [];
  for (const entry of file.entries) {
    if (entry.kind === "fault") {
      skip(entry.line, null, `${entry.reason} (${entry.text})`);
      continue;
    }
    const base = jobName(entry.command);
    const fault = faultOf(entry);
    if (entry.commentedOut && !request.withCommentedOut) {
      skip(entry.line, base, "is commented out (--with-commented-out makes it, switched off)");
    } else if (fault !== undefined) skip(entry.line, base, fault);
    else if (typeof task === "string") skip(entry.line, base, task);
    else {
      const name = freeName(base, entry.expression, taken);
      taken.add(name);
      const enabled = !request.disabled && !entry.commentedOut;
      const made = crontabTask(entry, { task, name, zone, tags: ["crontab", tag], enabled });
      const notes = entry.commentedOut ? [...made.notes, "is commented out: switched off"] : made.notes;
      tasks.push({
        line: entry.line,
        uid: uidOf(path, entry, seen),
        place: `line ${entry.line}`,
        input: made.input,
        notes,
        madeUp: ["name", "tags", "ownerId"],
      });
    }
  }
  const named = await withFreeNames(target.parts, tasks);
  const made = await importPeriodicTasks(target, named, request);
  const items = [...skipped, ...made.map((item, index) => ({ ...item, line: tasks[index]?.line ?? 0 }))]
    .sort((a, b) => a.line - b.line)
    .map(({ line: _line, ...item }) => item);
  const gone = await importedBefore(target.parts, tag, new Set(tasks.map(({ uid }) => uid)));
  const notes = [...notesOf(file, zone, made.length > 0), ...gone];
  return importReport({ source: path, dryRun, items, notes });
}

/** The task that runs commands, or why there is none. */
async function commandTask(
  { readers, clock, defaultQueue, ownTasks = [] }: CatalogParts,
  asked: CrontabImport["task"],
): Promise<CommandTask | string> {
  const directory = await readTaskDirectory(readers.processes, { now: clock.now(), defaultQueue });
  const knownAs = (name: string) =>
    withOwn(
      directory.find(name),
      ownTasks.find(({ task }) => task === name),
    );
  const { name, commandKey } = asked ?? {
    name: SHELL_TASKS.find((task) => knownAs(task) !== undefined) ?? "",
    commandKey: "command",
  };
  const known = knownAs(name);
  if (known === undefined) {
    return asked === undefined
      ? "no task runs commands: the settings name no shell tasks ('shell: {}' adds one), and there is no task 'shell' (--task and --input-key name another one)"
      : `no task is called '${name}'`;
  }
  const schema = known.announced.inputSchema;
  const properties =
    isJsonObject(schema) && isJsonObject(schema.properties) ? Object.keys(schema.properties) : undefined;
  if (properties !== undefined && !properties.includes(commandKey)) {
    return `the task '${name}' takes no '${commandKey}': its input has ${properties.join(", ") || "no properties"}`;
  }
  const users = properties?.includes("user") && usersOf(schema);
  return {
    ...{ name, commandKey, hasSchema: schema !== null },
    keys: properties === undefined ? "any" : new Set(properties),
    ...(users && { users }),
  };
}

/** The users that a task's schema lists. */
function usersOf(schema: Json): ReadonlySet<string> | undefined {
  const properties = isJsonObject(schema) ? schema.properties : undefined;
  const user = isJsonObject(properties ?? null) ? (properties as JsonObject).user : undefined;
  const list = isJsonObject(user ?? null) ? (user as JsonObject).enum : undefined;
  return Array.isArray(list) ? new Set(list.filter((name) => typeof name === "string")) : undefined;
}

function faultOf({ expression, zone }: CrontabJob): string | undefined {
  try {
    parseDefinition({ kind: "crontab", expression, days: "or" });
    if (zone !== null) assertZone(zone, "CRON_TZ");
    return undefined;
  } catch (error) {
    if (isHyoshiError(error)) return error.message;
    throw error;
  }
}

/** Equal lines are told apart by their order. */
function uidOf(
  path: string,
  { expression, user, command, stdin, zone }: CrontabJob,
  seen: Map<string, number>,
): string {
  const content = JSON.stringify([expression, user, command, stdin, zone]);
  const number = (seen.get(content) ?? 0) + 1;
  seen.set(content, number);
  return importUid("crontab", path, content, String(number));
}

/** New ones must not collide with what has that name here already. */
async function withFreeNames<T extends ImportedPeriodicTask>(
  { readers }: CatalogParts,
  tasks: readonly T[],
): Promise<T[]> {
  const there = await readers.periodicTasks.findByUids(tasks.map(({ uid }) => uid));
  const taken = new Set(tasks.map(({ input }) => input.name));
  const named: T[] = [];
  for (const task of tasks) {
    const { name } = task.input;
    if (there.has(task.uid) || (await readers.periodicTasks.findIdByName(name)) === undefined) {
      named.push(task);
      continue;
    }
    const expression = String((task.input.schedules?.[0] as { expression?: unknown } | undefined)?.expression ?? "");
    let free = freeName(name, expression, taken);
    while ((await readers.periodicTasks.findIdByName(free)) !== undefined) {
      taken.add(free);
      free = freeName(name, expression, taken);
    }
    taken.add(free);
    named.push({ ...task, input: { ...task.input, name: free } });
  }
  return named;
}

const MOST_TOLD = 200;

/** What was imported from this file and whose line is not in it any more. */
async function importedBefore(
  { readers, clock }: CatalogParts,
  tag: string,
  uids: ReadonlySet<string>,
): Promise<readonly string[]> {
  const { items } = await readers.periodicTasks.list({ tag, sort: "name", limit: MOST_TOLD, now: clock.now() });
  return items
    .filter(({ uid }) => !uids.has(uid))
    .map(
      ({ name, id }) =>
        `periodic task ${id} '${name}' was imported from this file before, and its line is not there any more: it stays as it is`,
    );
}

function notesOf(file: ReturnType<typeof parseCrontabFile>, zone: string, hasMade: boolean): string[] {
  const notes: string[] = [];
  if (file.userFieldKnownBy === undefined && file.entries.length > 0) {
    notes.push("lines were read without a user before the command (--user-field yes reads one)");
  }
  if (file.hasUserField && file.userFieldKnownBy !== "option") {
    notes.push("lines were read with a user before the command (--user-field no reads none)");
  }
  if (file.entries.some((entry) => entry.kind === "job" && entry.zone === null)) {
    notes.push(`times without CRON_TZ are read in ${zone}; cron reads them in its host's zone (--zone names another)`);
  }
  if (hasMade) notes.push("cron goes on running the file's lines: take out of it what runs here, or it runs twice");
  return notes;
}
