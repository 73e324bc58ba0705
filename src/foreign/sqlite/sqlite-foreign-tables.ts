import { existsSync } from "node:fs";
import Sqlite, { type Database } from "better-sqlite3";
import { HyoshiError, messageOf } from "../../base/error.ts";
import type { ForeignRow, ForeignTables } from "../foreign-tables.ts";

/** How long another process may hold the file. */
const BUSY_TIMEOUT_MS = 10_000;

/** Opens another system's SQLite file; it is never made. Fails with `database_unavailable`. */
export function openSqliteForeignTables(file: string, { writable }: { readonly writable: boolean }): ForeignTables {
  if (!existsSync(file)) {
    throw new HyoshiError("database_unavailable", `there is no SQLite file '${file}'`, { fields: { file } });
  }
  try {
    const db = new Sqlite(file, { readonly: !writable, fileMustExist: true, timeout: BUSY_TIMEOUT_MS });
    // Reads the file's head, so that what is no database is told here.
    db.pragma("schema_version");
    return new SqliteForeignTables(db);
  } catch (cause) {
    throw new HyoshiError("database_unavailable", `SQLite file '${file}' cannot be opened: ${messageOf(cause)}`, {
      cause,
      fields: { file },
    });
  }
}

class SqliteForeignTables implements ForeignTables {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async columns(table: string): Promise<readonly string[]> {
    const rows = this.#db.prepare<[string], { name: string }>("select name from pragma_table_info(?)").all(table);
    return rows.map(({ name }) => name);
  }

  async rows(
    table: string,
    { key, after = Number.MIN_SAFE_INTEGER, limit }: { key: string; after?: number; limit: number },
  ): Promise<readonly ForeignRow[]> {
    return this.#db
      .prepare<[number, number], ForeignRow>(
        `select * from ${quoted(table)} where ${quoted(key)} > ? order by ${quoted(key)} limit ?`,
      )
      .all(after, limit);
  }

  async count(table: string): Promise<number> {
    return this.#db.prepare<[], { n: number }>(`select count(*) as n from ${quoted(table)}`).get()?.n ?? 0;
  }

  async update(table: string, where: ForeignRow, set: ForeignRow): Promise<number> {
    const assignments = Object.keys(set).map((column) => `${quoted(column)} = ?`);
    const conditions = Object.keys(where).map((column) => `${quoted(column)} is ?`);
    const { changes } = this.#db
      .prepare(`update ${quoted(table)} set ${assignments.join(", ")} where ${conditions.join(" and ") || "true"}`)
      .run(...Object.values(set), ...Object.values(where));
    return changes;
  }

  async close(): Promise<void> {
    this.#db.close();
  }
}

const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;
