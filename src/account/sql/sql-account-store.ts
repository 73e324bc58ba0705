import type { Kysely } from "kysely";
import { recordChange } from "../../database/queries/change.ts";
import type { Tables } from "../../database/rows.ts";
import type { AccountStore } from "../account-store.ts";
import type { NewChange } from "../change.ts";
import { SqlAttemptStore } from "./sql-attempt-store.ts";
import { SqlGroupStore } from "./sql-group-store.ts";
import { SqlSessionStore } from "./sql-session-store.ts";
import { SqlTokenStore } from "./sql-token-store.ts";
import { SqlUserStore } from "./sql-user-store.ts";

export class SqlAccountStore implements AccountStore {
  readonly users: SqlUserStore;
  readonly groups: SqlGroupStore;
  readonly sessions: SqlSessionStore;
  readonly tokens: SqlTokenStore;
  readonly attempts: SqlAttemptStore;
  readonly #db: Kysely<Tables>;

  /** `reader` serves what is read outside of a transaction, so that a request is answered while another writer holds the lock. */
  constructor(db: Kysely<Tables>, reader: Kysely<Tables> = db) {
    this.#db = db;
    this.users = new SqlUserStore(db, reader);
    this.groups = new SqlGroupStore(db, reader);
    this.sessions = new SqlSessionStore(db, reader);
    this.tokens = new SqlTokenStore(db, reader);
    this.attempts = new SqlAttemptStore(db, reader);
  }

  record(change: NewChange): Promise<void> {
    return recordChange(this.#db, change);
  }

  transaction<T>(work: (store: AccountStore) => Promise<T>): Promise<T> {
    return this.#db.transaction().execute((trx) => work(new SqlAccountStore(trx)));
  }
}
