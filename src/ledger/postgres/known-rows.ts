import type { Instant } from "../../base/clock.ts";
import type { PostgresConnection } from "../../database/postgres/postgres-pool.ts";
import { arraysOf, unnest } from "../../database/postgres/unnest.ts";
import type { KnownRow } from "../../firing/decision.ts";

export interface Stretch {
  readonly scheduleId: number;
  readonly after: Instant;
  readonly through: Instant;
}

const columns = { schedule_id: "bigint", past: "bigint", through: "bigint" } as const;

/** The rows that the ledger has of schedules in a stretch of time each, by schedule and in their order. */
export async function knownRows(
  connection: PostgresConnection,
  stretches: readonly Stretch[],
): Promise<ReadonlyMap<number, readonly KnownRow[]>> {
  if (stretches.length === 0) return new Map();
  const rows = stretches.map(({ scheduleId, after, through }) => ({ schedule_id: scheduleId, past: after, through }));
  const known = await connection.query<{ schedule_id: number; nominal_at: number; through_at: number }>({
    name: "known-rows",
    text: `select f.* from ${unnest(columns, "t")} cross join lateral (
        select schedule_id, nominal_at, through_at from firing
        where schedule_id = t.schedule_id and nominal_at > t.past and nominal_at <= t.through order by nominal_at
      ) f`,
    values: arraysOf(columns, rows),
  });
  const ofSchedule = Map.groupBy(known.rows, (row) => row.schedule_id);
  return new Map(
    [...ofSchedule].map(([id, found]) => [
      id,
      found.map((row) => ({ nominalAt: row.nominal_at, throughAt: row.through_at })),
    ]),
  );
}
