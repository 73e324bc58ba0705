import type { ColumnType, Generated } from "kysely";
import type { Instant } from "../base/clock.ts";
import type { Json } from "../base/json.ts";

/** A text in the admin's languages; a plain one serves both. */
export type Text = string | { readonly en: string; readonly ja: string };

export type FieldKind = "id" | "integer" | "number" | "text" | "longText" | "boolean" | "instant" | "json" | "choice";

/** What the admin sets by itself: `created` when a record is added, `updated` at each change as well. */
export type Automatic = "created" | "updated";

/** One column of a model's table, under the column's own name. Made by {@link field}. */
export interface Field<Column = unknown> {
  readonly kind: FieldKind;
  /** Default: made of the name. */
  readonly label: Text | undefined;
  readonly help: Text | undefined;
  /** The column may hold null. */
  readonly optional: boolean;
  /** What a new record gets that does not say; the migration gives the column the same default. */
  readonly default: Json | undefined;
  readonly automatic: Automatic | undefined;
  readonly maxLength: number | undefined;
  readonly min: number | undefined;
  readonly max: number | undefined;
  readonly choices: readonly string[] | undefined;
  /** The column as Kysely knows it. Never there: a note for the compiler. */
  readonly "~column"?: Column;
}

export interface Options<Value> {
  readonly label?: Text;
  readonly help?: Text;
  /** The column may hold null. Default: false. */
  readonly optional?: boolean;
  /** What a new record gets that does not say. Give the column the same default in its migration. */
  readonly default?: Value;
}

export interface NumberOptions extends Options<number> {
  readonly min?: number;
  readonly max?: number;
}

export interface TextOptions extends Options<string> {
  /** In characters. Default: 255 for `text`, none for `longText`. */
  readonly maxLength?: number;
}

type Read<Value, O> = O extends { readonly optional: true } ? Value | null : Value;
/** What may be left out of an insert: what can be null, and what has a default. */
type Written<Value, O> = O extends { readonly optional: true } | { readonly default: unknown }
  ? ColumnType<Read<Value, O>, Read<Value, O> | undefined, Read<Value, O>>
  : Read<Value, O>;

const made = (
  kind: FieldKind,
  options: TextOptions | NumberOptions | Options<unknown>,
  more: Partial<Omit<Field, "~column">> = {},
): Omit<Field, "~column"> => ({
  kind,
  label: options.label,
  help: options.help,
  optional: options.optional ?? false,
  default: options.default as Json | undefined,
  automatic: undefined,
  maxLength: "maxLength" in options ? options.maxLength : undefined,
  min: "min" in options ? options.min : undefined,
  max: "max" in options ? options.max : undefined,
  choices: undefined,
  ...more,
});

/**
 * The kinds of columns that the admin can show and edit. Texts, whole numbers and numbers are columns of these kinds; a boolean is an
 * integer column that holds 0 or 1; an instant an integer column of milliseconds since the epoch; JSON a text column.
 */
export const field = {
  /** The primary key, counted up by the database. */
  id: (options: Pick<Options<never>, "label" | "help"> = {}): Field<Generated<number>> => made("id", options),
  /** Whole numbers, exact up to 2^53 - 1. */
  integer: <const O extends NumberOptions>(options?: O): Field<Written<number, O>> => made("integer", options ?? {}),
  number: <const O extends NumberOptions>(options?: O): Field<Written<number, O>> => made("number", options ?? {}),
  /** One line. Without a default it must not be empty. */
  text: <const O extends TextOptions>(options?: O): Field<Written<string, O>> =>
    made("text", options ?? {}, { maxLength: options?.maxLength ?? 255 }),
  /** Several lines. Without a default it must not be empty. */
  longText: <const O extends TextOptions>(options?: O): Field<Written<string, O>> => made("longText", options ?? {}),
  boolean: <const O extends Options<boolean>>(options?: O): Field<Written<0 | 1, O>> => made("boolean", options ?? {}),
  /** A point in time. */
  instant: <const O extends Options<Instant>>(options?: O): Field<Written<Instant, O>> =>
    made("instant", options ?? {}),
  /** Any JSON. Tasks read and write it as its text. */
  json: <const O extends Options<Json>>(options?: O): Field<Written<string, O>> => made("json", options ?? {}),
  /** One of some texts. */
  choice: <const C extends string, const O extends Options<C>>(
    choices: readonly C[],
    options?: O,
  ): Field<Written<C, O>> => made("choice", options ?? {}, { choices }),
  /** When the record was added. The admin sets it; tasks set it when they insert. */
  createdAt: (options: Pick<Options<never>, "label" | "help"> = {}): Field<Instant> =>
    made("instant", options, { automatic: "created" }),
  /** When the record was last changed. The admin sets it; tasks set it when they write. */
  updatedAt: (options: Pick<Options<never>, "label" | "help"> = {}): Field<Instant> =>
    made("instant", options, { automatic: "updated" }),
} as const;
