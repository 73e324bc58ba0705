import { didYouMean } from "../base/did-you-mean.ts";
import type { Text } from "./field.ts";
import { type Fields, invalidModel, type Model } from "./model.ts";

type Column<F extends Fields> = keyof F & string;

/** How the admin shows a model. */
export interface AdminModelOptions<F extends Fields> {
  /** What one record is called. Default: made of the model's name. */
  readonly label?: Text;
  /** What several are called. Default: the label, with an s in English. */
  readonly labelPlural?: Text;
  readonly list?: {
    /** Default: every field but long texts and JSON. */
    readonly columns?: readonly Column<F>[];
    /** A column; `-` before it begins with the greatest. Default: the newest first. */
    readonly ordering?: Column<F> | `-${Column<F>}`;
    /** The fields in which the search looks. Default: the texts among the columns. */
    readonly search?: readonly Column<F>[];
    /** Default: the booleans and choices among the columns. */
    readonly filters?: readonly Column<F>[];
  };
  /** Fields that are shown and not edited, beside the id and the times that are set by themselves. */
  readonly readOnly?: readonly Column<F>[];
  /** The field by which change records name a record. Default: the id. */
  readonly title?: Column<F>;
}

/** A model as the admin shows it, with every default in place. */
export interface AdminModel {
  readonly model: Model;
  readonly label: { readonly en: string; readonly ja: string };
  readonly labelPlural: { readonly en: string; readonly ja: string };
  readonly list: {
    readonly columns: readonly string[];
    readonly ordering: string;
    readonly search: readonly string[];
    readonly filters: readonly string[];
  };
  readonly readOnly: ReadonlySet<string>;
  readonly title: string;
}

const brand = Symbol.for("hyoshi.adminModel");

/**
 * Shows a model in the admin, when an app's `admin.ts` exports it: its records can be listed, added, edited and deleted by who holds
 * the model's permissions. Fails at once with `invalid_model` when it names fields that are not there.
 */
export function adminModel<F extends Fields>(model: Model<string, F>, options: AdminModelOptions<F> = {}): AdminModel {
  const { list = {} } = options;
  const fields = Object.entries(model.fields);
  const columns = list.columns ?? fields.flatMap(([name, { kind }]) => (isWide(kind) ? [] : [name]));
  const among = (kinds: readonly string[]) => columns.filter((name) => kinds.includes(model.fields[name]?.kind ?? ""));
  const label = bilingual(options.label ?? humanized(model.name.split(".")[1] ?? model.name));
  const shown: AdminModel = {
    model,
    label,
    labelPlural: bilingual(options.labelPlural ?? { en: `${label.en}s`, ja: label.ja }),
    list: {
      columns,
      ordering: list.ordering ?? `-${model.id}`,
      search: list.search ?? among(["text", "choice"]),
      filters: list.filters ?? among(["boolean", "choice"]),
    },
    readOnly: new Set(options.readOnly ?? []),
    title: options.title ?? model.id,
  };
  checkNames(model, shown);
  Object.defineProperty(shown, brand, { value: 1 });
  return Object.freeze(shown);
}

/** Whether `value` is a model as the admin shows it, whichever copy of the library made it. */
export function isAdminModel(value: unknown): value is AdminModel {
  return typeof value === "object" && value !== null && brand in value;
}

/** The label of a field, made of its name where it has none of its own. */
export function fieldLabel(model: Model, name: string): { en: string; ja: string } {
  return bilingual(model.fields[name]?.label ?? humanized(name));
}

export const bilingual = (text: Text): { en: string; ja: string } =>
  typeof text === "string" ? { en: text, ja: text } : { en: text.en, ja: text.ja };

/** `createdAt` and `created_at` both become `Created at`. */
function humanized(name: string): string {
  const words = name
    .replaceAll("_", " ")
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .trim()
    .toLowerCase();
  return words === "id" ? "ID" : words.charAt(0).toUpperCase() + words.slice(1);
}

const isWide = (kind: string): boolean => kind === "longText" || kind === "json";

function checkNames(model: Model, { list, readOnly, title }: AdminModel): void {
  const known = Object.keys(model.fields);
  const check = (where: string, name: string) => {
    if (known.includes(name)) return;
    const hint = didYouMean(name, known) || `; its fields are ${known.join(", ")}`;
    throw invalidModel(model.name, `${where} of its adminModel names '${name}', which is no field of it${hint}`);
  };
  for (const name of list.columns) check("list.columns", name);
  for (const name of list.search) check("list.search", name);
  for (const name of list.filters) check("list.filters", name);
  for (const name of readOnly) check("readOnly", name);
  check("title", title);
  const ordering = list.ordering.replace(/^-/, "");
  check("list.ordering", ordering);
  if (model.fields[ordering]?.kind === "json") throw invalidModel(model.name, "JSON has no order for list.ordering");
  for (const name of list.search) {
    const kind = model.fields[name]?.kind ?? "";
    if (["text", "longText", "choice", "integer", "id"].includes(kind)) continue;
    throw invalidModel(
      model.name,
      `list.search names '${name}', a ${kind}: the search looks in texts and whole numbers`,
    );
  }
}
