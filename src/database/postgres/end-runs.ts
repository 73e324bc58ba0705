import type { Instant } from "../../base/clock.ts";
import { keyOfSlot } from "../../firing/run-lock.ts";
import type { Carriage } from "../../run/arrival.ts";
import { droppedAs } from "../queries/settle-firing.ts";
import { type EndedRow, type Ending, endStatement, type Fence } from "./end-statement.ts";
import { holdFailed } from "./hold-failed.ts";
import type { PostgresConnection } from "./postgres-pool.ts";
import { releaseHeld } from "./release-held.ts";
import { lockKeysOf } from "./run-locks.ts";
import { settleFirings } from "./settle-firings.ts";

/**
 * Ends runs inside a transaction, and does what follows from it: a failure may hold its periodic task, the firing of what waited is
 * settled, and what waited for a slot takes it. Answers what `fence` let end.
 */
export async function endRuns(
  connection: PostgresConnection,
  fence: Fence,
  endings: readonly Ending[],
  carriage: Carriage,
): Promise<readonly EndedRow[]> {
  if (endings.length === 0) return [];
  await lockKeysOf(connection, "r.id = any($1::text[])", [endings.map(({ id }) => id)]);
  const told = endings.map((ending) => ({ ...ending, report: ending.report ?? carriage.reports }));
  const ended = await endStatement(connection, fence, told, carriage);
  const isTold = new Set(endings.filter(({ byWorker }) => byWorker).map(({ id }) => id));
  if (carriage.ended !== undefined) {
    for (const { id } of ended) if (!isTold.has(id)) connection.news.add(carriage.ended, id);
  }
  await holdFailed(connection, ended);
  const errors = new Map(endings.map(({ id, error }) => [id, error]));
  await settleFirings(
    connection,
    ended
      .filter(({ was_state }) => was_state === "held")
      .map((run) => ({ run, as: droppedAs(run.end_state, errors.get(run.id) ?? null) })),
  );
  const freed = new Map<string, string>();
  let now: Instant = 0;
  for (const { lock_key, ended_at } of ended) {
    const key = lock_key === null ? undefined : keyOfSlot(lock_key);
    if (key === undefined || lock_key === null) continue;
    freed.set(key, lock_key);
    now = Math.max(now, ended_at);
  }
  await releaseHeld(connection, freed, now, carriage);
  return ended;
}
