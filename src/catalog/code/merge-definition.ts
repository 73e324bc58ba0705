import type { PeriodicTask } from "../../ledger/periodic-task-store.ts";
import type { PeriodicTaskFields } from "../periodic-task-fields.ts";
import { differingFields, sameJson } from "../periodic-task-fields.ts";
import { type CodeBase, codeFieldsOf, schedulesNow } from "./code-base.ts";
import { type Conflict, mergeFields, type Update } from "./three-way.ts";

/** A definition as code has it now. */
export interface CodeDefinition {
  readonly key: string;
  readonly fields: PeriodicTaskFields;
  readonly schedules: readonly { readonly key: string; readonly fields: PeriodicTaskFields }[];
}

/** A schedule as it is to be. */
export interface MergedSchedule {
  /** Of the one that it is now; undefined for a new one. */
  readonly id: number | undefined;
  readonly uid: string;
  readonly fields: PeriodicTaskFields;
}

export interface MergedDefinition {
  readonly fields: PeriodicTaskFields;
  readonly schedules: readonly MergedSchedule[];
  /** What is applied of it. */
  readonly base: CodeBase;
  readonly updates: readonly Update[];
  readonly conflicts: readonly Conflict[];
}

/** Code's definition merged with what is there; schedules by their keys, in the order that they have there. */
export function mergeDefinition(
  base: CodeBase,
  code: CodeDefinition,
  task: PeriodicTask,
  newUid: () => string,
): MergedDefinition {
  const whole = mergeFields(base.fields, code.fields, codeFieldsOf(task));
  const updates = [...whole.updates];
  const conflicts = [...whole.conflicts];
  const now = schedulesNow(task);
  const uids = new Map(base.schedules.map(({ key, uid }) => [key, uid]));
  const wanted = new Map(code.schedules.map(({ key, fields }) => [key, fields]));
  const changed = new Map<string, PeriodicTaskFields | null>();
  for (const { key, uid, fields } of base.schedules) {
    const field = `schedules.${key}`;
    const there = now.get(uid);
    const inCode = wanted.get(key);
    if (there === undefined) {
      // It was taken away in the admin: it stays away, which is worth telling only where code wants another one now.
      if (inCode !== undefined && !sameJson(inCode, fields)) {
        conflicts.push({ field, base: { ...fields }, code: { ...inCode }, now: null });
      }
    } else if (inCode === undefined) {
      if (differingFields(fields, there).length > 0) {
        conflicts.push({ field, base: { ...fields }, code: null, now: { ...there } });
      } else {
        updates.push({ field, from: { ...there }, to: null });
        changed.set(uid, null);
      }
    } else {
      const merged = mergeFields(fields, inCode, there);
      updates.push(...merged.updates.map((one) => ({ ...one, field: `${field}.${one.field}` })));
      conflicts.push(...merged.conflicts.map((one) => ({ ...one, field: `${field}.${one.field}` })));
      changed.set(uid, merged.fields);
    }
  }
  const added = code.schedules.filter(({ key }) => !uids.has(key)).map((schedule) => ({ ...schedule, uid: newUid() }));
  for (const { key, fields } of added) updates.push({ field: `schedules.${key}`, from: null, to: { ...fields } });
  const kept = task.schedules.flatMap(({ id, uid }): MergedSchedule[] => {
    const fields = changed.get(uid);
    return fields === null ? [] : [{ id, uid, fields: fields ?? now.get(uid) ?? {} }];
  });
  const applied = code.schedules.map(({ key, fields }) => {
    const uid = uids.get(key) ?? added.find((one) => one.key === key)?.uid ?? "";
    return { key, uid, fields };
  });
  return {
    fields: whole.fields,
    schedules: [...kept, ...added.map(({ uid, fields }) => ({ id: undefined, uid, fields }))],
    base: { key: code.key, fields: code.fields, schedules: applied },
    updates,
    conflicts,
  };
}
