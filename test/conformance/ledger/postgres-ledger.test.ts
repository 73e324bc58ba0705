import { PostgresLedger } from "../../../src/ledger/postgres/postgres-ledger.ts";
import { SqlPeriodicTaskStore } from "../../../src/ledger/sql/sql-periodic-task-store.ts";
import { PostgresRunStore } from "../../../src/run/postgres/postgres-run-store.ts";
import { emptiedPostgres } from "../../support/emptied-postgres.ts";
import { describeLedger } from "./describe-ledger.ts";

const emptied = emptiedPostgres();

describeLedger("PostgreSQL", async () => {
  const { hot, db } = await emptied();
  let uids = 0;
  return {
    ledger: new PostgresLedger(hot),
    periodicTasks: new SqlPeriodicTaskStore({ db, uid: () => `uid-${++uids}` }),
    runs: new PostgresRunStore(hot),
    query: async (text) => (await hot.query<Record<string, unknown>>({ text })).rows,
    async close() {},
  };
});
