import { openSqliteWriter } from "../../../src/database/sqlite/open-sqlite.ts";
import { SqliteLogStore } from "../../../src/run/sqlite/sqlite-log-store.ts";
import { openTestDatabase } from "../../support/database.ts";
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
