import { SqlPeriodicTaskStore } from "../../../src/ledger/sql/sql-periodic-task-store.ts";
import { SqliteLedger } from "../../../src/ledger/sqlite/sqlite-ledger.ts";
import { SqliteRunStore } from "../../../src/run/sqlite/sqlite-run-store.ts";
import { openTestDatabase } from "../../support/database.ts";
import { describeLedger } from "./describe-ledger.ts";

describeLedger("SQLite", async () => {
  const database = await openTestDatabase();
  let uids = 0;
  return {
    ledger: new SqliteLedger(database.hot),
    periodicTasks: new SqlPeriodicTaskStore({ db: database.db, uid: () => `uid-${++uids}` }),
    runs: new SqliteRunStore(database.hot),
    async query(sql) {
      const statement = database.hot.prepare(sql);
      if (statement.reader) return statement.all() as Record<string, unknown>[];
      statement.run();
      return [];
    },
    close: () => database.close(),
  };
});
