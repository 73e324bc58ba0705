import { realpathSync } from "node:fs";
import { CompiledQuery } from "kysely";
import { firstState, insertColumns, insertValues } from "../../database/queries/run-columns.ts";
import { prepareCancelRun } from "../../database/sqlite/cancel-run.ts";
import { prepareInsertRun } from "../../database/sqlite/insert-run.ts";
import type { SqliteConnection } from "../../database/sqlite/open-sqlite.ts";
import { RunStatements } from "../../database/sqlite/run-statements.ts";
import type { BetterSqliteTransaction, KyselyTransaction, SendTransaction } from "../../task/send-transaction.ts";
import type { Carriage } from "../arrival.ts";
import type { NewRun } from "../run.ts";
import type { AddAnswer } from "../run-store.ts";
import { knownTransaction, otherDatabase, type TransactionalRuns } from "../user-transaction.ts";
import { type AddRun, prepareAddRun } from "./add-runs.ts";

/** One statement, and the first: one that reads before it writes is refused where somebody has written between. */
const insert = `insert into run_live (${insertColumns.join(", ")}) select ${insertColumns.map(() => "?").join(", ")}
  where not exists (select 1 from run_done where id = ?) on conflict do nothing returning id`;
const files = "select file from pragma_database_list where name = 'main'";

/**
 * In transactions on the same SQLite file. What commits there is seen as any other process's commit is: by the file's change, and by the look each second
 * behind it.
 */
export class SqliteTransactionalRuns implements TransactionalRuns {
  readonly #file: string;
  readonly #carriage: Carriage;
  /** By the project's own connections. */
  readonly #known = new WeakMap<BetterSqliteTransaction, AddRun>();

  constructor(file: string, carriage: Carriage) {
    this.#file = file;
    this.#carriage = carriage;
  }

  addWithin(given: SendTransaction, run: NewRun): AddAnswer | Promise<AddAnswer> {
    const transaction = knownTransaction(given);
    if (transaction.kind === "better-sqlite3") return this.#addRun(transaction.of)(run);
    if (transaction.kind === "kysely" && transaction.speaks === "sqlite") return this.#addBy(transaction.of, run);
    throw otherDatabase();
  }

  #addRun(connection: BetterSqliteTransaction): AddRun {
    const known = this.#known.get(connection);
    if (known !== undefined) return known;
    // The same driver, of whichever copy.
    const sqlite = connection as SqliteConnection;
    this.#assertOwn(sqlite.prepare<[], { file: string }>(files).get()?.file);
    const statements = new RunStatements(sqlite, this.#carriage);
    const cancel = prepareCancelRun(sqlite, statements);
    const add = prepareAddRun(sqlite, prepareInsertRun(sqlite, statements, cancel, this.#carriage.arrival));
    this.#known.set(connection, add);
    return add;
  }

  async #addBy(kysely: KyselyTransaction, run: NewRun): Promise<AddAnswer> {
    const ask = (sql: string, values: unknown[] = []) => kysely.executeQuery(CompiledQuery.raw(sql, values));
    const [main] = (await ask(files)).rows as { file: string }[];
    this.#assertOwn(main?.file);
    const values = insertValues(run, firstState(run, this.#carriage.arrival));
    const { rows } = await ask(insert, [...values, run.id]);
    return rows.length > 0 ? "added" : "exists";
  }

  #assertOwn(file: string | undefined): void {
    // One in memory has no file, and nobody else's is asked for it.
    if (file === "" && this.#file === ":memory:") return;
    if (file === undefined || file === "" || real(file) !== real(this.#file)) throw otherDatabase(file || "in memory");
  }
}

function real(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}
