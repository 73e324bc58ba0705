import { retryWhileBusy } from "./busy.ts";
import { openSqliteWriter } from "./open-sqlite.ts";

/**
 * Runs `work` while no other process migrates the same file. The lock is a second SQLite file beside it, held exclusively: several
 * migrators would otherwise read the list of pending migrations before any of them begins. A killed process releases it.
 */
export async function withMigrationLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  const lock = openSqliteWriter({ file: `${file}.migrate-lock`, durability: "process" });
  try {
    await retryWhileBusy(() => lock.exec("begin exclusive"));
    return await work();
  } finally {
    lock.close();
  }
}
