import { type Kysely, type RawBuilder, sql } from "kysely";
import type { Tables } from "../../database/rows.ts";
import { STRIP_LENGTH, type StripEntry } from "../periodic-task-reader.ts";

/** Parts of one statement: SQLite takes 500. */
const PARTS = 200;

interface RunRow {
  readonly periodic_task_id: number;
  readonly id: string;
  readonly state: string;
  readonly queued_at: number;
  readonly nominal_at: number | null;
  readonly started_at: number | null;
  readonly ended_at: number | null;
}

interface FiringRow {
  readonly schedule_id: number;
  readonly nominal_at: number;
  readonly verdict: string;
  readonly run_id: string | null;
}

/** A run sent them, or another schedule's did: that run stands in the strip. */
const WITH_RUN: ReadonlySet<string> = new Set(["sent", "merged"]);

/** The last runs and nominal times without one of each periodic task, the oldest first. */
export async function readStrips(
  db: Kysely<Tables>,
  tasks: readonly { readonly id: number; readonly scheduleIds: readonly number[] }[],
): Promise<ReadonlyMap<number, readonly StripEntry[]>> {
  const ids = tasks.map(({ id }) => id);
  const runs = [
    ...(await eachLast<RunRow>(db, ids, (id) => lastRuns("run_done", "ended_at", id))),
    ...(await eachLast<RunRow>(db, ids, (id) => lastRuns("run_live", "null", id))),
  ];
  const ownerOf = new Map(tasks.flatMap(({ id, scheduleIds }) => scheduleIds.map((schedule) => [schedule, id])));
  const firings = await eachLast<FiringRow>(db, [...ownerOf.keys()], lastFirings);

  const strips = new Map<number, StripEntry[]>(ids.map((id) => [id, []]));
  for (const row of runs) {
    const { started_at: startedAt, ended_at: endedAt } = row;
    strips.get(row.periodic_task_id)?.push({
      at: row.nominal_at ?? row.queued_at,
      kind: "run",
      state: row.state,
      runId: row.id,
      durationMs: startedAt === null || endedAt === null ? null : endedAt - startedAt,
    });
  }
  for (const row of firings) {
    if (WITH_RUN.has(row.verdict)) continue;
    const { nominal_at: at, verdict: state } = row;
    strips.get(ownerOf.get(row.schedule_id) ?? 0)?.push({ at, kind: "firing", state, runId: null, durationMs: null });
  }
  return new Map([...strips].map(([id, entries]) => [id, entries.sort((a, b) => a.at - b.at).slice(-STRIP_LENGTH)]));
}

function lastRuns(table: "run_done" | "run_live", endedAt: string, id: number): RawBuilder<RunRow> {
  return sql<RunRow>`
    select periodic_task_id, id, state, queued_at, nominal_at, started_at, ${sql.raw(endedAt)} as ended_at
    from ${sql.table(table)} where periodic_task_id = ${id} order by queued_at desc limit ${STRIP_LENGTH}`;
}

/** Of any verdict: a walk back to the last ones without a run could be as long as the ledger. */
function lastFirings(scheduleId: number): RawBuilder<FiringRow> {
  return sql<FiringRow>`
    select schedule_id, nominal_at, verdict, run_id
    from firing where schedule_id = ${scheduleId} order by nominal_at desc limit ${STRIP_LENGTH}`;
}

/** The rows of one statement per id, asked for in few statements. */
async function eachLast<Row>(
  db: Kysely<Tables>,
  ids: readonly number[],
  one: (id: number) => RawBuilder<Row>,
): Promise<Row[]> {
  const found: Row[] = [];
  for (let from = 0; from < ids.length; from += PARTS) {
    const parts = ids.slice(from, from + PARTS).map((id) => sql`select * from (${one(id)}) as part`);
    const { rows } = await sql<Row>`${sql.join(parts, sql` union all `)}`.execute(db);
    found.push(...rows);
  }
  return found;
}
