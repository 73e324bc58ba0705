import { type Expression, type Kysely, type RawBuilder, type SqlBool, sql } from "kysely";
import type { Bilingual } from "../../base/bilingual.ts";
import { HyoshiError } from "../../base/error.ts";
import { pointer } from "../../base/field-error.ts";
import type { Json } from "../../base/json.ts";
import { type Refusal, refusalOf } from "../../database/constraint.ts";
import { recordChange } from "../../database/queries/change.ts";
import { contains } from "../../database/queries/conditions.ts";
import type { Tables } from "../../database/rows.ts";
import type { Field } from "../../model/field.ts";
import type { Model } from "../../model/model.ts";
import type { ModelRecord } from "../../model/record-check.ts";
import type { Filter, RecordQuery } from "../../model/record-query.ts";
import type { RecordChange, RecordKey, RecordPageRequest, RecordStore } from "../record-store.ts";

type Row = Readonly<Record<string, unknown>>;
type AnyTables = Record<string, Record<string, unknown>>;

/** Names of tables and columns come from models alone, whose names are checked; values are always parameters. */
export class SqlRecordStore implements RecordStore {
  readonly #db: Kysely<Tables>;
  readonly #reader: Kysely<AnyTables>;
  readonly #writer: Kysely<AnyTables>;

  constructor(db: Kysely<Tables>, reader: Kysely<Tables> = db) {
    this.#db = db;
    // The apps' tables stand beside ours and are known when the apps are.
    this.#reader = reader as unknown as Kysely<AnyTables>;
    this.#writer = db as unknown as Kysely<AnyTables>;
  }

  async list(model: Model, { query, searched, after, limit }: RecordPageRequest): Promise<readonly ModelRecord[]> {
    const { column, descending } = query.sort;
    const direction = descending ? "desc" : "asc";
    let statement = this.#reader.selectFrom(model.table).select(Object.keys(model.fields)).limit(limit);
    for (const condition of conditions(model, query, searched)) statement = statement.where(condition);
    if (after !== undefined) statement = statement.where(beyond(model, query, after));
    // Where null stands differs between databases, so it is said.
    if (model.fields[column]?.optional) statement = statement.orderBy(isNull(column), direction);
    statement = statement.orderBy(column, direction);
    if (column !== model.id) statement = statement.orderBy(model.id, direction);
    const rows = await translated(model, () => statement.execute());
    return rows.map((row) => recordOf(model, row));
  }

  async count(model: Model, request: Omit<RecordPageRequest, "after" | "limit">, cap: number): Promise<number> {
    let some = this.#reader.selectFrom(model.table).select(model.id).limit(cap);
    for (const condition of conditions(model, request.query, request.searched)) some = some.where(condition);
    const counted = this.#reader.selectFrom(some.as("some")).select(({ fn }) => fn.countAll<number>().as("n"));
    const { n } = await translated(model, () => counted.executeTakeFirstOrThrow());
    return Number(n);
  }

  async find(model: Model, id: number): Promise<ModelRecord | undefined> {
    const statement = this.#reader.selectFrom(model.table).select(Object.keys(model.fields)).where(model.id, "=", id);
    const row = await translated(model, () => statement.executeTakeFirst());
    return row && recordOf(model, row);
  }

  async add(model: Model, values: ModelRecord): Promise<number> {
    const statement = this.#writer.insertInto(model.table).values(rowOf(model, values)).returning(model.id);
    const row = await translated(model, () => statement.executeTakeFirstOrThrow());
    return Number(row[model.id]);
  }

  async update(model: Model, id: number, values: ModelRecord): Promise<void> {
    const statement = this.#writer.updateTable(model.table).set(rowOf(model, values)).where(model.id, "=", id);
    await translated(model, () => statement.execute());
  }

  async remove(model: Model, id: number): Promise<void> {
    await translated(model, () => this.#writer.deleteFrom(model.table).where(model.id, "=", id).execute());
  }

  recordChange(change: RecordChange): Promise<void> {
    return recordChange(this.#db, change);
  }

  transaction<T>(work: (store: RecordStore) => Promise<T>): Promise<T> {
    return this.#db.transaction().execute((trx) => work(new SqlRecordStore(trx)));
  }
}

const isNull = (column: string): RawBuilder<number> =>
  sql<number>`case when ${sql.ref(column)} is null then 1 else 0 end`;

function conditions(model: Model, query: RecordQuery, searched: readonly string[]): Expression<SqlBool>[] {
  const all = query.filters.map(filterCondition);
  if (query.search !== undefined) all.push(searchCondition(model, query.search, searched));
  return all;
}

function filterCondition({ column, is, value }: Filter): Expression<SqlBool> {
  if (value === null) return sql<SqlBool>`${sql.ref(column)} is null`;
  const operator = sql.raw({ equal: "=", from: ">=", to: "<=" }[is]);
  return sql<SqlBool>`${sql.ref(column)} ${operator} ${value}`;
}

function searchCondition(model: Model, text: string, searched: readonly string[]): Expression<SqlBool> {
  const number = /^-?\d{1,15}$/.test(text) ? Number(text) : undefined;
  const parts = searched.flatMap((column): RawBuilder<SqlBool>[] => {
    const { kind = "text" } = model.fields[column] ?? {};
    if (kind !== "id" && kind !== "integer") return [contains(sql.ref(column), text)];
    return number === undefined ? [] : [sql`${sql.ref(column)} = ${number}`];
  });
  // Nothing to look in, or a word to look for in numbers alone: nothing is found.
  return parts.length === 0 ? sql<SqlBool>`1 = 0` : sql<SqlBool>`(${sql.join(parts, sql` or `)})`;
}

/** What comes after the key in the query's order. */
function beyond(model: Model, { sort }: RecordQuery, { value, id }: RecordKey): Expression<SqlBool> {
  const column = sql.ref(sort.column);
  const idColumn = sql.ref(model.id);
  const further = sql.raw(sort.descending ? "<" : ">");
  if (sort.column === model.id) return sql<SqlBool>`${idColumn} ${further} ${id}`;
  if (value === null) {
    const sameAndFurther = sql<SqlBool>`(${column} is null and ${idColumn} ${further} ${id})`;
    return sort.descending ? sql<SqlBool>`(${sameAndFurther} or ${column} is not null)` : sameAndFurther;
  }
  const valued = sql<SqlBool>`${column} ${further} ${value} or (${column} = ${value} and ${idColumn} ${further} ${id})`;
  const nullsFollow = model.fields[sort.column]?.optional && !sort.descending;
  return nullsFollow ? sql<SqlBool>`(${valued} or ${column} is null)` : sql<SqlBool>`(${valued})`;
}

function recordOf(model: Model, row: Row): ModelRecord {
  const entries = Object.entries(model.fields).map(([name, field]) => [name, fromColumn(field, row[name])]);
  return Object.fromEntries(entries) as ModelRecord;
}

function fromColumn({ kind }: Field, value: unknown): Json {
  if (value === null || value === undefined) return null;
  if (kind === "boolean") return value !== 0 && value !== false;
  if (kind === "json") return parsed(value);
  if (typeof value === "string" || typeof value === "boolean") return value;
  // A number that JSON does not know, or bytes in a column that was described as something else.
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  return String(value);
}

/** A task may have written anything; what is no JSON is shown as it is. */
function parsed(value: unknown): Json {
  if (typeof value !== "string") return value as Json;
  try {
    return JSON.parse(value) as Json;
  } catch {
    return value;
  }
}

function rowOf(model: Model, values: ModelRecord): Record<string, unknown> {
  const entries = Object.entries(values).map(([name, value]) => [name, toColumn(model.fields[name], value)]);
  return Object.fromEntries(entries);
}

function toColumn(field: Field | undefined, value: Json): unknown {
  if (field?.kind === "json") return value === null && field.optional ? null : JSON.stringify(value);
  if (typeof value === "boolean") return Number(value);
  return value;
}

async function translated<T>(model: Model, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal === undefined) throw error;
    if (refusal.kind === "table_missing") {
      throw new HyoshiError(
        "model_table_missing",
        `table '${model.table}' is not as model '${model.name}' says: run 'hyoshi migrate', or bring the model and its migrations in line`,
        { cause: error, fields: { model: model.name, table: model.table } },
      );
    }
    throw conflict(model, refusal, error);
  }
}

type Words = { readonly detail: string; readonly text: Bilingual };

const words: Readonly<Record<Exclude<Refusal["kind"], "table_missing">, Words>> = {
  unique: {
    detail: "another record has this value already",
    text: { en: "Another record has this value already", ja: "同じ値のレコードがすでにあります" },
  },
  required: {
    detail: "the table does not take it empty",
    text: { en: "The table does not take it empty", ja: "テーブルの制約により、空にはできません" },
  },
  reference: {
    detail: "another table's row is named that is not there, or names this one",
    text: {
      en: "Another table's row is named that is not there, or names this one",
      ja: "参照先のレコードがないか、ほかのレコードから参照されています",
    },
  },
  check: {
    detail: "the table does not take this value",
    text: { en: "The table does not take this value", ja: "テーブルの制約により、この値は保存できません" },
  },
};

function conflict(model: Model, { kind, columns }: Refusal, cause: unknown): HyoshiError {
  const { detail, text } = words[kind as keyof typeof words];
  const known = columns.filter((column) => column in model.fields);
  const errors = known.map((column) => ({ path: pointer("", column), code: `record_${kind}`, detail, text }));
  const fields = { text, ...(errors.length > 0 && { errors }) };
  return new HyoshiError("record_conflict", `table '${model.table}' refused the change: ${detail}`, { cause, fields });
}
