import { inject } from "vitest";
import { openPostgresDatabase, type PostgresDatabase } from "../../src/database/postgres/postgres-database.ts";

export interface PostgresTestDatabase extends PostgresDatabase {
  /** For other processes. */
  readonly url: string;
}

export interface EmptyPostgresDatabase {
  readonly url: string;
  /** Removes it, whoever is connected. */
  drop(): Promise<void>;
}

let made = 0;

/** A database of its own on the tests' server: a copy of the migrated one, or `empty`. */
export async function createPostgresTestDatabase({ empty = false } = {}): Promise<EmptyPostgresDatabase> {
  const postgres = inject("postgres");
  if ("reason" in postgres) throw new Error(postgres.reason);
  made += 1;
  const name = `test_${process.pid}_${made}`;
  const onServer = async (text: string) => {
    const server = await openPostgresDatabase({ url: postgres.url, applicationName: "test" });
    try {
      await server.hot.query({ text });
    } finally {
      await server.close();
    }
  };
  await onServer(`create database ${name} template ${empty ? "template1" : postgres.template}`);
  return {
    url: postgres.url.replace(/\/postgres$/, `/${name}`),
    drop: () => onServer(`drop database if exists ${name} with (force)`),
  };
}

/** A migrated PostgreSQL database; `close` removes it. */
export async function openPostgresTestDatabase(): Promise<PostgresTestDatabase> {
  const { url, drop } = await createPostgresTestDatabase();
  const database = await openPostgresDatabase({ url, applicationName: "test" });
  return {
    ...database,
    url,
    async close() {
      await database.close();
      await drop();
    },
  };
}
