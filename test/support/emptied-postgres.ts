import { afterAll, beforeAll } from "vitest";
import { openPostgresTestDatabase, type PostgresTestDatabase } from "./postgres-database.ts";

/** One migrated PostgreSQL database for all tests of a file; each call gives it with empty tables, and ids that begin at 1. */
export function emptiedPostgres(): () => Promise<PostgresTestDatabase> {
  let database: PostgresTestDatabase;
  let tables = "";
  beforeAll(async () => {
    database = await openPostgresTestDatabase();
    const { rows } = await database.hot.query<{ name: string }>({
      text: "select quote_ident(tablename) as name from pg_tables where schemaname = current_schema() and tablename not like '%migration%'",
    });
    tables = rows.map(({ name }) => name).join(", ");
  });
  afterAll(() => database?.close());
  return async () => {
    await database.hot.query({ text: `truncate ${tables} restart identity` });
    return database;
  };
}
