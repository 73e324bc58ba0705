import type { Instant } from "../../base/clock.ts";
import { endRuns } from "../../database/postgres/end-runs.ts";
import { endOfWaiting } from "../../database/postgres/end-statement.ts";
import type { PostgresPool } from "../../database/postgres/postgres-pool.ts";
import { arraysOf, unnest } from "../../database/postgres/unnest.ts";
import { isLeased, lostMessagesSql, waitingQueuesSql } from "../../database/queries/relayed-runs.ts";
import { type LiveRow, unpublishedRun } from "../../database/queries/run-columns.ts";
import type { Carriage } from "../arrival.ts";
import type { Claim, Refusal, UnpublishedRun } from "../run-store.ts";

const claimColumns = { id: "text", claim: "bigint" } as const;
const claims = unnest(claimColumns, "t");
const refusedColumns = { ...claimColumns, state: "text" } as const;
const isStillUnpublished = "r.id = t.id and r.claim = t.claim and r.state = 'unpublished'";

/** Relays take their turns: each sees what the one before it has taken. A number of hyoshi's own among advisory locks. */
const TAKING = 7_101_113_042;

const look = "select 1 from run_live where state = 'unpublished' limit 1";

// What a worker is just claiming is left out: it has its message.
const first = `
  select r.*, p.name as periodic_task_name from run_live r left join periodic_task p on p.id = r.periodic_task_id
  where r.state = 'unpublished' order by r.seq limit $1 for update of r skip locked`;

type UnpublishedRow = LiveRow & { readonly periodic_task_name: string | null };

export async function takeUnpublished(
  pool: PostgresPool,
  limit: number,
  now: Instant,
): Promise<readonly UnpublishedRun[]> {
  const { rowCount } = await pool.query({ name: "any-unpublished", text: look });
  if (rowCount === 0) return [];
  return pool.transaction(async (connection) => {
    await connection.query({ name: "relay-turn", text: `select pg_advisory_xact_lock(${TAKING})` });
    const { rows } = await connection.query<UnpublishedRow>({ name: "unpublished", text: first, values: [limit] });
    const leased = rows.findIndex((row) => isLeased(row, now));
    const mine = leased === -1 ? rows : rows.slice(0, leased);
    if (mine.length > 0) {
      await connection.query({
        name: "lease-unpublished",
        text: "update run_live set published_at = $1 where seq = any($2::bigint[])",
        values: [now, mine.map(({ seq }) => seq)],
      });
    }
    return mine.map(unpublishedRun);
  });
}

export async function markPublished(
  pool: PostgresPool,
  runs: readonly Claim[],
  now: Instant,
): Promise<readonly never[]> {
  await pool.query({
    name: "mark-published",
    text: `update run_live r set state = 'ready', published_at = $3 from ${claims} where ${isStillUnpublished}`,
    values: [...arraysOf(claimColumns, runs), now],
  });
  return [];
}

/** @param at null: whoever asks next may have them */
export async function leaseUnpublished(
  pool: PostgresPool,
  runs: readonly Claim[],
  at: Instant | null,
): Promise<readonly never[]> {
  await pool.query({
    text: `update run_live r set published_at = $3 from ${claims} where ${isStillUnpublished}`,
    values: [...arraysOf(claimColumns, runs), at],
  });
  return [];
}

/** Answers those that were still to be published. */
export function refuseRuns(
  pool: PostgresPool,
  refusals: readonly Refusal[],
  now: Instant,
  carriage: Carriage,
): Promise<readonly unknown[]> {
  return pool.transaction(async (connection) => {
    const { rows } = await connection.query<Claim>({
      text: `
        select r.id, r.claim from ${unnest(refusedColumns, "t")}
        join run_live r on r.id = t.id and r.claim = t.claim and r.state = t.state for update of r`,
      values: arraysOf(
        refusedColumns,
        refusals.map(({ id, claim, state = "unpublished" }) => ({ id, claim, state })),
      ),
    });
    const errors = new Map(refusals.map(({ id, error }) => [id, error]));
    const endings = rows.flatMap((row) => {
      const error = errors.get(row.id);
      return error === undefined ? [] : endOfWaiting(row, "failed", now, error);
    });
    return endRuns(connection, "waiting", endings, carriage);
  });
}

export async function waitingQueues(pool: PostgresPool, before: Instant): Promise<readonly string[]> {
  const { rows } = await pool.query<{ queue: string }>({
    name: "waiting-queues",
    text: waitingQueuesSql("$1"),
    values: [before],
  });
  return rows.map(({ queue }) => queue);
}

export async function republish(
  pool: PostgresPool,
  { queue, before, limit }: { queue: string; before: Instant; limit: number },
): Promise<number> {
  const { rowCount } = await pool.query({
    text: `update run_live set state = 'unpublished', published_at = null where seq in (
      ${lostMessagesSql("$1", "$2", "$3")} for update of r skip locked)`,
    values: [queue, before, limit],
  });
  return rowCount;
}
