import type { z } from "zod";
import type { GroupAccounts } from "../../account/group-accounts.ts";
import { type Actor, holds } from "../../account/permission.ts";
import type { UserAccounts } from "../../account/user-accounts.ts";
import { isHyoshiError } from "../../base/error.ts";
import type { PeriodicTask } from "../../ledger/periodic-task-store.ts";
import { checkCalendar } from "../calendar-check.ts";
import { calendarsByName } from "../calendar-names.ts";
import type { Calendars } from "../calendars.ts";
import type { CatalogParts } from "../catalog-parts.ts";
import { faultsOf, reasonOf } from "../import/import-faults.ts";
import { type ImportItem, type ImportReport, importReport } from "../import/import-report.ts";
import type { Pauses } from "../pauses.ts";
import type { PeriodicTaskInput } from "../periodic-task-check.ts";
import type { PeriodicTaskEditor } from "../periodic-task-editor.ts";
import { differences, differingFields, sameJson } from "../periodic-task-fields.ts";
import { calendarFields, calendarToDocument } from "./document-calendar.ts";
import { type DocumentNames, fromDocument, hasPassed } from "./document-periodic-task.ts";
import {
  type DocumentCalendar,
  type DocumentPeriodicTask,
  documentCalendar,
  documentGroup,
  documentPause,
  documentPeriodicTask,
} from "./document-shape.ts";
import type { ReadDocument } from "./document-text.ts";

export interface ImportTarget {
  readonly parts: CatalogParts;
  readonly editor: PeriodicTaskEditor;
  readonly calendars: Calendars;
  readonly pauses: Pauses;
  readonly groups: GroupAccounts;
  readonly users: UserAccounts;
}

export interface DocumentImport {
  /** What the report calls it. */
  readonly source: string;
  readonly document: ReadDocument;
  /** Begins the document's pauses too. */
  readonly withPauses: boolean;
  readonly dryRun: boolean;
  readonly by: Actor;
}

/**
 * Makes everything as the document has it: what is there already, by uid or else by name, is changed where it differs, what is not is made, and
 * what the document does not hold stays. Each part is a transaction of its own: one that is refused is reported, and the others go on.
 */
export async function importProject(target: ImportTarget, request: DocumentImport): Promise<ImportReport> {
  const { document, source, dryRun } = request;
  const items = [
    ...(await each("calendars", document.calendars, documentCalendar, (calendar) =>
      importCalendar(target, calendar, request),
    )),
    ...(await each("groups", document.groups, documentGroup, (group) => importGroup(target, group, request))),
    ...(await importPeriodicTasks(target, request)),
    ...(await importPauses(target, request)),
  ];
  return importReport({ source, dryRun, items, notes: [] });
}

type Became = Omit<ImportItem, "place" | "notes"> & Partial<Pick<ImportItem, "notes">>;

/** One after the other; what does not fit its shape, or is refused, is reported in its place. */
async function each<Shape extends z.ZodType>(
  part: string,
  entries: readonly unknown[] = [],
  shape: Shape,
  act: (entry: z.infer<Shape>) => Promise<Became>,
): Promise<ImportItem[]> {
  const items: ImportItem[] = [];
  for (const [index, entry] of entries.entries()) {
    const place = `${part}[${index}]`;
    const name = nameOf(entry);
    const read = shape.safeParse(entry);
    if (!read.success) {
      const reason = read.error.issues.map(({ path, message }) => `${path.join(".")} ${message}`.trim()).join("; ");
      items.push({ outcome: "skipped", place, name, reason, notes: [] });
      continue;
    }
    try {
      items.push({ place, notes: [], ...(await act(read.data)) });
    } catch (error) {
      if (!isHyoshiError(error)) throw error;
      items.push({ outcome: "skipped", place, name, reason: reasonOf(error), notes: [] });
    }
  }
  return items;
}

const nameOf = (entry: unknown): string | null => textAt(entry, "name") ?? null;

async function importCalendar(
  { calendars, parts }: ImportTarget,
  calendar: DocumentCalendar,
  { by, dryRun }: DocumentImport,
): Promise<Became> {
  const { name } = calendar;
  const { errors } = await checkCalendar(calendar, parts.clock.now());
  if (errors.length > 0) return { outcome: "skipped", name, reason: faultsOf(errors) };
  const there = (await calendarsByName(parts.calendars)).get(name);
  if (there === undefined) {
    if (!dryRun) await calendars.save(calendar, undefined, by);
    return { outcome: "imported", name };
  }
  const fields = differingFields(calendarFields(calendar, there), calendarFields(calendarToDocument(there), there));
  if (fields.length === 0) return { outcome: "unchanged", name };
  if (!dryRun) await calendars.save(calendar, { id: there.id, version: there.version }, by);
  return { outcome: "changed", name, fields };
}

async function importGroup(
  { groups }: ImportTarget,
  group: z.infer<typeof documentGroup>,
  { by, dryRun }: DocumentImport,
): Promise<Became> {
  const { name } = group;
  if (!holds(by, "users.manage")) {
    return { outcome: "skipped", name, reason: "needs the permission users.manage" };
  }
  const found = await groups.findByName(name);
  if (found === undefined) {
    if (!dryRun) await groups.create(group, by);
    return { outcome: "imported", name };
  }
  if (sameJson([...found.permissions].sort(), [...new Set(group.permissions)].sort())) {
    return { outcome: "unchanged", name };
  }
  if (!dryRun) await groups.update(found.id, found.version, group, by);
  return { outcome: "changed", name, fields: ["permissions"] };
}

async function importPeriodicTasks(target: ImportTarget, request: DocumentImport): Promise<ImportItem[]> {
  const entries = request.document.periodicTasks ?? [];
  const names = await namesHere(target, request);
  const uids = entries.flatMap((entry) => textAt(entry, "uid") ?? []);
  const there = await target.parts.readers.periodicTasks.findByUids(uids);
  const made = new Set<string>();
  return each("periodicTasks", entries, documentPeriodicTask, async (task): Promise<Became> => {
    const { name, uid } = task;
    const known = uid === undefined ? undefined : there.get(uid);
    if (known !== undefined && known.archivedAt !== null) {
      return { outcome: "skipped", name, reason: "is archived here: it stays archived" };
    }
    const id = known?.id ?? (await target.parts.readers.periodicTasks.findIdByName(name));
    const read = fromDocument(task, names);
    if (made.has(name)) return { outcome: "skipped", name, reason: `another one before it is named '${name}'` };
    made.add(name);
    return id === undefined
      ? add(target, task, read, request)
      : change(target, { task, id, ...read, isSame: known !== undefined }, request);
  });
}

async function add(
  { editor, parts }: ImportTarget,
  task: DocumentPeriodicTask,
  { input, notes }: ReturnType<typeof fromDocument>,
  { by, dryRun }: DocumentImport,
): Promise<Became> {
  const now = parts.clock.now();
  const kept = (task.schedules ?? []).map((schedule) => !hasPassed(schedule, now));
  const wanted = { ...input, schedules: (input.schedules ?? []).filter((_schedule, index) => kept[index]) };
  const uids = (task.schedules ?? []).filter((_schedule, index) => kept[index]).map(({ uid }) => (uid ? { uid } : {}));
  const told = [...notes, ...passedNotes(task, (index) => kept[index] === false)];
  const from = {
    ...(task.uid !== undefined && { uid: task.uid }),
    schedules: uids,
    ...(task.code && { code: task.code }),
  };
  if (!dryRun) await editor.save(wanted, undefined, by, from);
  else {
    const { errors } = await editor.check(wanted, undefined, by, from);
    if (errors.length > 0) return { outcome: "skipped", name: task.name, reason: faultsOf(errors), notes: told };
  }
  return { outcome: "imported", name: task.name, notes: told };
}

interface Changed extends ReturnType<typeof fromDocument> {
  readonly task: DocumentPeriodicTask;
  readonly id: number;
  /** Found by its uid, and not by its name. */
  readonly isSame: boolean;
}

async function change(
  { editor, parts }: ImportTarget,
  { task, id, input, notes }: Changed,
  { by, dryRun }: DocumentImport,
): Promise<Became> {
  const now = parts.clock.now();
  const current = await parts.periodicTasks.find(id, now);
  if (current === undefined) return { outcome: "skipped", name: task.name, reason: "was archived meanwhile" };
  const matched = matchSchedules(task, current);
  const isPassed = (index: number) => matched[index] === undefined && hasPassed(task.schedules?.[index] ?? {}, now);
  const schedules = (input.schedules ?? []).map((schedule, index) => ({ ...schedule, id: matched[index] }));
  const wanted: PeriodicTaskInput = { ...input, schedules: schedules.filter((_schedule, index) => !isPassed(index)) };
  const told = [...notes, ...passedNotes(task, isPassed)];
  const uids = (task.schedules ?? [])
    .filter((_schedule, index) => !isPassed(index))
    .map(({ uid }, index) => (uid !== undefined && wanted.schedules?.[index]?.id === undefined ? { uid } : {}));
  const { draft, errors } = await editor.check(wanted, id, by, { schedules: uids });
  if (errors.length > 0) return { outcome: "skipped", name: task.name, reason: faultsOf(errors), notes: told };
  const fields = differences(draft, current);
  if (fields.length === 0) return { outcome: "unchanged", name: task.name, notes: told };
  if (!dryRun) await editor.save(wanted, { id, version: current.version }, by, { schedules: uids });
  return { outcome: "changed", name: task.name, fields, notes: told };
}

/** By its uid; where the document has none, or one of another database, by its place among those that are left. */
function matchSchedules({ schedules = [] }: DocumentPeriodicTask, current: PeriodicTask): (number | undefined)[] {
  const byUid = schedules.map(({ uid }) => current.schedules.find((schedule) => schedule.uid === uid)?.id);
  const left = current.schedules.filter(({ id }) => !byUid.includes(id));
  return byUid.map((id) => id ?? left.shift()?.id);
}

function passedNotes({ schedules = [] }: DocumentPeriodicTask, isPassed: (index: number) => boolean): string[] {
  return schedules.flatMap((schedule, index) =>
    isPassed(index)
      ? [`schedule ${index + 1} was to fire once, at ${String(schedule.at)}, which has passed: it is left out`]
      : [],
  );
}

async function namesHere({ users, parts }: ImportTarget, { document, dryRun }: DocumentImport): Promise<DocumentNames> {
  const owners = new Set((document.periodicTasks ?? []).map((entry) => textAt(entry, "owner")));
  const ids = new Map<string, number>();
  for (const owner of owners) {
    const user = owner === undefined ? undefined : await users.findByName(owner);
    if (owner !== undefined && user !== undefined) ids.set(owner, user.id);
  }
  const calendars = await calendarsByName(parts.calendars);
  // Those that a dry run would have made by now.
  const toCome = new Set(dryRun ? (document.calendars ?? []).map((entry) => textAt(entry, "name")) : []);
  return {
    userId: (name) => ids.get(name),
    calendarId: (name) => calendars.get(name)?.id,
    isToCome: (name) => toCome.has(name),
  };
}

function textAt(entry: unknown, key: string): string | undefined {
  const value = ((entry ?? {}) as Readonly<Record<string, unknown>>)[key];
  return typeof value === "string" ? value : undefined;
}

async function importPauses(target: ImportTarget, request: DocumentImport): Promise<ImportItem[]> {
  const { parts, pauses } = target;
  const { document, withPauses, dryRun, by } = request;
  return each("pauses", document.pauses, documentPause, async (pause): Promise<Became> => {
    const name = [pause.scope, pause.target].filter(Boolean).join(" ");
    if (!withPauses) return { outcome: "skipped", name, reason: "pauses are left out (--with-pauses begins them)" };
    const scopeId = await scopeIdOf(parts, pause);
    if (scopeId === undefined) return { outcome: "skipped", name, reason: "what it pauses is not here" };
    const untilAt = typeof pause.untilAt === "string" ? Date.parse(pause.untilAt) : (pause.untilAt ?? null);
    const there = await pauses.open({ scope: pause.scope, scopeId });
    if (there !== undefined && there.reason === pause.reason && there.untilAt === untilAt) {
      return { outcome: "unchanged", name };
    }
    if (untilAt !== null && untilAt <= parts.clock.now()) return { outcome: "skipped", name, reason: "is over" };
    if (!dryRun) await pauses.begin({ scope: pause.scope, scopeId }, { reason: pause.reason, untilAt }, by);
    return there === undefined
      ? { outcome: "imported", name }
      : { outcome: "changed", name, fields: ["reason", "untilAt"] };
  });
}

async function scopeIdOf(
  { readers }: CatalogParts,
  { scope, target = "" }: z.infer<typeof documentPause>,
): Promise<string | undefined> {
  if (scope === "all") return "";
  if (scope === "tag") return target;
  const found =
    scope === "periodic-task"
      ? (await readers.periodicTasks.findByUids([target])).get(target)?.id
      : await readers.periodicTasks.findScheduleId(target);
  return found === undefined ? undefined : String(found);
}
