import type { JsonValue } from "../../../components/json/json-field.tsx";
import { instantOf, wallClock } from "../../../i18n/wall-clock.ts";
import type { ModelField, ModelRecord } from "../../../services/wire.ts";

/** A field as it is typed: a text, a switch, or JSON. */
export type FieldDraft = string | boolean | null | JsonValue;
export type RecordDraft = Readonly<Record<string, FieldDraft>>;

export const isJson = (draft: FieldDraft | undefined): draft is JsonValue =>
  typeof draft === "object" && draft !== null;

function fieldDraft(field: ModelField, value: unknown, zone: string): FieldDraft {
  switch (field.kind) {
    case "boolean":
      return value === null || value === undefined ? (field.nullable ? null : false) : Boolean(value);
    case "json":
      return { value: value ?? null };
    case "instant":
      return value === null || value === undefined ? "" : wallClock(value as number | string, zone);
    default:
      return value === null || value === undefined ? "" : String(value);
  }
}

/** What the form begins with: the record, or the defaults of a new one. Fields that are only shown are left out. */
export function recordDraft(fields: readonly ModelField[], record: ModelRecord | undefined, zone: string): RecordDraft {
  return Object.fromEntries(
    fields
      .filter((field) => !field.readOnly)
      .map((field) => [field.name, fieldDraft(field, record ? record[field.name] : field.default, zone)]),
  );
}

/** What a typed field means. A text that is no number is sent as it is, for the server says what is accepted. */
export function fieldValue(field: ModelField, draft: FieldDraft | undefined, zone: string): unknown {
  if (draft === undefined || draft === null) return null;
  if (isJson(draft)) return draft.value;
  if (typeof draft === "boolean") return draft;
  if (draft === "" && (field.nullable || field.kind !== "text"))
    return field.kind === "longText" && !field.nullable ? "" : null;
  if (field.kind === "integer" || field.kind === "number") {
    const number = Number(draft);
    return Number.isFinite(number) ? number : draft;
  }
  return field.kind === "instant" ? instantOf(draft, zone) : draft;
}

/** The fields whose meaning differs from the record's; all of them for a new one, but for what is left to its default. */
export function changedFields(
  fields: readonly ModelField[],
  draft: RecordDraft,
  record: ModelRecord | undefined,
  zone: string,
): ModelRecord {
  const first = recordDraft(fields, record, zone);
  const isSame = (name: string) => JSON.stringify(draft[name]) === JSON.stringify(first[name]);
  return Object.fromEntries(
    fields
      .filter((field) => !field.readOnly)
      // An untouched field of a new record gets its default on the server.
      .filter(
        (field) => !isSame(field.name) || (record === undefined && field.default === undefined && !field.nullable),
      )
      .map((field) => [field.name, fieldValue(field, draft[field.name], zone)]),
  );
}
