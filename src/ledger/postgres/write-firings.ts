import type { Instant } from "../../base/clock.ts";
import { type Place, stopReplaced } from "../../database/postgres/place-runs.ts";
import type { PostgresConnection } from "../../database/postgres/postgres-pool.ts";
import { runColumns as newRunColumns, runColumnNames, runRow } from "../../database/postgres/run-batch.ts";
import { arraysOf, unnest } from "../../database/postgres/unnest.ts";
import { hasLockSlot } from "../../database/queries/lock-state.ts";
import { insertColumns, type RunToInsert } from "../../database/queries/run-columns.ts";
import type { Decision, PlannedFiring, Reason, Verdict } from "../../firing/decision.ts";
import { slotRange } from "../../firing/run-lock.ts";
import type { Carriage } from "../../run/arrival.ts";
import type { TakenRow } from "./due-rows.ts";

/** A firing as it is to be written, with its run where one is to be sent. */
export interface FiringToWrite {
  readonly row: TakenRow;
  readonly firing: PlannedFiring;
  readonly run: RunToInsert | undefined;
  /** It is about the times right behind those that the schedule's last row is about. */
  readonly follows: boolean;
  /** The run is counted, because the periodic task ends after a number of them. */
  readonly counted: boolean;
  /** The run of a sibling, which stands for this firing's as well. */
  readonly mergedInto?: string;
  /** Where the overlap rule was decided before: what it says. */
  readonly place?: Place;
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
  follows_at: "bigint",
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
 * nominal time already, the cursor was set back, and what was sent is not sent again. A run that another one is in the way of is left
 * out, and answered. (Within a `case`, a list is looked up by its hash, and not walked for each row.)
 */
const writeText = `
  with f as materialized (select * from ${unnest(firingColumns, "t", 2)}),
  r as materialized (select * from ${unnest(runColumns, "t", firstRun)}),
  longer as (
    update firing g set through_at = f.through_at, decided_at = $1
    from f
    where f.follows_at is not null and g.schedule_id = f.schedule_id and g.through_at = f.follows_at
      and g.nominal_at = (
        select max(m.nominal_at) from firing m where m.schedule_id = f.schedule_id and m.nominal_at <= f.follows_at)
      and g.verdict = f.verdict and g.reason = f.reason and g.version = f.version and g.run_id is null
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

/** What became of the runs. */
export interface WrittenFirings {
  readonly sent: ReadonlySet<string>;
  readonly held: ReadonlySet<string>;
}

/** Writes firings and their runs, and moves the cursors. */
export async function writeFirings(
  connection: PostgresConnection,
  firings: readonly FiringToWrite[],
  moves: readonly CursorMove[],
  now: Instant,
  carriage: Carriage,
): Promise<WrittenFirings> {
  const toInsert = firings.filter(isInserted);
  const { rows } = await connection.query<{ id: string; is_sent: number }>({
    name: "write-firings",
    text: writeText,
    values: [
      now,
      ...arraysOf(firingColumns, firings.map(firingRow)),
      ...arraysOf(
        runColumns,
        toInsert.map((one) => insertedRow(one, now, carriage)),
      ),
      ...arraysOf(cursorColumns, moves.map(cursorRow)),
    ],
  });
  const inserted = new Set(rows.filter((row) => row.is_sent === 1).map(({ id }) => id));
  const written = new Set(rows.map(({ id }) => id));
  await overrule(
    connection,
    toInsert.filter(({ run }) => written.has(run.id) && !inserted.has(run.id)),
  );
  const waiting = toInsert.filter(({ run, place }) => place?.kind === "held" && inserted.has(run.id));
  const released = await releaseAtOnce(connection, waiting, carriage);
  const held = new Set(waiting.map(({ run }) => run.id).filter((id) => !released.has(id)));
  return { held, sent: new Set([...inserted].filter((id) => !held.has(id))) };
}

type InsertedFiring = FiringToWrite & { readonly run: RunToInsert };

function isInserted(one: FiringToWrite): one is InsertedFiring {
  const { run, place } = one;
  return run !== undefined && (place === undefined || place.kind === "slot" || place.kind === "held");
}

function insertedRow({ run, place, counted }: InsertedFiring, now: Instant, { arrival }: Carriage) {
  const free = run.availableAt > now ? "scheduled" : arrival;
  const lockKey = place?.kind === "slot" || place?.kind === "held" ? place.lockKey : undefined;
  return { ...runRow(run, place?.kind === "held" ? "held" : free, lockKey), counted: counted ? 1 : 0 };
}

function firingRow(one: FiringToWrite) {
  const { row, firing, run, follows } = one;
  const { verdict, reason, detail, runId } = outcomeOf(one);
  return {
    schedule_id: row.schedule_id,
    nominal_at: firing.nominalAt,
    through_at: firing.throughAt,
    version: row.version,
    verdict,
    reason,
    detail: detail === null ? null : JSON.stringify(detail),
    run_id: runId,
    follows_at: follows && run === undefined && runId === null ? row.accounted_to : null,
  };
}

interface FiringOutcome {
  readonly verdict: Verdict;
  readonly reason: Reason;
  readonly detail: PlannedFiring["detail"];
  readonly runId: string | null;
}

function outcomeOf({ firing, run, mergedInto, place }: FiringToWrite): FiringOutcome {
  const { verdict, reason, detail } = firing;
  if (mergedInto !== undefined) return { verdict: "merged", reason: "same_instant", detail: null, runId: mergedInto };
  const runId = run?.id ?? null;
  if (place?.kind === "locked")
    return { verdict: "skipped", reason: place.reason, detail: { runId: place.by }, runId: null };
  if (place?.kind === "held") return { verdict: "held", reason: "waiting", detail: { runId: place.behind }, runId };
  return { verdict, reason, detail, runId };
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

const overruleColumns = {
  schedule_id: "bigint",
  nominal_at: "bigint",
  run_id: "text",
  first: "text",
  past: "text",
} as const;

/** What could not be sent, because an earlier run is unfinished. A run that is there already was sent then. (By `seq` alone all runs would be walked.) */
async function overrule(connection: PostgresConnection, blocked: readonly InsertedFiring[]): Promise<void> {
  if (blocked.length === 0) return;
  const rows = blocked.map(({ row, firing, run }) => {
    const range = run.lock === undefined ? undefined : slotRange(run.lock.key);
    return {
      schedule_id: row.schedule_id,
      nominal_at: firing.nominalAt,
      run_id: run.id,
      first: range?.first ?? null,
      past: range?.end ?? null,
    };
  });
  await connection.query({
    name: "overrule",
    text: `
      update firing f set verdict = 'skipped', reason = 'overlap', run_id = null,
        detail = (select json_build_object('runId', l.id) from run_live l
          where ${hasLockSlot("l.")} and l.lock_key >= t.first and l.lock_key < t.past
          order by l.seq + 0 limit 1)
      from ${unnest(overruleColumns, "t")}
      where f.schedule_id = t.schedule_id and f.nominal_at = t.nominal_at
        and not exists (select 1 from run_live r where r.id = t.run_id)`,
    values: arraysOf(overruleColumns, rows),
  });
}

const sentColumns = { schedule_id: "bigint", nominal_at: "bigint", reason: "text" } as const;

/** Asks those to stop that the new ones wait for. Answers which of the new ones did not have to wait, and says so in their firings. */
async function releaseAtOnce(
  connection: PostgresConnection,
  waiting: readonly InsertedFiring[],
  carriage: Carriage,
): Promise<ReadonlySet<string>> {
  if (waiting.length === 0) return new Set();
  const released = await stopReplaced(
    connection,
    waiting.flatMap(({ run, place }) => (place === undefined ? [] : { run, place })),
    carriage,
  );
  const rows = waiting
    .filter(({ run }) => released.has(run.id))
    .map(({ row, firing }) => ({
      schedule_id: row.schedule_id,
      nominal_at: firing.nominalAt,
      reason: firing.reason,
    }));
  if (rows.length === 0) return released;
  await connection.query({
    text: `update firing f set verdict = 'sent', reason = t.reason, detail = null from ${unnest(sentColumns, "t")}
      where f.schedule_id = t.schedule_id and f.nominal_at = t.nominal_at`,
    values: arraysOf(sentColumns, rows),
  });
  return released;
}
