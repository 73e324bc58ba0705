import { type RawBuilder, sql } from "kysely";

/** Whether a text column holds a text, in any case of ASCII letters; `%` and `_` stand for themselves. */
export function contains(column: RawBuilder<unknown>, text: string): RawBuilder<boolean> {
  const pattern = `%${text.replace(/[\\%_]/g, "\\$&")}%`;
  return sql<boolean>`lower(${column}) like lower(${pattern}) escape '\\'`;
}

/** All of them; `true` where there is none. */
export function all(conditions: readonly RawBuilder<boolean>[]): RawBuilder<boolean> {
  return conditions.length === 0 ? sql<boolean>`1 = 1` : sql.join(conditions, sql` and `);
}
