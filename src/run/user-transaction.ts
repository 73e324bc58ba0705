import { HyoshiError } from "../base/error.ts";
import type {
  BetterSqliteTransaction,
  KyselyTransaction,
  PgTransaction,
  SendTransaction,
} from "../task/send-transaction.ts";
import type { NewRun } from "./run.ts";
import type { AddAnswer } from "./run-store.ts";

/** Writes runs in a transaction of the project's own code: they are there when it commits, and were never there when it does not. */
export interface TransactionalRuns {
  /**
   * Answers at once, without a promise, where the transaction's connection does (better-sqlite3); so a run can be sent inside a function that may not wait. Other processes
   * hear of the run when the transaction commits. Fails with `invalid_transaction` where the transaction is not open or not on this store's database.
   */
  addWithin(transaction: SendTransaction, run: NewRun): AddAnswer | Promise<AddAnswer>;
}

/** Whose transaction it is. */
export type KnownTransaction =
  | { readonly kind: "kysely"; readonly speaks: "sqlite" | "postgres"; readonly of: KyselyTransaction }
  | { readonly kind: "pg"; readonly of: PgTransaction }
  | { readonly kind: "better-sqlite3"; readonly of: BetterSqliteTransaction };

const ACCEPTED =
  "a transaction of Kysely, a client of 'pg' between its begin and commit, or a database of 'better-sqlite3' between these";

/** By its form and never by its class: a project has its own copies of these packages. Fails with `invalid_transaction`. */
export function knownTransaction(given: unknown): KnownTransaction {
  if (typeof given !== "object" || given === null)
    throw invalidTransaction(`it is ${String(given)}: expected ${ACCEPTED}`);
  if ("executeQuery" in given && "isTransaction" in given)
    return kyselyTransaction(given as unknown as KyselyTransaction);
  if ("inTransaction" in given && "prepare" in given) {
    const of = given as unknown as BetterSqliteTransaction;
    if (!of.inTransaction) throw notOpen();
    return { kind: "better-sqlite3", of };
  }
  if ("totalCount" in given && "idleCount" in given) {
    throw invalidTransaction(
      "it is a pool of 'pg', which asks each statement on any of its connections: take a client from it, and begin there",
    );
  }
  if ("query" in given && typeof given.query === "function") return { kind: "pg", of: given as PgTransaction };
  throw invalidTransaction(`it is an object of another kind: expected ${ACCEPTED}`);
}

function kyselyTransaction(of: KyselyTransaction): KnownTransaction {
  if (of.isTransaction !== true)
    throw notOpen(
      "hand over what the function of .transaction().execute() is given, and not the Kysely that it was called on",
    );
  // How it writes a placeholder says which database it speaks with.
  const { sql } = of.selectFrom("t").where("c", "=", 1).compile();
  const speaks = sql.includes('"c" = $1') ? "postgres" : sql.includes('"c" = ?') ? "sqlite" : undefined;
  if (speaks === undefined) throw otherDatabase();
  return { kind: "kysely", speaks, of };
}

export function invalidTransaction(why: string): HyoshiError {
  return new HyoshiError("invalid_transaction", `option 'transaction' cannot be used: ${why}`, {
    fields: { option: "transaction" },
  });
}

export function notOpen(how = "begin one, and send before it is committed"): HyoshiError {
  return invalidTransaction(`no transaction is open on it: ${how}`);
}

export function otherDatabase(found?: string): HyoshiError {
  const where = found === undefined ? "" : ` ('${found}')`;
  return invalidTransaction(
    `it is one of another database${where}: a run can be written together with rows of hyoshi's own database alone`,
  );
}
