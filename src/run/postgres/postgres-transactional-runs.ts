import { CompiledQuery } from "kysely";
import type { PoolClient } from "pg";
import { PostgresConnection, type PostgresPool, type Statement } from "../../database/postgres/postgres-pool.ts";
import type { KyselyTransaction, PgTransaction, SendTransaction } from "../../task/send-transaction.ts";
import type { Carriage } from "../arrival.ts";
import type { NewRun } from "../run.ts";
import type { AddAnswer } from "../run-store.ts";
import { knownTransaction, notOpen, otherDatabase, type TransactionalRuns } from "../user-transaction.ts";
import { addRuns } from "./add-runs.ts";

/**
 * Which server, which database, which table, and whether a transaction is open: a statement by itself begins one at its own start, a transaction began before.
 * The tables of another schema are another project's.
 */
const whose = `
  select current_database()::text as name, now() < statement_timestamp() as open,
    concat_ws('/', extract(epoch from pg_postmaster_start_time()), (select oid from pg_database where datname = current_database()),
      to_regclass('run_live')::oid) as place`;

interface Whose {
  readonly name: string;
  readonly open: boolean;
  readonly place: string;
}

export interface PostgresTransactionalRunsParts {
  readonly pool: PostgresPool;
  readonly carriage: Carriage;
  /** The notice that makes listeners look; sent by the server when the transaction commits. */
  readonly notice: { readonly channel: string; readonly topics: string };
}

/** In transactions on the same database of the same server. */
export class PostgresTransactionalRuns implements TransactionalRuns {
  readonly #parts: PostgresTransactionalRunsParts;
  /** Where this store's own table is; asked again when it seems to be elsewhere, for servers start again. */
  #place: string | undefined;

  constructor(parts: PostgresTransactionalRunsParts) {
    this.#parts = parts;
  }

  addWithin(given: SendTransaction, run: NewRun): Promise<AddAnswer> {
    const transaction = knownTransaction(given);
    if (transaction.kind === "pg") return this.#addBy(connectionOn(statementsOf(transaction.of)), run);
    if (transaction.kind === "kysely" && transaction.speaks === "postgres") {
      return this.#addBy(connectionOn(statementsOfKysely(transaction.of)), run);
    }
    throw otherDatabase();
  }

  async #addBy(connection: PostgresConnection, run: NewRun): Promise<AddAnswer> {
    const { carriage, notice } = this.#parts;
    const [theirs] = (await connection.query<Whose>(whose)).rows;
    if (theirs === undefined || !(await this.#isOwn(theirs.place))) throw otherDatabase(theirs?.name);
    if (!theirs.open) throw notOpen();
    const [answer] = await addRuns(connection, [run], { carriage });
    await connection.query("select pg_notify($1, $2)", [notice.channel, notice.topics]);
    return answer ?? "added";
  }

  async #isOwn(place: string): Promise<boolean> {
    if (this.#place === place) return true;
    this.#place = (await this.#parts.pool.query<Whose>({ text: whose })).rows[0]?.place;
    return this.#place === place;
  }
}

type Ask = (text: string, values: readonly unknown[]) => Promise<{ rows: readonly unknown[]; rowCount: number }>;

/** What asks there as a connection of ours. Nothing is prepared: the project's own names stay its own. */
function connectionOn(ask: Ask): PostgresConnection {
  const client = {
    query: ({ text, values = [] }: Statement) => ask(text, values),
  };
  return new PostgresConnection(client as unknown as PoolClient);
}

function statementsOf(client: PgTransaction): Ask {
  return (text, values) => client.query(text, [...values]);
}

function statementsOfKysely(kysely: KyselyTransaction): Ask {
  return async (text, values) => {
    const { rows } = await kysely.executeQuery(CompiledQuery.raw(text, [...values]));
    return { rows, rowCount: rows.length };
  };
}
