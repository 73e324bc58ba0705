import { PostgresPool } from "../../../src/database/postgres/postgres-pool.ts";
import { hotUse } from "../../../src/database/postgres/postgres-settings.ts";
import { openSqliteWriter } from "../../../src/database/sqlite/open-sqlite.ts";
import { PostgresLogStore } from "../../../src/run/postgres/postgres-log-store.ts";
import { SqliteLogStore } from "../../../src/run/sqlite/sqlite-log-store.ts";
import { openTestDatabase } from "../../support/database.ts";
import { emptiedPostgres } from "../../support/emptied-postgres.ts";
import { MemoryLogStore } from "../../support/memory-log-store.ts";
import { describeLogStore } from "./describe-log-store.ts";

describeLogStore("a map", async () => {
  const logs = new MemoryLogStore();
  return { logs, other: logs, async close() {} };
});

describeLogStore("SQLite", async () => {
  const database = await openTestDatabase();
  const second = openSqliteWriter({ file: database.file, durability: "process" });
  return {
    logs: new SqliteLogStore(database.hot),
    other: new SqliteLogStore(second),
    async close() {
      second.close();
      await database.close();
    },
  };
});

const emptied = emptiedPostgres();

describeLogStore("PostgreSQL", async () => {
  const { hot, driver, settings } = await emptied();
  const second = new PostgresPool(driver, settings, hotUse);
  return { logs: new PostgresLogStore(hot), other: new PostgresLogStore(second), close: () => second.close() };
});
