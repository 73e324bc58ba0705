import { HyoshiError } from "../base/error.ts";
import type { Field } from "./field.ts";

export type Fields = Readonly<Record<string, Field>>;

type Underscored<Name extends string> = Name extends `${infer App}.${infer Rest}` ? `${App}_${Rest}` : Name;
type RowOf<F extends Fields> = { [Key in keyof F]: F[Key] extends Field<infer Column> ? Column : never };

const brand = Symbol.for("hyoshi.model");

/** A table of an app: its name and its columns. A value without effects; tasks and the admin read it. */
export interface Model<Name extends string = string, F extends Fields = Fields> {
  /** `tapp_a.counter` */
  readonly name: Name;
  readonly app: string;
  /** `tapp_a_counter` */
  readonly table: Underscored<Name>;
  readonly fields: F;
  /** The name of the field that is the primary key. */
  readonly id: string;
  /** The row as Kysely knows it. Never there: a note for the compiler. */
  readonly "~row"?: RowOf<F>;
}

/**
 * Describes a table of an app, for `db(models)` in tasks and for the admin. The app's migrations make it. Fails at once with
 * `invalid_model` when the description makes no sense.
 *
 * ```ts
 * export const Counter = model("tapp_a.counter", {
 *   id: field.id(),
 *   count: field.integer({ default: 0 }),
 *   message: field.text(),
 *   created: field.createdAt(),
 *   updated: field.updatedAt(),
 * });
 * ```
 */
export function model<const Name extends string, const F extends Fields>(name: Name, fields: F): Model<Name, F> {
  const [, app] = namePattern.exec(name) ?? [];
  if (app === undefined) {
    throw invalidModel(name, `its name must be of the form 'app.thing': small letters, digits and '_'`);
  }
  const ids = Object.entries(fields).filter(([, { kind }]) => kind === "id");
  if (ids.length !== 1) throw invalidModel(name, `it must have one field.id(), and has ${ids.length}`);
  for (const [key, one] of Object.entries(fields)) checkField(name, key, one);
  const described: Model<Name, F> = {
    name,
    app,
    // The type says the same of the same name.
    table: name.replace(".", "_") as Underscored<Name>,
    fields: Object.freeze({ ...fields }),
    id: ids[0]?.[0] ?? "",
  };
  Object.defineProperty(described, brand, { value: 1 });
  return Object.freeze(described);
}

/** Whether `value` is a model, whichever copy of the library made it. */
export function isModel(value: unknown): value is Model {
  return typeof value === "object" && value !== null && brand in value;
}

const namePattern = /^([a-z][a-z0-9_]{0,59})\.[a-z][a-z0-9_]{0,59}$/;
const fieldPattern = /^[A-Za-z_][A-Za-z0-9_]{0,59}$/;

function checkField(model: string, name: string, one: Field): void {
  if (!fieldPattern.test(name)) {
    throw invalidModel(model, `'${name}' cannot be a field's name: letters, digits and '_', beginning with no digit`);
  }
  if (one.kind === "choice" && (one.choices === undefined || one.choices.length === 0)) {
    throw invalidModel(model, `field '${name}' must have at least one choice`);
  }
  if (one.min !== undefined && one.max !== undefined && one.min > one.max) {
    throw invalidModel(model, `field '${name}' has a least value of ${one.min} above its greatest of ${one.max}`);
  }
}

export function invalidModel(name: string, why: string): HyoshiError {
  return new HyoshiError("invalid_model", `model '${name}' makes no sense: ${why}`, { fields: { model: name } });
}
