/** Why a database refused a statement, in words that do not depend on which one it is. */
export interface Refusal {
  readonly kind: "unique" | "required" | "reference" | "check" | "table_missing";
  /** The columns at fault, where the database names them. */
  readonly columns: readonly string[];
}

const kinds: Readonly<Record<string, Refusal["kind"]>> = {
  SQLITE_CONSTRAINT_UNIQUE: "unique",
  SQLITE_CONSTRAINT_PRIMARYKEY: "unique",
  SQLITE_CONSTRAINT_NOTNULL: "required",
  SQLITE_CONSTRAINT_FOREIGNKEY: "reference",
  SQLITE_CONSTRAINT_TRIGGER: "check",
  SQLITE_CONSTRAINT_CHECK: "check",
  SQLITE_CONSTRAINT_DATATYPE: "check",
  // PostgreSQL's SQLSTATE.
  "23505": "unique",
  "23502": "required",
  "23503": "reference",
  "23514": "check",
  "42P01": "table_missing",
  "42703": "table_missing",
};

/** What a driver's error says of a statement that a table refused; undefined for every other error. */
export function refusalOf(error: unknown): Refusal | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  const { code, message } = error as Error & { code: unknown; column?: unknown; detail?: unknown };
  if (code === "SQLITE_ERROR" && /no such table|no such column|has no column named/.test(message)) {
    return { kind: "table_missing", columns: [] };
  }
  const kind = kinds[String(code)];
  return kind && { kind, columns: columnsOf(error) };
}

function columnsOf(error: Error & { column?: unknown; detail?: unknown }): readonly string[] {
  if (typeof error.column === "string") return [error.column];
  const named =
    /constraint failed: (.+)$/.exec(error.message)?.[1] ?? /^Key \(([^)]+)\)/.exec(String(error.detail))?.[1];
  if (named === undefined) return [];
  return named.split(",").map((name) => name.trim().split(".").at(-1) ?? "");
}
