import type { Instant } from "../../base/clock.ts";
import type { PostgresConnection } from "../../database/postgres/postgres-pool.ts";
import { runColumns as newRunColumns, runColumnNames, runRow } from "../../database/postgres/run-batch.ts";
import { arraysOf, unnest } from "../../database/postgres/unnest.ts";
import { insertColumns, type RunToInsert } from "../../database/queries/run-columns.ts";
import type { Decision, PlannedFiring } from "../../firing/decision.ts";
import type { TakenRow } from "./due-rows.ts";

/** A firing as it is to be written, with its run where one is to be sent. */
export interface FiringToWrite {
  readonly row: TakenRow;
  readonly firing: PlannedFiring;
  readonly run: RunToInsert | undefined;
  /** The first of its decision: it may continue the schedule's last row. */
  readonly leads: boolean;
  /** The run is counted, because the periodic task ends after a number of them. */
  readonly counted: boolean;
  /** The run of a sibling, which stands for this firing's as well. */
  readonly mergedInto: string | undefined;
}

export interface CursorMove {
  readonly row: TakenRow;
  readonly decision: Decision;
}

const firingColumns = {
  schedule_id: "bigint",
  nominal_at: "bigint",
  through_at: "bigint",
  version: "bigint",
  verdict: "text",
  reason: "text",
  detail: "json",
  run_id: "text",
  accounted_to: "bigint",
} as const;

const runColumns = { ...newRunColumns, counted: "bigint" } as const;

const cursorColumns = {
  schedule_id: "bigint",
  version: "bigint",
  was_at: "bigint",
  next_at: "bigint",
  accounted_to: "bigint",
  error: "text",
} as const;

const firstRun = 2 + Object.keys(firingColumns).length;
const firstCursor = firstRun + Object.keys(runColumns).length;

/**
 * A row that continues the schedule's last one, with the same verdict, reason and detail, lengthens it. Where the ledger has a row for the
 * nominal time already, the cursor was set back by hand, and what was sent is not sent again. A run that another one is in the way of
 * is left out, and answered. (Within a `case`, a list is looked up by its hash, and not walked for each row.)
 */
const writeText = `
  with f as materialized (select * from ${unnest(firingColumns, "t", 2)}),
  r as materialized (select * from ${unnest(runColumns, "t", firstRun)}),
  longer as (
    update firing g set through_at = f.through_at, decided_at = $1
    from f
    where f.run_id is null and g.schedule_id = f.schedule_id and g.through_at = f.accounted_to
      and g.nominal_at = (select max(m.nominal_at) from firing m where m.schedule_id = f.schedule_id)
      and g.verdict = f.verdict and g.reason = f.reason and g.version = f.version
      and g.detail::text is not distinct from f.detail::text
    returning f.ord
  ),
  written as (
    insert into firing (schedule_id, nominal_at, through_at, version, verdict, reason, detail, run_id, decided_at)
    select schedule_id, nominal_at, through_at, version, verdict, reason, detail, run_id, $1 from f
    where ord not in (select ord from longer)
    on conflict do nothing
    returning schedule_id, nominal_at, run_id
  ),
  sent as (
    insert into run_live (${runColumnNames})
    select ${insertColumns.map((column) => `r.${column}`).join(", ")} from r
    where case when (r.schedule_id, r.nominal_at) in (select schedule_id, nominal_at from written) then true end
    order by r.ord
    on conflict do nothing
    returning id
  ),
  counted as (
    insert into periodic_task_sent as n (periodic_task_id, sent)
    select r.periodic_task_id, count(*) from r where r.counted = 1 and case when r.id in (select id from sent) then true end
    group by r.periodic_task_id order by r.periodic_task_id
    on conflict (periodic_task_id) do update set sent = n.sent + excluded.sent
  ),
  moved as (
    update schedule_cursor c set next_at = m.next_at, accounted_to = m.accounted_to, error = m.error
    from ${unnest(cursorColumns, "m", firstCursor)}
    where c.schedule_id = m.schedule_id and c.version = m.version and c.next_at = m.was_at
  )
  select id, 1 as is_sent from sent union all select run_id, 0 from written where run_id is not null`;

export interface WrittenFirings {
  readonly sent: ReadonlySet<string>;
  /** Runs that were not added, although their firings are new. */
  readonly blocked: ReadonlySet<string>;
}

/** Writes firings and their runs, and moves the cursors. */
export async function writeFirings(
  connection: PostgresConnection,
  firings: readonly FiringToWrite[],
  moves: readonly CursorMove[],
  now: Instant,
): Promise<WrittenFirings> {
  const runs = firings.flatMap(({ run, counted }) => {
    if (run === undefined) return [];
    return { ...runRow(run, run.availableAt > now ? "scheduled" : "ready"), counted: counted ? 1 : 0 };
  });
  const { rows } = await connection.query<{ id: string; is_sent: number }>({
    name: "write-firings",
    text: writeText,
    values: [
      now,
      ...arraysOf(firingColumns, firings.map(firingRow)),
      ...arraysOf(runColumns, runs),
      ...arraysOf(cursorColumns, moves.map(cursorRow)),
    ],
  });
  const sent = new Set(rows.filter((row) => row.is_sent === 1).map(({ id }) => id));
  const planned = new Set(runs.map(({ id }) => id));
  const isBlocked = (id: string) => planned.has(id) && !sent.has(id);
  return { sent, blocked: new Set(rows.map(({ id }) => id).filter(isBlocked)) };
}

function firingRow({ row, firing, run, leads, mergedInto }: FiringToWrite) {
  const isMerged = mergedInto !== undefined;
  return {
    schedule_id: row.schedule_id,
    nominal_at: firing.nominalAt,
    through_at: firing.throughAt,
    version: row.version,
    verdict: isMerged ? "merged" : firing.verdict,
    reason: isMerged ? "same_instant" : firing.reason,
    detail: firing.detail === null ? null : JSON.stringify(firing.detail),
    run_id: mergedInto ?? run?.id ?? null,
    accounted_to: leads ? row.accounted_to : null,
  };
}

function cursorRow({ row, decision }: CursorMove) {
  return {
    schedule_id: row.schedule_id,
    version: row.cursor_version,
    was_at: row.next_at,
    next_at: decision.nextAt,
    accounted_to: decision.accountedTo,
    error: decision.error,
  };
}
