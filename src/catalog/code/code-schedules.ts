import { type Actor, systemActor } from "../../account/permission.ts";
import { HyoshiError, isHyoshiError } from "../../base/error.ts";
import { uuidv7 } from "../../base/random.ts";
import type { CodeMark, PeriodicTask, PeriodicTaskDraft } from "../../ledger/periodic-task-store.ts";
import type { DefinedPeriodicTask } from "../../task/periodic-task.ts";
import { calendarsByName } from "../calendar-names.ts";
import type { CatalogParts } from "../catalog-parts.ts";
import { faultsOf, reasonOf } from "../import/import-faults.ts";
import type { PeriodicTaskEditor } from "../periodic-task-editor.ts";
import { differingFields, scheduleFieldsOf } from "../periodic-task-fields.ts";
import { type CodeBase, codeFieldsOf, readCodeBase, writeCodeBase } from "./code-base.ts";
import { codeInput, hasPassedSchedule, inputOfFields } from "./code-input.ts";
import type { CodePlan, CodePlanItem } from "./code-plan.ts";
import { driftFromCode } from "./drift.ts";
import { type CodeDefinition, mergeDefinition } from "./merge-definition.ts";

/** A periodic task that an app's code defines. */
export interface FoundDefinition {
  readonly app: string;
  readonly definition: DefinedPeriodicTask;
}

/** What the project's code schedules, as it was discovered. */
export interface CodeRequest {
  readonly definitions: readonly FoundDefinition[];
  /** Apps whose code could not be imported: what they define is not known, and so nothing of it is taken away. */
  readonly unread: readonly string[];
}

const CODE: Actor = systemActor("hyoshi (code)");

/** What is decided for one periodic task, and how it is done. */
interface Step {
  readonly item: CodePlanItem;
  readonly apply: () => Promise<void>;
}

const nothing = async () => {};

/** Schedules as code: merges what apps define with what was edited here, three ways, so that a deploy undoes nobody's edit. */
export class CodeSchedules {
  readonly #parts: CatalogParts;
  readonly #editor: PeriodicTaskEditor;

  constructor(parts: CatalogParts, editor: PeriodicTaskEditor) {
    this.#parts = parts;
    this.#editor = editor;
  }

  /** What `apply` would do. */
  async plan(request: CodeRequest): Promise<CodePlan> {
    const steps = await this.#steps(request);
    return { items: steps.map(({ item }) => item), unread: request.unread };
  }

  /** Each in a transaction of its own: what is refused is reported as a conflict, and the others are done. */
  async apply(request: CodeRequest): Promise<CodePlan> {
    const items: CodePlanItem[] = [];
    for (const { item, apply } of await this.#steps(request)) {
      try {
        await apply();
        items.push(item);
      } catch (error) {
        if (!isHyoshiError(error)) throw error;
        items.push({ ...item, action: "conflict", updates: [], reason: reasonOf(error) });
      }
    }
    return { items, unread: request.unread };
  }

  /**
   * Gives a periodic task what code defined when it was last applied, and takes what was added here away. Fails with `not_found`,
   * `not_from_code` and what saving fails with.
   */
  async returnToCode(id: number, by: Actor): Promise<PeriodicTask> {
    const task = await this.#find(id);
    const base = readCodeBase(task);
    if (base === null || task.codeApp === null) {
      throw new HyoshiError("not_from_code", `periodic task '${task.name}' is not defined in code`, {
        fields: {
          text: {
            en: "This periodic task is not defined in code.",
            ja: "この定期タスクはコードで定義されたものではありません。",
          },
        },
      });
    }
    const here = new Map(task.schedules.map((schedule) => [schedule.uid, schedule.id]));
    // One that was removed cannot come back under its uid, which its ledger has.
    const schedules = base.schedules.map((schedule) => {
      const known = here.get(schedule.uid);
      return { ...schedule, id: known, uid: known === undefined ? this.#uid() : schedule.uid };
    });
    const input = { ...inputOfFields(base.fields, schedules), ownerId: task.ownerId };
    const mark = { app: task.codeApp, base: writeCodeBase({ ...base, schedules: schedules.map(withoutId) }) };
    const from = { schedules: schedules.map(({ id: known, uid }) => (known === undefined ? { uid } : {})), code: mark };
    return this.#editor.save(input, { id, version: task.version }, by, from);
  }

  async #steps({ definitions, unread }: CodeRequest): Promise<readonly Step[]> {
    const rows = await this.#rows();
    const calendars = await calendarsByName(this.#parts.calendars);
    const calendarId = (name: string) => calendars.get(name)?.id;
    const steps: Step[] = [];
    const seen = new Set<number>();
    for (const found of definitions) {
      const row = rows.find((task) => task.codeApp === found.app && readCodeBase(task)?.key === found.definition.key);
      if (row !== undefined) seen.add(row.id);
      steps.push(await this.#define(found, row, calendarId));
    }
    for (const task of rows) {
      if (task.codeApp === null || seen.has(task.id) || unread.includes(task.codeApp)) continue;
      steps.push(this.#undefine(task, task.codeApp));
    }
    return steps;
  }

  async #define(
    { app, definition }: FoundDefinition,
    row: PeriodicTask | undefined,
    calendarId: (name: string) => number | undefined,
  ): Promise<Step> {
    const about = {
      ...{ app, name: definition.name, periodicTaskId: row?.id ?? null },
      ...{ updates: [], conflicts: [], drift: [] },
    };
    const refuse = (action: "invalid" | "conflict" | "none", reason: string): Step => ({
      item: { ...about, action, reason },
      apply: nothing,
    });
    if (row !== undefined && row.archivedAt !== null) {
      return refuse("none", "was archived here and stays so: take it out of the code, or give it another key");
    }
    const read = codeInput(definition, calendarId);
    if (typeof read === "string") return refuse("invalid", read);
    const drafted = await this.#draft(read, row);
    if (typeof drafted === "string") return refuse("invalid", drafted);
    const { draft, keys } = drafted;
    const schedules = draft.schedules.map((schedule, index) => ({
      key: keys[index] ?? String(index + 1),
      fields: scheduleFieldsOf(schedule),
    }));
    const code: CodeDefinition = { key: definition.key, fields: codeFieldsOf(draft), schedules };
    if (row === undefined) return this.#create(app, code, about);
    const base = readCodeBase(row) ?? { key: definition.key, fields: {}, schedules: [] };
    const merged = mergeDefinition(base, code, row, () => this.#uid());
    const { updates, conflicts } = merged;
    const mark: CodeMark = { app, base: writeCodeBase(merged.base) };
    // What is in conflict is told as that, and what code has come round to is none any more.
    const edited = new Set(driftFromCode(row).map(({ field }) => field));
    for (const { field } of conflicts) edited.delete(field);
    const drift = driftFromCode({ ...row, codeBase: mark.base }).filter(({ field }) => edited.has(field));
    const item = { ...about, name: row.name, updates, conflicts, drift };
    if (updates.length === 0) {
      const isNoted = differingFields({ base: writeCodeBase(base) }, { base: mark.base }).length === 0;
      return {
        item: { ...item, action: conflicts.length > 0 ? "conflict" : "none" },
        apply: isNoted ? nothing : () => this.#parts.periodicTasks.markCode(row.id, mark),
      };
    }
    const input = { ...inputOfFields(merged.fields, merged.schedules), ownerId: row.ownerId };
    const from = { schedules: merged.schedules.map(({ id, uid }) => (id === undefined ? { uid } : {})), code: mark };
    return {
      item: { ...item, action: "update" },
      apply: async () => {
        await this.#editor.save(input, { id: row.id, version: row.version }, CODE, from);
      },
    };
  }

  /** The definition as it would be stored; a text says what is wrong with it. */
  async #draft(
    { input, keys }: { readonly input: Parameters<PeriodicTaskEditor["check"]>[0]; readonly keys: readonly string[] },
    row: PeriodicTask | undefined,
  ): Promise<{ readonly draft: PeriodicTaskDraft; readonly keys: readonly string[] } | string> {
    const now = this.#parts.clock.now();
    const base = row && readCodeBase(row);
    const ids = new Map(row?.schedules.map(({ uid, id }) => [uid, id]));
    const idOf = (key: string) => ids.get(base?.schedules.find((one) => one.key === key)?.uid ?? "");
    const all = (input.schedules ?? []).map((schedule, index) => {
      const key = keys[index] ?? "";
      return { key, schedule: { ...schedule, id: idOf(key) } };
    });
    // What was to fire once and has is not made again; one that is here is kept as it is.
    const some = all.filter(({ schedule }) => schedule.id !== undefined || !hasPassedSchedule(schedule, now));
    const wanted = { ...input, schedules: some.map(({ schedule }) => schedule) };
    const { draft, errors } = await this.#editor.check(wanted, row?.id, CODE);
    // That the name is taken is told where it is known by whom.
    const faults = errors.filter(({ code }) => code !== "name_taken");
    return faults.length > 0 ? faultsOf(faults) : { draft, keys: some.map(({ key }) => key) };
  }

  async #create(app: string, code: CodeDefinition, about: Omit<CodePlanItem, "action">): Promise<Step> {
    const schedules = code.schedules.map((schedule) => ({ ...schedule, uid: this.#uid(), id: undefined }));
    const base = { key: code.key, fields: code.fields, schedules: schedules.map(withoutId) };
    const id = await this.#parts.readers.periodicTasks.findIdByName(String(code.fields.name));
    if (id !== undefined) return this.#adopt(app, await this.#find(id), code, about);
    const mark = { app, base: writeCodeBase(base) };
    return {
      item: { ...about, action: "create" },
      apply: async () => {
        const from = { schedules: schedules.map(({ uid }) => ({ uid })), code: mark };
        await this.#editor.save(inputOfFields(code.fields, schedules), undefined, CODE, from);
      },
    };
  }

  /** One of that name was made here: if it is just what code says, it is that from now on. */
  #adopt(app: string, task: PeriodicTask, code: CodeDefinition, about: Omit<CodePlanItem, "action">): Step {
    const there = task.schedules.map((schedule) => scheduleFieldsOf(schedule));
    const isSame =
      task.codeApp === null &&
      differingFields(codeFieldsOf(task), code.fields).length === 0 &&
      there.length === code.schedules.length &&
      there.every((fields, index) => differingFields(fields, code.schedules[index]?.fields ?? {}).length === 0);
    const item = { ...about, periodicTaskId: task.id };
    if (!isSame) {
      const owner = task.codeApp === null ? "was made in the admin" : `is defined by app '${task.codeApp}'`;
      const reason = `another one of this name ${owner} and differs: rename one of them`;
      return { item: { ...item, action: "conflict", reason }, apply: nothing };
    }
    const schedules = code.schedules.map(({ key, fields }, index) => ({
      ...{ key, fields, uid: task.schedules[index]?.uid ?? "" },
    }));
    const mark = { app, base: writeCodeBase({ key: code.key, fields: code.fields, schedules }) };
    return {
      item: { ...item, action: "none", reason: "was made in the admin just so: from now on it is the code's" },
      apply: () => this.#parts.periodicTasks.markCode(task.id, mark),
    };
  }

  #undefine(task: PeriodicTask, app: string): Step {
    const drift = driftFromCode(task);
    const item = { app, name: task.name, periodicTaskId: task.id, updates: [], conflicts: [], drift };
    if (task.archivedAt !== null) {
      const release = () => this.#parts.periodicTasks.markCode(task.id, null);
      return { item: { ...item, drift: [], action: "none" }, apply: release };
    }
    if (drift.length === 0) {
      return {
        item: { ...item, action: "archive", reason: "is not in the code any more" },
        apply: () => this.#editor.archive(task.id, CODE, { code: null }),
      };
    }
    return {
      item: { ...item, action: "release", reason: "is not in the code any more and was edited here: it stays" },
      apply: () => this.#parts.periodicTasks.markCode(task.id, null),
    };
  }

  async #rows(): Promise<readonly PeriodicTask[]> {
    const ids = await this.#parts.readers.periodicTasks.idsFromCode();
    const rows: PeriodicTask[] = [];
    for (const id of ids) rows.push(await this.#find(id));
    return rows;
  }

  async #find(id: number): Promise<PeriodicTask> {
    const task = await this.#parts.periodicTasks.find(id, this.#parts.clock.now());
    if (task === undefined) throw new HyoshiError("not_found", `there is no periodic task with the id ${id}`);
    return task;
  }

  #uid(): string {
    return uuidv7(this.#parts.clock.now(), this.#parts.random);
  }
}

function withoutId<T extends CodeBase["schedules"][number]>({ key, uid, fields }: T): CodeBase["schedules"][number] {
  return { key, uid, fields };
}
