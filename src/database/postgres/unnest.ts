/** What a batch of rows is made of: each column's name and type, in their order. */
export type BatchColumns = Readonly<Record<string, "text" | "bigint" | "json" | "boolean">>;

/** The rows of a batch as a table that one statement reads; `ord` counts them from 1. The arrays are the parameters from `first` on. */
export function unnest(columns: BatchColumns, alias: string, first = 1): string {
  const names = Object.keys(columns);
  const arrays = names.map((name, n) => `$${first + n}::${columns[name]}[]`);
  return `unnest(${arrays.join(", ")}) with ordinality as ${alias} (${names.join(", ")}, ord)`;
}

/**
 * The parameters for {@link unnest}: one array for each column, as the text that PostgreSQL reads. The first column has a value in each row; in the others
 * the nulls at the end are left out, for shorter arrays are filled up with them, and most columns of most batches hold nothing else.
 */
export function arraysOf<Column extends string>(
  columns: Readonly<Record<Column, unknown>>,
  rows: readonly Readonly<Record<Column, unknown>>[],
): string[] {
  return (Object.keys(columns) as Column[]).map((column, place) => {
    let length = rows.length;
    if (place > 0) while (length > 0 && (rows[length - 1]?.[column] ?? null) === null) length -= 1;
    return arrayText(rows, column, length);
  });
}

/** The driver would ask of every value anew what it is, and copy each text twice: half of what a batch costs its client. */
function arrayText<Column extends string>(
  rows: readonly Readonly<Record<Column, unknown>>[],
  column: Column,
  length: number,
): string {
  let text = "{";
  let [last, written]: [unknown, string] = [undefined, "NULL"];
  for (let n = 0; n < length; n += 1) {
    const value = rows[n]?.[column];
    // Neighbours are often alike.
    if (value !== last) [last, written] = [value, elementText(value)];
    text += n === 0 ? written : `,${written}`;
  }
  return `${text}}`;
}

function elementText(value: unknown): string {
  if (value === null || value === undefined) return "NULL";
  if (typeof value === "number" || typeof value === "bigint" || typeof value === "boolean") return String(value);
  if (typeof value !== "string") throw new TypeError(`a batch of rows cannot hold a value of type ${typeof value}`);
  return needsEscape.test(value) ? `"${value.replace(escaped, "\\$&")}"` : `"${value}"`;
}

const needsEscape = /["\\]/;
const escaped = /["\\]/g;
