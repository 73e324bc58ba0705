import { SqliteLogStore } from "../../../src/run/sqlite/sqlite-log-store.ts";
import { openTestDatabase } from "../../support/database.ts";
import { MemoryLogStore } from "../../support/memory-log-store.ts";
import { describeLogStore } from "./describe-log-store.ts";

describeLogStore("a map", async () => ({ logs: new MemoryLogStore(), async close() {} }));

describeLogStore("SQLite", async () => {
  const database = await openTestDatabase();
  return { logs: new SqliteLogStore(database.hot), close: () => database.close() };
});
