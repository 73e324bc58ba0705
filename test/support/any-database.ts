import { sql } from "kysely";
import { afterAll } from "vitest";
import type { PostgresDatabase } from "../../src/database/postgres/postgres-database.ts";
import type { SqliteDatabase } from "../../src/database/sqlite/sqlite-database.ts";
import { openTestDatabase } from "./database.ts";
import { openPostgresTestDatabase, type PostgresTestDatabase } from "./postgres-database.ts";

export type AnyTestDatabase = SqliteDatabase | PostgresDatabase;

/** The vitest project `postgres` runs the suites that open their database here once more. */
const onPostgres = process.env.HYOSHI_TEST_DATABASE === "postgres";

/** A migrated database without rows, of the kind that this run is about. */
export function openAnyTestDatabase(): Promise<AnyTestDatabase> {
  return onPostgres ? openEmptied() : openTestDatabase();
}

/** Emptying one takes a tenth of the time that making one takes. */
const idle: PostgresTestDatabase[] = [];
if (onPostgres) afterAll(() => Promise.all(idle.splice(0).map((database) => database.close())));

async function openEmptied(): Promise<PostgresDatabase> {
  const database = idle.pop() ?? (await openPostgresTestDatabase());
  const known = new Set(await tablesOf(database));
  return {
    ...database,
    async close() {
      const tables = await tablesOf(database);
      const made = tables.filter((name) => !known.has(name));
      if (made.length > 0) await sql`drop table ${sql.join(made.map((name) => sql.table(name)))}`.execute(database.db);
      await empty(
        database,
        tables.filter((name) => known.has(name) && !name.includes("migration")),
      );
      idle.push(database);
    },
  };
}

/** Only what was written to: to truncate a table makes the files of all its indexes anew. */
async function empty({ db }: PostgresDatabase, tables: readonly string[]): Promise<void> {
  const looks = tables.map((name) => sql`select ${name} as name where exists (select 1 from ${sql.table(name)})`);
  const { rows: filled } = await sql<{ name: string }>`${sql.join(looks, sql` union all `)}`.execute(db);
  if (filled.length > 0) await sql`truncate ${sql.join(filled.map(({ name }) => sql.table(name)))}`.execute(db);
  await sql`select setval(quote_ident(sequencename)::regclass, 1, false) from pg_sequences
    where schemaname = current_schema() and last_value is not null`.execute(db);
}

async function tablesOf({ db }: PostgresDatabase): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select tablename as name from pg_tables where schemaname = current_schema()`.execute(db);
  return rows.map(({ name }) => name);
}
