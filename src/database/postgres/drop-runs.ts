import type { Claim } from "../../run/run-store.ts";
import { stillHeld } from "./claim-set.ts";
import { type CountedClaims, countedAmong, countedSql } from "./counted-claims.ts";
import type { PostgresPool } from "./postgres-pool.ts";
import { arraysOf, unnest } from "./unnest.ts";

const columns = { id: "text", claim: "bigint" } as const;

/** Nobody waits for the slot of such a run, and nobody has asked it to stop: its end is the end of its row, and means nothing else. */
const text = `
  with dropped as (
    delete from run_live r using ${unnest(columns, "t")}
    where ${stillHeld} and r.lock_key is null and r.cancel_requested_at is null
    returning t.ord
  )
  ${countedSql("dropped")}`;

/**
 * Ends runs of which nothing is left and of which nothing but their rows is there: those that were claimed once. Answers for each whether it was
 * held and is gone; any other is to be ended by the longer way.
 */
export async function dropRuns(pool: PostgresPool, claims: readonly Claim[]): Promise<(claim: Claim) => boolean> {
  if (claims.length === 0) return () => false;
  const { rows } = await pool.query<CountedClaims>({ name: "drop", text, values: arraysOf(columns, claims) });
  return countedAmong(claims, rows);
}
