import { type Dialect, Kysely, PostgresDialect, type PostgresPoolClient, type TransactionBuilder } from "kysely";
import type { Tables } from "../rows.ts";
import { PostgresCompiler } from "./postgres-compiler.ts";
import { isCollision } from "./postgres-error.ts";
import type { PostgresPool } from "./postgres-pool.ts";

/** Attempts at a transaction that meets others. */
const ATTEMPTS = 20;
const LONGEST_DELAY_MS = 100;

/** Kysely on a pool of connections. */
export function kyselyOn(pool: PostgresPool): Kysely<Tables> {
  return new Kysely<Tables>({ dialect: postgresDialect(pool) });
}

/**
 * The same for what is written by hand. As on SQLite, each transaction is as if it were alone: where it met another one, its work
 * is called again. So it is where it met a unique index: what it looked up before may have changed meanwhile.
 */
export function serializableOn(pool: PostgresPool): Kysely<Tables> {
  return new SerializableKysely<Tables>({ dialect: postgresDialect(pool) });
}

export function postgresDialect(pool: PostgresPool): Dialect {
  const connect = async () => {
    // Kysely asks with a cursor where it streams; nothing of ours does.
    return (await pool.connect()) as unknown as PostgresPoolClient;
  };
  const plain = new PostgresDialect({ pool: { connect, end: () => pool.close(), options: {} } });
  return {
    createAdapter: () => plain.createAdapter(),
    createDriver: () => plain.createDriver(),
    createIntrospector: (db) => plain.createIntrospector(db),
    createQueryCompiler: () => new PostgresCompiler(),
  };
}

class SerializableKysely<DB> extends Kysely<DB> {
  override transaction(): TransactionBuilder<DB> {
    const builder = super.transaction().setIsolationLevel("serializable");
    const execute = builder.execute.bind(builder);
    builder.execute = (work) => repeatedly(() => execute(work));
    return builder;
  }
}

async function repeatedly<T>(attempt: () => Promise<T>): Promise<T> {
  for (let n = 1; ; n += 1) {
    try {
      return await attempt();
    } catch (error) {
      const again = isCollision(error) ? n < ATTEMPTS : n === 1 && isUniqueViolation(error);
      if (!again) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, Math.random() * Math.min(2 ** n, LONGEST_DELAY_MS)));
  }
}

function isUniqueViolation(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "23505";
}
