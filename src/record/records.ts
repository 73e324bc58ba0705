import type { Clock } from "../base/clock.ts";
import { didYouMean } from "../base/did-you-mean.ts";
import { HyoshiError } from "../base/error.ts";
import { invalid } from "../base/field-error.ts";
import type { Json } from "../base/json.ts";
import { decodeCursor, encodeCursor, type Page } from "../base/page.ts";
import type { AdminModel } from "../model/admin-model.ts";
import { checkRecord, type ModelRecord } from "../model/record-check.ts";
import { readRecordQuery } from "../model/record-query.ts";
import type { RecordKey, RecordStore } from "./record-store.ts";

export interface RecordPageOptions {
  /** The list's parameters as `readRecordQuery` takes them. */
  readonly parameters: Readonly<Record<string, unknown>>;
  /** The cursor of the page before. */
  readonly after?: string | undefined;
  readonly limit: number;
}

/** The records of the apps' models, as the admin lists and edits them. Who may do it is asked before. */
export class Records {
  readonly models: readonly AdminModel[];
  readonly #store: RecordStore;
  readonly #clock: Clock;

  constructor(models: readonly AdminModel[], store: RecordStore, clock: Clock) {
    this.models = models;
    this.#store = store;
    this.#clock = clock;
  }

  /** Throws `not_found` for a model that no app shows. */
  model(name: string): AdminModel {
    const found = this.models.find(({ model }) => model.name === name);
    if (found !== undefined) return found;
    const hint = didYouMean(
      name,
      this.models.map(({ model }) => model.name),
    );
    throw new HyoshiError("not_found", `no app shows a model '${name}'${hint}`);
  }

  async list(name: string, { parameters, after, limit }: RecordPageOptions): Promise<Page<ModelRecord>> {
    const shown = this.model(name);
    const query = readRecordQuery(shown, parameters);
    const { column, descending } = query.sort;
    const list = `records ${name} ${descending ? "-" : ""}${column}`;
    const request = { query, searched: shown.list.search, after: keyIn(after, list), limit: limit + 1 };
    const found = await this.#store.list(shown.model, request);
    const items = found.slice(0, limit);
    const last = items.at(-1);
    if (found.length <= limit || last === undefined) return { items };
    // Texts, numbers and null are told apart by their JSON.
    return { items, next: encodeCursor(list, [JSON.stringify(sortValue(last, column)), Number(last[shown.model.id])]) };
  }

  /** Counts no further than `cap`. */
  async count(name: string, parameters: RecordPageOptions["parameters"], cap: number): Promise<number> {
    const shown = this.model(name);
    const query = readRecordQuery(shown, parameters);
    return this.#store.count(shown.model, { query, searched: shown.list.search }, cap);
  }

  async get(name: string, id: number): Promise<ModelRecord> {
    const { model } = this.model(name);
    return present(await this.#store.find(model, id), name, id);
  }

  /** Adds a record; fields that are not given get their defaults. Throws `invalid` with every fault. */
  async add(name: string, given: ModelRecord, by: string): Promise<ModelRecord> {
    const shown = this.model(name);
    const { values, faults } = checkRecord(shown, given, undefined);
    if (faults.length > 0) throw invalid(faults);
    const now = this.#clock.now();
    const complete = { ...readOnlyDefaults(shown), ...values, ...automatic(shown, ["created", "updated"], now) };
    return this.#store.transaction(async (store) => {
      const id = await store.add(shown.model, complete);
      const after = present(await store.find(shown.model, id), name, id);
      await store.recordChange(changeOf(shown, id, now, by, "created", null, after));
      return after;
    });
  }

  /**
   * Changes the fields that are given and leaves the others alone: a task may write them in the meantime. With `expected`, throws
   * `stale_version` unless the record is still that one.
   */
  async edit(
    name: string,
    id: number,
    given: ModelRecord,
    by: string,
    isExpected: (before: ModelRecord) => boolean = () => true,
  ): Promise<ModelRecord> {
    const shown = this.model(name);
    const now = this.#clock.now();
    return this.#store.transaction(async (store) => {
      const before = present(await store.find(shown.model, id), name, id);
      if (!isExpected(before)) {
        throw new HyoshiError(
          "stale_version",
          `record ${id} of ${name} was changed in the meantime: look at it as it is now, then save again`,
          { fields: { current: before } },
        );
      }
      const { values, faults } = checkRecord(shown, given, before);
      if (faults.length > 0) throw invalid(faults);
      if (Object.keys(values).length === 0) return before;
      await store.update(shown.model, id, { ...values, ...automatic(shown, ["updated"], now) });
      const after = present(await store.find(shown.model, id), name, id);
      await store.recordChange(changeOf(shown, id, now, by, "updated", before, after));
      return after;
    });
  }

  async remove(name: string, id: number, by: string): Promise<void> {
    const shown = this.model(name);
    await this.#store.transaction(async (store) => {
      const before = present(await store.find(shown.model, id), name, id);
      await store.remove(shown.model, id);
      await store.recordChange(changeOf(shown, id, this.#clock.now(), by, "deleted", before, null));
    });
  }
}

function keyIn(cursor: string | undefined, list: string): RecordKey | undefined {
  if (cursor === undefined) return undefined;
  const [text, id] = decodeCursor(cursor, list, ["text", "number"]);
  try {
    const value: unknown = JSON.parse(text);
    if (value === null || typeof value === "string" || typeof value === "number") return { value, id };
  } catch {
    // Answered below.
  }
  throw new HyoshiError("invalid_cursor", "the cursor is not one of this list: use 'next' of its page before");
}

/** As it stands in the column. JSON is not sorted by, so nothing deeper can stand here. */
function sortValue(record: ModelRecord, column: string): RecordKey["value"] {
  const value = record[column] ?? null;
  return typeof value === "boolean" ? Number(value) : (value as RecordKey["value"]);
}

/** A read-only field of a new record has its default, since nobody may give it. */
function readOnlyDefaults({ model, readOnly }: AdminModel): ModelRecord {
  const given = [...readOnly].flatMap((name): [string, Json][] => {
    const field = model.fields[name];
    if (field === undefined || field.kind === "id" || field.automatic !== undefined) return [];
    if (field.default !== undefined) return [[name, field.default]];
    return field.optional ? [[name, null]] : [];
  });
  return Object.fromEntries(given);
}

function automatic({ model }: AdminModel, kinds: readonly string[], now: number): ModelRecord {
  const names = Object.entries(model.fields).flatMap(([name, field]) =>
    field.automatic !== undefined && kinds.includes(field.automatic) ? [name] : [],
  );
  return Object.fromEntries(names.map((name) => [name, now]));
}

function changeOf(
  { model, title }: AdminModel,
  id: number,
  at: number,
  by: string,
  action: string,
  before: ModelRecord | null,
  after: ModelRecord | null,
) {
  const name = (after ?? before)?.[title];
  const label = String(name ?? id).slice(0, 200);
  return { at, by, resource: `model:${model.name}`, resourceId: String(id), label, action, before, after };
}

function present(record: ModelRecord | undefined, name: string, id: number): ModelRecord {
  if (record === undefined) throw new HyoshiError("not_found", `there is no record ${id} of ${name}`);
  return record;
}
