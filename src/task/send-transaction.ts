/** A transaction of Kysely's, as `db.transaction().execute(async (trx) => …)` or `db.startTransaction().execute()` give it. */
export interface KyselyTransaction {
  readonly isTransaction: true;
  // biome-ignore lint/suspicious/noExplicitAny: of whichever copy and version the project has.
  executeQuery(query: any): Promise<{ readonly rows: readonly unknown[] }>;
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  selectFrom(table: any): any;
}

/** A client of `pg` (from `pool.connect()`, or of its own) on which `begin` was asked. */
export interface PgTransaction {
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  query(query: any, values?: any): Promise<any>;
}

/** A database of `better-sqlite3` inside `database.transaction(…)`, or between `begin` and `commit`. */
export interface BetterSqliteTransaction {
  readonly inTransaction: boolean;
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  prepare(sql: string): any;
}

/** An open transaction on hyoshi's own database. */
export type SendTransaction = KyselyTransaction | PgTransaction | BetterSqliteTransaction;
