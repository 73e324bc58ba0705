import type { Instant } from "../../base/clock.ts";
import { insertColumns, insertValues, type RunToInsert } from "../queries/run-columns.ts";
import type { BatchColumns } from "./unnest.ts";

type Column = (typeof insertColumns)[number];

const texts = new Set<Column>(["id", "task", "queue", "state", "parent_id", "root_id", "lock_key"]);
const jsons = new Set<Column>(["input", "options", "origin", "wire"]);

/** The columns that a new run fills, for `unnest`. */
export const runColumns = Object.fromEntries(
  insertColumns.map((column) => [column, texts.has(column) ? "text" : jsons.has(column) ? "json" : "bigint"]),
) as Record<Column, BatchColumns[string]>;

/** Their names, as a list. */
export const runColumnNames = insertColumns.join(", ");

/** A new run as a row of {@link runColumns}, with the slot or the key of its lock. */
export function runRow(
  run: RunToInsert,
  state: Parameters<typeof insertValues>[1],
  lockKey?: string | null,
  publishedAt?: Instant,
): Record<Column, unknown> {
  const values = insertValues(run, state, lockKey, publishedAt);
  const row = {} as Record<Column, unknown>;
  insertColumns.forEach((column, n) => {
    row[column] = values[n];
  });
  return row;
}
