import type { Json } from "../../base/json.ts";
import { sameJson } from "../periodic-task-fields.ts";

type Fields = Readonly<Record<string, Json>>;

/** A field that code and the admin have made different things of. */
export interface Conflict {
  readonly field: string;
  /** As code had it when it was last applied. */
  readonly base: Json;
  readonly code: Json;
  readonly now: Json;
}

/** A field that was edited in the admin. */
export interface Drift {
  readonly field: string;
  /** Null: code does not have it. */
  readonly code: Json;
  /** Null: it was taken away. */
  readonly now: Json;
}

export interface Update {
  readonly field: string;
  readonly from: Json;
  readonly to: Json;
}

export interface Merged {
  /** Every field as it is to be. */
  readonly fields: Fields;
  readonly updates: readonly Update[];
  readonly conflicts: readonly Conflict[];
}

/**
 * Field by field: what code has changed since it was last applied is taken where nobody edited it; what was edited is kept; where both did,
 * and differently, the edit is kept and told.
 */
export function mergeFields(base: Fields, code: Fields, now: Fields): Merged {
  const fields: Record<string, Json> = {};
  const updates: Update[] = [];
  const conflicts: Conflict[] = [];
  for (const field of new Set([...Object.keys(base), ...Object.keys(code), ...Object.keys(now)])) {
    const [was, wanted, is] = [base[field] ?? null, code[field] ?? null, now[field] ?? null];
    fields[field] = is;
    if (sameJson(wanted, was) || sameJson(wanted, is)) continue;
    if (!sameJson(is, was)) conflicts.push({ field, base: was, code: wanted, now: is });
    else {
      updates.push({ field, from: is, to: wanted });
      fields[field] = wanted;
    }
  }
  return { fields, updates, conflicts };
}

/** What was edited since code was last applied. */
export function driftOf(base: Fields, now: Fields): readonly Drift[] {
  return [...new Set([...Object.keys(base), ...Object.keys(now)])]
    .map((field) => ({ field, code: base[field] ?? null, now: now[field] ?? null }))
    .filter(({ code, now }) => !sameJson(code, now));
}
