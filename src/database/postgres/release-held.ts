import type { Instant } from "../../base/clock.ts";
import { freeSlot } from "../../firing/run-lock.ts";
import type { Arrival, Carriage } from "../../run/arrival.ts";
import { limitOf } from "../queries/lock-state.ts";
import type { LiveRow } from "../queries/run-columns.ts";
import { droppedAs, hasSlot } from "../queries/settle-firing.ts";
import { endOfWaiting, endStatement } from "./end-statement.ts";
import type { PostgresConnection } from "./postgres-pool.ts";
import { lockStates } from "./run-locks.ts";
import { settleFirings } from "./settle-firings.ts";
import { arraysOf, unnest } from "./unnest.ts";

/** Runs of one lock that are looked at in one transaction. */
const AT_ONCE = 100;

type HeldRow = LiveRow & { readonly options_now: string | null };

const firstHeld = `
  select h.*, p.options as options_now from unnest($1::text[]) as t (key)
  cross join lateral (
    select * from run_live where state = 'held' and waits_for is null and lock_key = t.key order by seq limit ${AT_ONCE}
  ) h
  left join periodic_task p on p.id = h.periodic_task_id
  order by h.seq`;

const columns = { seq: "bigint", state: "text", slot: "text" } as const;

const release = `
  update run_live r set state = t.state, lock_key = t.slot from ${unnest(columns, "t")}
  where r.seq = t.seq and r.state = 'held'`;

/**
 * Gives the slots of locks that are free to those that wait for one, the first first. `freed`: the locks, whose keys this transaction has,
 * each with the slot that became free. Answers how many runs had one.
 */
export async function releaseHeld(
  connection: PostgresConnection,
  freed: ReadonlyMap<string, string | undefined>,
  now: Instant,
  carriage: Carriage,
): Promise<number> {
  if (freed.size === 0) return 0;
  const { rows } = await connection.query<HeldRow>({
    name: "first-held",
    text: firstHeld,
    values: [[...freed.keys()]],
  });
  if (rows.length === 0) return 0;
  const ofKey = Map.groupBy(rows, (row) => row.lock_key ?? "");
  const states = await lockStates(connection, [...ofKey.keys()]);
  const expired: HeldRow[] = [];
  const released: { readonly row: HeldRow; readonly slot: string }[] = [];
  for (const [key, waiting] of ofKey) {
    const holders: { readonly slot: string }[] = [...(states.get(key)?.holders ?? [])];
    for (const row of waiting) {
      if (row.expires_at !== null && row.expires_at <= now) {
        expired.push(row);
        continue;
      }
      const slot = freeSlot(key, limitOf(row.options_now ?? undefined, freed.get(key)), holders);
      if (slot === undefined) break;
      holders.push({ slot });
      released.push({ row, slot });
    }
  }
  await dropExpired(connection, expired, now, carriage);
  await giveSlots(connection, released, now, carriage.arrival);
  return released.length;
}

async function dropExpired(
  connection: PostgresConnection,
  rows: readonly HeldRow[],
  now: Instant,
  carriage: Carriage,
): Promise<void> {
  const error = { name: "Expired", message: "it had not begun when it expired" };
  await endStatement(
    connection,
    "waiting",
    rows.map((row) => ({ ...endOfWaiting(row, "expired", now, error), report: carriage.reports })),
    carriage,
  );
  await settleFirings(
    connection,
    rows.map((run) => ({ run, as: droppedAs("expired", error) })),
  );
}

async function giveSlots(
  connection: PostgresConnection,
  released: readonly { readonly row: HeldRow; readonly slot: string }[],
  now: Instant,
  arrival: Arrival,
): Promise<void> {
  if (released.length === 0) return;
  const rows = released.map(({ row, slot }) => ({
    seq: row.seq,
    state: row.available_at > now ? "scheduled" : arrival,
    slot,
  }));
  await connection.query({ name: "release-held", text: release, values: arraysOf(columns, rows) });
  await settleFirings(
    connection,
    released.map(({ row }) => ({ run: row, as: hasSlot })),
  );
}
