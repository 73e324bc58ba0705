import { keyOfSlot, type LockState, slotRange } from "../../firing/run-lock.ts";
import { type LockRow, lockRowsSql, lockState } from "../queries/lock-state.ts";
import type { PostgresConnection, PostgresPool } from "./postgres-pool.ts";
import { arraysOf, unnest } from "./unnest.ts";

/**
 * The overlap rule is decided from what is committed: whoever adds a run to a lock or ends one of it has the lock's key for himself until
 * his transaction ends. Keys come before rows, and in their order, so that no two wait for each other.
 */
export async function lockKeys(connection: PostgresConnection, keys: Iterable<string>): Promise<void> {
  const sorted = [...new Set(keys)].sort();
  if (sorted.length === 0) return;
  await connection.query({
    name: "lock-keys",
    text: "select pg_advisory_xact_lock(hashtextextended('hyoshi run lock ' || key, 0)) from unnest($1::text[]) as t (key)",
    values: [sorted],
  });
}

/** Takes the keys of the live runs `r` for which a condition holds. */
export async function lockKeysOf(
  connection: PostgresConnection,
  condition: string,
  values: readonly unknown[],
): Promise<void> {
  const { rows } = await connection.query<{ lock_key: string; state: string }>({
    text: `select r.lock_key, r.state from run_live r where r.lock_key is not null and ${condition}`,
    values,
  });
  await lockKeys(connection, rows.map(keyOf));
}

/** The key of a run's lock; what waits has the key itself, and what does not has a slot. */
export function keyOf({ lock_key }: { readonly lock_key: string }): string {
  return keyOfSlot(lock_key) ?? lock_key;
}

const columns = { key: "text", first: "text", past: "text" } as const;

/** What stands in the way under each key. */
export async function lockStates(
  on: PostgresPool | PostgresConnection,
  keys: readonly string[],
): Promise<ReadonlyMap<string, LockState>> {
  const ranges = keys.map((key) => ({ key, first: slotRange(key).first, past: slotRange(key).end }));
  const { rows } = await on.query<LockRow & { key: string }>({
    name: "lock-states",
    text: `select t.key, l.* from ${unnest(columns, "t")}
      cross join lateral (${lockRowsSql("t.key", "t.first", "t.past")} offset 0) l`,
    values: arraysOf(columns, ranges),
  });
  const ofKey = Map.groupBy(rows, (row) => row.key);
  return new Map(keys.map((key) => [key, lockState(ofKey.get(key) ?? [])]));
}
