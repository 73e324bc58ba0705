import { setTimeout as sleep } from "node:timers/promises";
import type { PostgresPool } from "./postgres-pool.ts";

const LOOK_EVERY_MS = 100;

/**
 * Runs `work` while no other process migrates the same schema of the same database. The lock belongs to the session: the server
 * lets go of it when the process or its connection dies. Asked for again and again, because a statement that waits would hold a
 * snapshot, for which other statements of a migration wait in turn.
 */
export async function withMigrationLock<T>(pool: PostgresPool, work: () => Promise<T>): Promise<T> {
  const connection = await pool.connect();
  try {
    for (;;) {
      const { rows } = await connection.query<{ taken: number }>(
        "select pg_try_advisory_lock(hashtext('hyoshi migrations'), hashtext(coalesce(current_schema(), ''))) as taken",
      );
      if (rows[0]?.taken === 1) break;
      await sleep(LOOK_EVERY_MS);
    }
    return await work();
  } finally {
    // With the session ends its lock.
    connection.release(true);
  }
}
