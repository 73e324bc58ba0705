import { didYouMean } from "../base/did-you-mean.ts";
import { HyoshiError } from "../base/error.ts";
import { faultWords, numberWithin, ofType } from "../base/fault-words.ts";
import { type FieldError, invalid } from "../base/field-error.ts";
import type { AdminModel } from "./admin-model.ts";
import type { Field } from "./field.ts";

/** A value as it stands in a column. */
export type ColumnValue = string | number | null;

export interface Filter {
  readonly column: string;
  /** `from` and `to` include their end. */
  readonly is: "equal" | "from" | "to";
  readonly value: ColumnValue;
}

export interface Sort {
  readonly column: string;
  readonly descending: boolean;
}

/** What a reader asks of a list, checked against the model. */
export interface RecordQuery {
  /** A text that one of the searched fields contains, whatever the case. */
  readonly search: string | undefined;
  readonly filters: readonly Filter[];
  readonly sort: Sort;
}

/** Parameters of the page itself; a field of such a name is filtered by as `filter.count`. */
const reserved = new Set(["limit", "after", "count", "q", "sort"]);

/**
 * Reads a list's parameters: `q`, `sort`, and filters by field, as `name=value`, `name.from=value` and `name.to=value`, with or without
 * `filter.` before them. An empty value asks for null. Reports every fault at once, as `invalid_query`.
 */
export function readRecordQuery(shown: AdminModel, given: Readonly<Record<string, unknown>>): RecordQuery {
  const faults: FieldError[] = [];
  const filters: Filter[] = [];
  for (const [parameter, value] of Object.entries(given)) {
    if (reserved.has(parameter) || value === undefined) continue;
    const filter = readFilter(shown, parameter, value);
    if ("column" in filter) filters.push(filter);
    else faults.push({ path: `?${parameter}`, ...filter });
  }
  const sort = readSort(shown, typeof given.sort === "string" && given.sort !== "" ? given.sort : shown.list.ordering);
  if (!("column" in sort)) faults.push({ path: "?sort", ...sort });
  if (faults.length > 0 || !("column" in sort)) {
    const { message, fields } = invalid(faults);
    throw new HyoshiError("invalid_query", message, { fields });
  }
  const search = typeof given.q === "string" && given.q.trim() !== "" ? given.q.trim() : undefined;
  return { search, filters, sort };
}

type Fault = Omit<FieldError, "path">;

function readFilter({ model }: AdminModel, parameter: string, value: unknown): Filter | Fault {
  const [, column = "", end] = /^(?:filter\.)?([^.]*)(?:\.(from|to))?$/.exec(parameter) ?? [];
  const field = Object.hasOwn(model.fields, column) ? model.fields[column] : undefined;
  if (field === undefined) {
    const hint = didYouMean(column, Object.keys(model.fields));
    return { code: "unknown_field", detail: `is no field of ${model.name}${hint}`, text: faultWords.unknownField };
  }
  if (field.kind === "json") {
    const text = { en: "No list is filtered by JSON", ja: "JSON の項目では絞り込めません" };
    return { code: "not_accepted", detail: "is JSON, by which no list is filtered", text };
  }
  if (typeof value !== "string") {
    const text = { en: "Given more than once", ja: "2 回以上指定されています" };
    return { code: "not_accepted", detail: "is given more than once", text };
  }
  if (end !== undefined && !["id", "integer", "number", "instant"].includes(field.kind)) {
    const detail = "is no number or time, and so has no '.from' and '.to'";
    const text = { en: "Only numbers and times have a from and a to", ja: "範囲を指定できるのは数値と日時だけです" };
    return { code: "not_accepted", detail, text };
  }
  if (value === "" && end === undefined && field.optional) return { column, is: "equal", value: null };
  const read = columnValue(field, value);
  if (typeof read === "object") return read;
  return { column, is: (end as "from" | "to" | undefined) ?? "equal", value: read };
}

function columnValue({ kind }: Field, value: string): string | number | Fault {
  if (kind === "text" || kind === "longText" || kind === "choice") return value;
  if (kind === "boolean") {
    if (value === "true") return 1;
    if (value === "false") return 0;
    const detail = "is not accepted: expected true or false";
    return { code: "not_accepted", detail, accepted: "true or false", text: ofType(["boolean"]) };
  }
  const pattern = kind === "number" ? /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i : /^-?\d+$/;
  const number = Number(value);
  if (pattern.test(value) && (kind === "number" ? Number.isFinite(number) : Number.isSafeInteger(number)))
    return number;
  const accepted =
    kind === "number" ? "a number" : kind === "instant" ? "milliseconds since the epoch" : "a whole number";
  const text = numberWithin(kind !== "number", undefined, undefined);
  return { code: "wrong_type", detail: `is not accepted: expected ${accepted}`, accepted, text };
}

function readSort({ model }: AdminModel, text: string): Sort | Fault {
  const column = text.replace(/^-/, "");
  const field = Object.hasOwn(model.fields, column) ? model.fields[column] : undefined;
  if (field === undefined) {
    return {
      code: "unknown_field",
      detail: `'${column.slice(0, 60)}' is no field of ${model.name}${didYouMean(column, Object.keys(model.fields))}`,
      text: faultWords.unknownField,
    };
  }
  if (field.kind === "json") {
    return {
      code: "not_accepted",
      detail: "JSON has no order",
      text: { en: "JSON has no order", ja: "JSON の項目では並べ替えられません" },
    };
  }
  return { column, descending: text.startsWith("-") };
}
