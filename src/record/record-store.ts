import type { Json } from "../base/json.ts";
import type { Model } from "../model/model.ts";
import type { ModelRecord } from "../model/record-check.ts";
import type { ColumnValue, RecordQuery } from "../model/record-query.ts";

/** Where a page of records ended: the value by which they are sorted, and the id. */
export interface RecordKey {
  readonly value: ColumnValue;
  readonly id: number;
}

export interface RecordPageRequest {
  readonly query: RecordQuery;
  /** The fields in which the query's text is looked for. */
  readonly searched: readonly string[];
  readonly after?: RecordKey | undefined;
  readonly limit: number;
}

/** What is written of a change to a record. */
export interface RecordChange {
  readonly at: number;
  readonly by: string;
  readonly resource: string;
  readonly resourceId: string;
  readonly label: string;
  readonly action: string;
  readonly before: Json;
  readonly after: Json;
}

/**
 * The rows of the apps' tables. Throws `model_table_missing` where a migration was not applied, and `record_conflict` where a
 * constraint of the table refuses a write.
 */
export interface RecordStore {
  list(model: Model, request: RecordPageRequest): Promise<readonly ModelRecord[]>;
  /** Counts no further than `cap`. */
  count(model: Model, request: Omit<RecordPageRequest, "after" | "limit">, cap: number): Promise<number>;
  find(model: Model, id: number): Promise<ModelRecord | undefined>;
  /** Answers the new record's id. */
  add(model: Model, values: ModelRecord): Promise<number>;
  update(model: Model, id: number, values: ModelRecord): Promise<void>;
  remove(model: Model, id: number): Promise<void>;
  recordChange(change: RecordChange): Promise<void>;
  /** All or nothing of what `work` does with the store that it is handed. It does nothing else that waits. */
  transaction<T>(work: (store: RecordStore) => Promise<T>): Promise<T>;
}
