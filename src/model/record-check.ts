import type { Bilingual } from "../base/bilingual.ts";
import { didYouMean } from "../base/did-you-mean.ts";
import { atMostCharacters, faultWords, numberWithin, ofType, oneOf } from "../base/fault-words.ts";
import { type FieldError, pointer } from "../base/field-error.ts";
import type { Json } from "../base/json.ts";
import type { AdminModel } from "./admin-model.ts";
import type { Field } from "./field.ts";

/** A record as the admin reads and writes it: booleans true and false, instants milliseconds, JSON parsed. */
export type ModelRecord = { readonly [field: string]: Json };

export interface CheckedRecord {
  /** What is to be written, without what may not be and what is as it was. */
  readonly values: ModelRecord;
  readonly faults: readonly FieldError[];
}

/**
 * Looks at what somebody gives for a record. `before` is the record as it is, or undefined for a new one; fields that are not given keep
 * their value, or get their default. A field that is only shown may be given as it is, so that a form can send the whole record back.
 */
export function checkRecord(shown: AdminModel, given: ModelRecord, before: ModelRecord | undefined): CheckedRecord {
  const { fields } = shown.model;
  const values: Record<string, Json> = {};
  const faults: FieldError[] = [];
  for (const name of Object.keys(given)) {
    if (Object.hasOwn(fields, name)) continue;
    const hint = didYouMean(name, Object.keys(fields));
    faults.push({
      path: pointer("", name),
      code: "unknown_field",
      detail: `is no field of ${shown.model.name}${hint}`,
      text: faultWords.unknownField,
    });
  }
  for (const [name, field] of Object.entries(fields)) {
    const path = pointer("", name);
    const isGiven = Object.hasOwn(given, name);
    const value = given[name] ?? null;
    if (isReadOnly(shown, name)) {
      const asItIs = before === undefined ? value === null : sameJson(value, before[name] ?? null);
      if (isGiven && !asItIs) {
        const text = { en: "Only shown: it cannot be set", ja: "表示専用のため、変更できません" };
        faults.push({ path, code: "read_only", detail: "is only shown and cannot be set", text });
      }
      continue;
    }
    if (!isGiven) {
      if (before !== undefined) continue;
      if (field.default !== undefined) values[name] = field.default;
      else if (field.optional) values[name] = null;
      else faults.push({ path, code: "required", detail: "is required", text: faultWords.required });
      continue;
    }
    const fault = faultOf(field, value);
    if (fault !== undefined) faults.push({ path, ...fault });
    else if (before === undefined || !sameJson(value, before[name] ?? null)) values[name] = kept(field, value);
  }
  return { values, faults };
}

/** Whether the admin shows the field and does not let anybody set it. */
export function isReadOnly({ model, readOnly }: AdminModel, name: string): boolean {
  const field = model.fields[name];
  return field === undefined || field.kind === "id" || field.automatic !== undefined || readOnly.has(name);
}

function faultOf(field: Field, value: Json): Omit<FieldError, "path"> | undefined {
  if (value === null) return field.optional || field.kind === "json" ? undefined : required;
  switch (field.kind) {
    case "integer":
    case "number":
      return numberFault(field, value);
    case "text":
    case "longText":
      return textFault(field, value);
    case "boolean":
      return typeof value === "boolean" ? undefined : wrong("true or false", ofType(["boolean"]));
    case "instant":
      return instantOf(value) === undefined
        ? wrong("a time: milliseconds since the epoch, or ISO 8601 with its offset", {
            en: "Must be a date and time",
            ja: "日時にしてください",
          })
        : undefined;
    case "choice": {
      const choices = field.choices ?? [];
      if (typeof value === "string" && choices.includes(value)) return undefined;
      const accepted = `one of ${choices.map((choice) => `'${choice}'`).join(", ")}`;
      return wrong(accepted, oneOf(choices), "not_accepted");
    }
    default:
      return undefined;
  }
}

function numberFault({ kind, min, max }: Field, value: Json): Omit<FieldError, "path"> | undefined {
  const what = kind === "integer" ? "a whole number" : "a number";
  const range =
    min === undefined
      ? max === undefined
        ? ""
        : ` up to ${max}`
      : max === undefined
        ? ` from ${min}`
        : ` from ${min} to ${max}`;
  const fits = kind === "integer" ? Number.isSafeInteger(value) : typeof value === "number";
  const text = numberWithin(kind === "integer", min, max);
  if (!fits) return wrong(what + range, text);
  const inRange = (value as number) >= (min ?? -Infinity) && (value as number) <= (max ?? Infinity);
  return inRange ? undefined : wrong(what + range, text, "out_of_range");
}

function textFault({ maxLength, default: byDefault }: Field, value: Json): Omit<FieldError, "path"> | undefined {
  if (typeof value !== "string") return wrong("a text", ofType(["string"]));
  // Whoever gives an empty default says that empty is fine.
  if (value === "" && byDefault !== "") return required;
  const length = [...value].length;
  if (maxLength === undefined || length <= maxLength) return undefined;
  const accepted = `at most ${maxLength} characters`;
  return {
    code: "too_long",
    detail: `has ${length} characters: expected ${accepted}`,
    accepted,
    text: atMostCharacters(maxLength),
  };
}

const required = { code: "required", detail: "is required", text: faultWords.required };

const wrong = (accepted: string, text: Bilingual, code = "wrong_type"): Omit<FieldError, "path"> => ({
  code,
  detail: `is not accepted: expected ${accepted}`,
  accepted,
  text,
});

function instantOf(value: Json): number | undefined {
  if (typeof value === "number") return Number.isSafeInteger(value) && Math.abs(value) <= 8.64e15 ? value : undefined;
  if (typeof value !== "string" || !/^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:?\d\d)$/.test(value)) return undefined;
  const parsed = Date.parse(value);
  return Number.isNaN(parsed) ? undefined : parsed;
}

const kept = (field: Field, value: Json): Json => (field.kind === "instant" ? (instantOf(value) ?? null) : value);

/** Equal for values that JSON shows alike, whatever the order of their keys. */
export function sameJson(a: Json, b: Json): boolean {
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return a === b;
  const [left, right] = [Object.entries(a), Object.entries(b)];
  if (Array.isArray(a) !== Array.isArray(b) || left.length !== right.length) return false;
  return left.every(([key, value]) => Object.hasOwn(b, key) && sameJson(value, (b as ModelRecord)[key] ?? null));
}
