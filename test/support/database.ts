import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSqliteDatabase, type SqliteDatabase } from "../../src/database/sqlite/sqlite-database.ts";

export interface TestDatabase extends SqliteDatabase {
  readonly folder: string;
}

/** A migrated SQLite database in a folder of its own; `close` removes the folder. */
export async function openTestDatabase(): Promise<TestDatabase> {
  const folder = mkdtempSync(join(tmpdir(), "hyoshi-test-"));
  const database = openSqliteDatabase({ file: join(folder, "hyoshi.sqlite"), durability: "process" });
  await database.migrate();
  return {
    ...database,
    folder,
    async close() {
      await database.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
