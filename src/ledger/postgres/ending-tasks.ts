import type { Instant } from "../../base/clock.ts";
import { setHold } from "../../database/postgres/hold-failed.ts";
import type { PostgresConnection } from "../../database/postgres/postgres-pool.ts";
import type { Hold } from "../../firing/decision.ts";
import type { TakenRow } from "./due-rows.ts";
import type { Decided } from "./fire-due.ts";
import type { WrittenFirings } from "./write-firings.ts";

/**
 * Where a periodic task ends after a number of runs, its row may be written as well. A row that somebody has, an edit, is not waited for:
 * the edit in turn waits for the cursors, and they are left to it.
 */
export async function lockCounted(
  connection: PostgresConnection,
  rows: readonly TakenRow[],
): Promise<readonly TakenRow[]> {
  const ids = idsOf(rows, isCounted);
  if (ids.length === 0) return rows;
  const locked = await connection.query<{ id: number }>({
    name: "lock-counted",
    text: "select id from periodic_task where id = any($1::bigint[]) for no key update skip locked",
    values: [ids],
  });
  const free = new Set(locked.rows.map(({ id }) => id));
  return rows.filter((row) => !isCounted(row) || free.has(row.periodic_task_id));
}

/** How many runs were sent of the periodic tasks that end after a number of them. */
export async function sentSoFar(
  connection: PostgresConnection,
  rows: readonly TakenRow[],
): Promise<ReadonlyMap<number, number>> {
  const ids = idsOf(rows, isCounted);
  if (ids.length === 0) return new Map();
  const counts = await connection.query<{ id: number; sent: number }>({
    name: "sent-so-far",
    text: "select periodic_task_id as id, sent from periodic_task_sent where periodic_task_id = any($1::bigint[])",
    values: [ids],
  });
  return new Map(counts.rows.map(({ id, sent }) => [id, sent]));
}

/** Holds the periodic tasks of which as many runs as were wanted have now been sent. */
export async function endCounted(
  connection: PostgresConnection,
  decided: readonly Decided[],
  { sent, held }: WrittenFirings,
  now: Instant,
): Promise<void> {
  for (const { row, schedule, decision } of decided) {
    const runsLeft = schedule?.periodicTask.runsLeft ?? null;
    if (runsLeft === null || runsLeft === 0) continue;
    const runIds = decision.firings.flatMap(({ run }) => run?.id ?? []).filter((id) => sent.has(id) || held.has(id));
    const runId = runIds[runsLeft - 1];
    if (runId === undefined) continue;
    const counts = await sentSoFar(connection, [row]);
    const hold: Hold = { kind: "ended", at: now, runId, count: counts.get(row.periodic_task_id) ?? 0 };
    await setHold(connection, row.periodic_task_id, hold);
  }
}

/**
 * A firing may have waited for the end of a run that failed, and so for a hold that was not there when it was decided. Then it is decided
 * again: the transaction is, as the server would say, not serializable.
 */
export async function assertStillFree(
  connection: PostgresConnection,
  decided: readonly Decided[],
  { sent, held }: WrittenFirings,
): Promise<void> {
  const rows = decided
    .filter(({ decision }) =>
      decision.firings.some(({ run }) => run !== null && (sent.has(run.id) || held.has(run.id))),
    )
    .map(({ row }) => row);
  const ids = idsOf(rows, mayBeHeld);
  if (ids.length === 0) return;
  const meanwhile = await connection.query({
    name: "held-meanwhile",
    text: "select 1 from periodic_task where id = any($1::bigint[]) and held_reason is not null limit 1",
    values: [ids],
  });
  if (meanwhile.rowCount > 0) throw Object.assign(new Error("a run failed meanwhile"), { code: "40001" });
}

function idsOf(rows: readonly TakenRow[], matches: (row: TakenRow) => boolean): readonly number[] {
  return [...new Set(rows.filter(matches).map((row) => row.periodic_task_id))];
}

function isCounted({ options }: TakenRow): boolean {
  return options.includes('"endAfterRuns"');
}

function mayBeHeld({ options, held_reason }: TakenRow): boolean {
  return held_reason === null && /"holdOnError":true|"disableAfterFailures"/.test(options);
}
