import type { PeriodicTask } from "../../ledger/periodic-task-store.ts";
import { codeFieldsOf, readCodeBase, schedulesNow } from "./code-base.ts";
import { type Drift, driftOf } from "./three-way.ts";

/**
 * How a periodic task differs from the definition in code that was last applied; empty where it does not, or where code does not define it. A
 * schedule's field is called `schedules.<key>.<field>`, a whole schedule `schedules.<key>`.
 */
export function driftFromCode(task: PeriodicTask): readonly Drift[] {
  const base = readCodeBase(task);
  if (base === null) return [];
  const now = schedulesNow(task);
  const drift = [...driftOf(base.fields, codeFieldsOf(task))];
  for (const { key, uid, fields } of base.schedules) {
    const there = now.get(uid);
    const field = `schedules.${key}`;
    if (there === undefined) drift.push({ field, code: { ...fields }, now: null });
    else drift.push(...driftOf(fields, there).map((one) => ({ ...one, field: `${field}.${one.field}` })));
  }
  const known = new Set(base.schedules.map(({ uid }) => uid));
  const added = task.schedules.filter(({ uid }) => !known.has(uid));
  for (const { uid, name } of added) {
    const fields = now.get(uid);
    if (fields !== undefined) drift.push({ field: `schedules.${name || uid}`, code: null, now: { ...fields } });
  }
  return drift;
}
