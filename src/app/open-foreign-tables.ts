import type { ForeignTables } from "../foreign/foreign-tables.ts";
import { openPostgresForeignTables } from "../foreign/postgres/postgres-foreign-tables.ts";
import { openSqliteForeignTables } from "../foreign/sqlite/sqlite-foreign-tables.ts";
import { parseDatabaseAddress } from "./address.ts";

/** Another system's database, by an address as the settings take it or the path of an SQLite file; relative to `folder`. */
export async function openForeignTables(
  address: string,
  folder: string,
  access: { readonly writable: boolean },
): Promise<ForeignTables> {
  const hasScheme = /^[a-z][a-z0-9+.-]+:/i.test(address);
  const parsed = parseDatabaseAddress(hasScheme ? address : `sqlite:${address}`, folder);
  return parsed.kind === "sqlite"
    ? openSqliteForeignTables(parsed.file, access)
    : openPostgresForeignTables(parsed.url, access);
}
