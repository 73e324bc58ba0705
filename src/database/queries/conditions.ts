import { type Expression, expressionBuilder, type RawBuilder, sql } from "kysely";

/** A function that each database's compiler writes in its own way. */
export const LOWER_ASCII = "lower_ascii";

/** A text with its ASCII letters in lower case and all others as they are, on every database alike. */
export function lowerAscii(text: Expression<unknown>): Expression<string> {
  return expressionBuilder().fn<string>(LOWER_ASCII, [text]);
}

/** Whether a text column holds a text, in any case of ASCII letters; `%` and `_` stand for themselves. */
export function contains(column: Expression<unknown>, text: string): RawBuilder<boolean> {
  const lower = text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  const pattern = `%${lower.replace(/[\\%_]/g, "\\$&")}%`;
  return sql<boolean>`${lowerAscii(column)} like ${pattern} escape '\\'`;
}

/** All of them; `true` where there is none. */
export function all(conditions: readonly RawBuilder<boolean>[]): RawBuilder<boolean> {
  return conditions.length === 0 ? sql<boolean>`1 = 1` : sql.join(conditions, sql` and `);
}
