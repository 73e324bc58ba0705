import type { Actor } from "../../account/permission.ts";
import { isHyoshiError } from "../../base/error.ts";
import type { CatalogParts } from "../catalog-parts.ts";
import type { PeriodicTaskInput } from "../periodic-task-check.ts";
import type { PeriodicTaskEditor, SavedFrom } from "../periodic-task-editor.ts";
import { differences } from "../periodic-task-fields.ts";
import { faultsOf, reasonOf } from "./import-faults.ts";
import type { ImportItem } from "./import-report.ts";

/** A periodic task that a source holds, as it would be here. */
export interface ImportedPeriodicTask {
  readonly uid: string;
  readonly place: string;
  readonly input: PeriodicTaskInput;
  /** By schedule: from when it counts. Default: from now. */
  readonly schedules?: SavedFrom["schedules"];
  readonly notes: readonly string[];
  /** Fields that the import makes up itself: that they differ from what is here says nothing. */
  readonly madeUp?: readonly string[];
}

export interface ImportOptions {
  readonly by: Actor;
  readonly dryRun: boolean;
  /** What was imported before and differs now is written anew; else it is kept and told. */
  readonly overwrite: boolean;
}

/**
 * Makes what a source holds, each in a transaction of its own: one that is refused is reported, and the others are made. What has been
 * imported before is known by its uid and left as it is.
 */
export async function importPeriodicTasks(
  { editor, parts }: { editor: PeriodicTaskEditor; parts: CatalogParts },
  tasks: readonly ImportedPeriodicTask[],
  options: ImportOptions,
): Promise<readonly ImportItem[]> {
  const there = await parts.readers.periodicTasks.findByUids(tasks.map(({ uid }) => uid));
  const items: ImportItem[] = [];
  const names = new Set<string>();
  for (const task of tasks) {
    const { place, notes, input } = task;
    const found = there.get(task.uid);
    const item = { place, notes, name: input.name };
    try {
      if (found === undefined) items.push({ ...item, ...(await add(editor, task, names, options)) });
      else if (found.archivedAt !== null) {
        const reason = "was imported before and has been archived here since: it stays archived";
        items.push({ ...item, outcome: "skipped", reason });
      } else items.push({ ...item, ...(await compare({ editor, parts }, found.id, task, options)) });
    } catch (error) {
      if (!isHyoshiError(error)) throw error;
      items.push({ ...item, outcome: "skipped", reason: reasonOf(error) });
    }
    names.add(input.name);
  }
  return items;
}

type Became = Pick<ImportItem, "outcome" | "reason" | "fields"> & Partial<Pick<ImportItem, "notes" | "name">>;

async function add(
  editor: PeriodicTaskEditor,
  { uid, input, schedules = [] }: ImportedPeriodicTask,
  names: ReadonlySet<string>,
  { by, dryRun }: ImportOptions,
): Promise<Became> {
  const from = { uid, schedules };
  if (!dryRun) {
    await editor.save(input, undefined, by, from);
    return { outcome: "imported" };
  }
  const { errors } = await editor.check(input, undefined, by, from);
  if (errors.length > 0) return { outcome: "skipped", reason: faultsOf(errors) };
  // Those before it in the source are not there yet.
  if (names.has(input.name)) return { outcome: "skipped", reason: `another one before it is named '${input.name}'` };
  return { outcome: "imported" };
}

async function compare(
  { editor, parts }: { editor: PeriodicTaskEditor; parts: CatalogParts },
  id: number,
  { input, madeUp = [] }: ImportedPeriodicTask,
  { by, dryRun, overwrite }: ImportOptions,
): Promise<Became> {
  const current = await parts.periodicTasks.find(id, parts.clock.now());
  if (current === undefined) return { outcome: "skipped", reason: "was archived meanwhile" };
  const { name } = current;
  const kept = Object.fromEntries(
    madeUp.map((field) => [field, (current as unknown as Record<string, unknown>)[field]]),
  );
  // A schedule in the same place is the same one, with its cursor and ledger.
  const schedules = input.schedules?.map((schedule, index) => ({ ...schedule, id: current.schedules[index]?.id }));
  const wanted = { ...input, ...kept, schedules };
  const { draft, errors } = await editor.check(wanted, id, by);
  if (errors.length > 0) {
    return {
      name,
      outcome: "unchanged",
      reason: `is there already; the source's would be refused: ${faultsOf(errors)}`,
    };
  }
  const fields = differences(draft, current);
  if (fields.length === 0) return { name, outcome: "unchanged" };
  if (!overwrite) {
    const reason = `is there already and differs in ${fields.join(", ")}: it stays as it is here (--overwrite takes the source's)`;
    return { name, outcome: "unchanged", reason, fields };
  }
  if (!dryRun) await editor.save(wanted, { id, version: current.version }, by);
  return { name: wanted.name, outcome: "changed", fields };
}
