/** What a batch of rows is made of: each column's name and type, in their order. */
export type BatchColumns = Readonly<Record<string, "text" | "bigint" | "json" | "boolean">>;

/** The rows of a batch as a table that one statement reads; `ord` counts them from 1. The arrays are the parameters from `first` on. */
export function unnest(columns: BatchColumns, alias: string, first = 1): string {
  const names = Object.keys(columns);
  const arrays = names.map((name, n) => `$${first + n}::${columns[name]}[]`);
  return `unnest(${arrays.join(", ")}) with ordinality as ${alias} (${names.join(", ")}, ord)`;
}

/**
 * The parameters for {@link unnest}: one array for each column. The first column has a value in each row; in the others the nulls at the end are left out, for
 * shorter arrays are filled up with them, and most columns of most batches hold nothing else.
 */
export function arraysOf<Column extends string>(
  columns: Readonly<Record<Column, unknown>>,
  rows: readonly Readonly<Record<Column, unknown>>[],
): unknown[][] {
  return (Object.keys(columns) as Column[]).map((column, place) => {
    let length = rows.length;
    if (place > 0) while (length > 0 && (rows[length - 1]?.[column] ?? null) === null) length -= 1;
    return Array.from({ length }, (_, n) => rows[n]?.[column]);
  });
}
