import type { Instant } from "../../base/clock.ts";
import { messageOf } from "../../base/error.ts";
import type { PostgresConnection } from "../../database/postgres/postgres-pool.ts";
import { arraysOf, unnest } from "../../database/postgres/unnest.ts";
import { type DuePauseRow, duePausesSql, pausesBySchedule } from "../../database/queries/due-pauses.ts";
import { type CalendarDaysOf, type DueRow, dueSchedule } from "../../database/queries/due-row.ts";
import { firingRun } from "../../database/queries/firing-run.ts";
import { cannotCompute } from "../../firing/decide.ts";
import type { Decision, DueSchedule, PauseSpan } from "../../firing/decision.ts";
import { slotOf } from "../../firing/run-lock.ts";
import type { FireReport, FireRequest } from "../ledger.ts";
import type { CalendarCache } from "./calendar-cache.ts";
import { defaultsOf, type TakenRow, takeDue } from "./due-rows.ts";
import { type CursorMove, type FiringToWrite, type WrittenFirings, writeFirings } from "./write-firings.ts";

/** Rows of the ledger in one transaction, so that nobody waits long behind what many schedules catch up. */
const ROWS_AT_ONCE = 500;
/** Schedules of one periodic task in one transaction: they are decided one after the other. */
const OF_ONE_AT_ONCE = 20;

interface Decided {
  readonly row: TakenRow;
  readonly schedule: DueSchedule | undefined;
  readonly decision: Decision;
}

/** What the decisions of one transaction need besides their rows. */
interface Surroundings {
  readonly pauses: (row: DueRow) => readonly PauseSpan[];
  readonly daysOf: CalendarDaysOf;
}

/** One batch, inside a transaction. */
export async function fireDue(
  connection: PostgresConnection,
  request: FireRequest,
  calendars: CalendarCache,
): Promise<FireReport> {
  const { now, limit } = request;
  const rows = await takeDue(connection, request);
  if (rows.length === 0) return { schedules: 0, sent: 0, failed: 0, latenessMs: [], drained: true };
  await lockShared(connection, rows);
  const surroundings = {
    pauses: await pausesOf(connection, rows),
    daysOf: await calendars.daysFor(connection, rows),
  };

  const total = { schedules: 0, failed: 0, latenessMs: [] as number[] };
  let written = 0;
  let unfinished = rows.length === limit;
  for (const wave of wavesOf(rows)) {
    if (written >= ROWS_AT_ONCE) {
      unfinished = true;
      break;
    }
    const decided = await decideEach(connection, wave, request, surroundings, ROWS_AT_ONCE - written);
    unfinished ||= decided.length < wave.length;
    const firings = await mergeSiblings(connection, firingsOf(decided, now));
    const answer = await writeFirings(connection, firings, decided.map(moveOf), now);
    await overrule(connection, firings, answer);
    for (const { run, firing } of firings) {
      if (run !== undefined && answer.sent.has(run.id)) total.latenessMs.push(now - firing.nominalAt);
    }
    for (const { decision } of decided) {
      total.schedules += 1;
      if (decision.error !== null) total.failed += 1;
      written += decision.firings.length;
      unfinished ||= decision.nextAt !== null && decision.nextAt <= now;
    }
  }
  if (rows.length > total.schedules) unfinished = true;
  return { ...total, sent: total.latenessMs.length, drained: !unfinished };
}

/**
 * Where a periodic task has several schedules, each of which another transaction may fire, one waits for the other: only what is
 * committed shows that a sibling has sent the same run, or how many runs are left. In the order of ids, so that no two wait for each
 * other; and not by the periodic task's row, which an edit locks before the cursors that are locked here already.
 */
async function lockShared(connection: PostgresConnection, rows: readonly TakenRow[]): Promise<void> {
  const ids = new Set(rows.filter((row) => row.schedules > 1).map((row) => row.periodic_task_id));
  if (ids.size === 0) return;
  await connection.query({
    name: "lock-shared",
    text: "select pg_advisory_xact_lock(hashtextextended('hyoshi periodic task ' || id, 0)) from unnest($1::bigint[]) as t (id)",
    values: [[...ids].sort((a, b) => a - b)],
  });
}

/** Each with at most one schedule of a periodic task: the next one is decided when the one before it is written. */
function wavesOf(rows: readonly TakenRow[]): readonly (readonly TakenRow[])[] {
  const waves: TakenRow[][] = [];
  const seen = new Map<number, number>();
  for (const row of rows) {
    const wave = seen.get(row.periodic_task_id) ?? 0;
    if (wave === OF_ONE_AT_ONCE) continue;
    seen.set(row.periodic_task_id, wave + 1);
    waves[wave] ??= [];
    waves[wave].push(row);
  }
  return waves;
}

async function pausesOf(
  connection: PostgresConnection,
  rows: readonly TakenRow[],
): Promise<(row: DueRow) => readonly PauseSpan[]> {
  if (rows[0]?.any_pause !== 1) return () => [];
  const after = rows.reduce((earliest, row) => Math.min(earliest, row.accounted_to), Number.MAX_SAFE_INTEGER);
  const text = duePausesSql({
    after: "$1::bigint",
    taskIds: "unnest($2::bigint[]) as i (value)",
    scheduleIds: "unnest($3::bigint[]) as i (value)",
  });
  const taskIds = [...new Set(rows.map((row) => row.periodic_task_id))];
  const scheduleIds = rows.map((row) => row.schedule_id);
  const pauses = await connection.query<DuePauseRow>({
    name: "due-pauses",
    text,
    values: [after, taskIds, scheduleIds],
  });
  return pausesBySchedule(pauses.rows);
}

/** Decides one after the other, until there are `most` rows to write. */
async function decideEach(
  connection: PostgresConnection,
  rows: readonly TakenRow[],
  { now, decide }: FireRequest,
  { pauses, daysOf }: Surroundings,
  most: number,
): Promise<readonly Decided[]> {
  const sentSoFar = await countsOf(connection, rows);
  const decided: Decided[] = [];
  for (let n = 0, planned = 0; n < rows.length && planned < most; n += 1) {
    const row = rows[n] as TakenRow;
    let schedule: DueSchedule | undefined;
    let decision: Decision;
    try {
      const id = row.periodic_task_id;
      schedule = dueSchedule(row, { pauses: pauses(row), daysOf, sentSoFar: () => sentSoFar.get(id) ?? 0 });
      decision = decide(schedule, now);
    } catch (error) {
      decision = cannotCompute(now, messageOf(error));
    }
    decided.push({ row, schedule, decision });
    planned += decision.firings.length;
  }
  return decided;
}

/** How many runs were sent of the periodic tasks that end after a number of them. */
async function countsOf(
  connection: PostgresConnection,
  rows: readonly TakenRow[],
): Promise<ReadonlyMap<number, number>> {
  const ids = rows.filter((row) => row.options.includes('"endAfterRuns"')).map((row) => row.periodic_task_id);
  if (ids.length === 0) return new Map();
  const { rows: counts } = await connection.query<{ id: number; sent: number }>({
    name: "sent-so-far",
    text: "select periodic_task_id as id, sent from periodic_task_sent where periodic_task_id = any($1::bigint[])",
    values: [ids],
  });
  return new Map(counts.map(({ id, sent }) => [id, sent]));
}

function firingsOf(decided: readonly Decided[], now: Instant): readonly FiringToWrite[] {
  return decided.flatMap(({ row, schedule, decision }) =>
    decision.firings.map((firing, n) => ({
      ...{ row, firing },
      leads: n === 0,
      run: schedule && firingRun(schedule, firing, now, defaultsOf(row)),
      counted: schedule?.periodicTask.runsLeft != null,
      mergedInto: undefined,
    })),
  );
}

function moveOf({ row, decision }: Decided): CursorMove {
  return { row, decision };
}

const siblingColumns = { periodic_task_id: "bigint", nominal_at: "bigint" } as const;

/** Another schedule of the same periodic task at the same instant, whose run has the same input: its run stands for both. */
async function mergeSiblings(
  connection: PostgresConnection,
  firings: readonly FiringToWrite[],
): Promise<readonly FiringToWrite[]> {
  const shared = firings.filter(({ row, run }) => row.schedules > 1 && run !== undefined);
  if (shared.length === 0) return firings;
  const keys = shared.map(({ row, firing }) => ({
    periodic_task_id: row.periodic_task_id,
    nominal_at: firing.nominalAt,
  }));
  const { rows } = await connection.query<{
    periodic_task_id: number;
    nominal_at: number;
    run_id: string;
    input: string | null;
  }>({
    name: "siblings",
    text: `
      select t.periodic_task_id, t.nominal_at, f.run_id, coalesce(l.input, d.input) as input
      from ${unnest(siblingColumns, "t")}
      join schedule o on o.periodic_task_id = t.periodic_task_id
      join firing f on f.schedule_id = o.id and f.nominal_at = t.nominal_at and f.verdict = 'sent'
      left join run_live l on l.id = f.run_id
      left join run_done d on d.id = f.run_id
      order by f.schedule_id`,
    values: arraysOf(siblingColumns, keys),
  });
  return firings.map((one) => {
    const { row, firing, run } = one;
    if (run === undefined) return one;
    const sibling = rows.find(
      (other) =>
        other.periodic_task_id === row.periodic_task_id &&
        other.nominal_at === firing.nominalAt &&
        other.run_id !== run.id &&
        other.input === JSON.stringify(run.payload),
    );
    return sibling === undefined ? one : { ...one, run: undefined, mergedInto: sibling.run_id };
  });
}

const overruleColumns = { schedule_id: "bigint", nominal_at: "bigint", lock_key: "text" } as const;

/** What could not be sent, because an earlier run is unfinished. */
async function overrule(
  connection: PostgresConnection,
  firings: readonly FiringToWrite[],
  { blocked }: WrittenFirings,
): Promise<void> {
  if (blocked.size === 0) return;
  const rows = firings.flatMap(({ row, firing, run }) =>
    run === undefined || !blocked.has(run.id)
      ? []
      : {
          schedule_id: row.schedule_id,
          nominal_at: firing.nominalAt,
          lock_key: run.lock === undefined ? null : slotOf(run.lock.key, 0),
        },
  );
  await connection.query({
    name: "overrule",
    text: `
      update firing f set verdict = 'skipped', reason = 'overlap', run_id = null,
        detail = (select json_build_object('runId', l.id) from run_live l
          where l.lock_key = t.lock_key and l.lock_key is not null and l.state <> 'held')
      from ${unnest(overruleColumns, "t")}
      where f.schedule_id = t.schedule_id and f.nominal_at = t.nominal_at`,
    values: arraysOf(overruleColumns, rows),
  });
}
