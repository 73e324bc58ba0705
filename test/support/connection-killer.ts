import { setTimeout as sleep } from "node:timers/promises";
import type { PostgresPool } from "../../src/database/postgres/postgres-pool.ts";

/**
 * Ends connections of an application at random moments, as an administrator or a lost network does: `most` of them, or until it is
 * stopped. Stopping answers how many.
 */
export function killConnections(
  pool: PostgresPool,
  applicationName: string,
  { everyMs, most }: { readonly everyMs: number; readonly most: number },
): () => Promise<number> {
  let running = true;
  let killed = 0;
  const loop = (async () => {
    while (running && killed < most) {
      const { rowCount } = await pool.query({
        text: `select pg_terminate_backend(pid) from pg_stat_activity
          where datname = current_database() and application_name = $1 order by random() limit 1`,
        values: [applicationName],
      });
      killed += rowCount;
      await sleep(everyMs * (0.5 + Math.random()));
    }
  })();
  return async () => {
    running = false;
    await loop;
    return killed;
  };
}

/** Repeats what fails because its connection was lost, as beat and worker do. */
export async function despiteKills<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      const code = error instanceof Error && "code" in error ? error.code : undefined;
      if (code !== "database_unavailable" || attempt === 200) throw error;
      await sleep(5);
    }
  }
}
