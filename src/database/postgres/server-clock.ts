import type { Instant } from "../../base/clock.ts";
import type { PostgresConnection, PostgresPool } from "./postgres-pool.ts";

/**
 * The server's time as an instant, for use inside a statement: it moves on within a transaction. Hosts disagree, so what is due and
 * whose lease has ended is decided by this clock alone.
 */
export const SERVER_NOW = "floor(extract(epoch from clock_timestamp()) * 1000)::bigint";

export async function readServerClock(on: PostgresPool | PostgresConnection): Promise<Instant> {
  const { rows } = await on.query<{ now: Instant }>({ text: `select ${SERVER_NOW} as now`, name: "hyoshi-clock" });
  return rows[0]?.now ?? Number.NaN;
}
