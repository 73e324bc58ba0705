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
    text: `select f.schedule_id, f.nominal_at, f.through_at from ${unnest(columns, "t")}
      join firing f on f.schedule_id = t.schedule_id and f.nominal_at > t.past and f.nominal_at <= t.through
      order by f.schedule_id, f.nominal_at`,
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
