import type { Instant } from "../../base/clock.ts";
import { messageOf } from "../../base/error.ts";
import { isDecidedByInsert, placeRuns } from "../../database/postgres/place-runs.ts";
import type { PostgresConnection } from "../../database/postgres/postgres-pool.ts";
import { type DuePauseRow, duePausesSql, pausesBySchedule } from "../../database/queries/due-pauses.ts";
import { type CalendarDaysOf, type DueRow, dueSchedule } from "../../database/queries/due-row.ts";
import { firingRun, type TaskDefaults } from "../../database/queries/firing-run.ts";
import type { RunToInsert } from "../../database/queries/run-columns.ts";
import { cannotCompute } from "../../firing/decide.ts";
import type { Decision, DueSchedule, PauseSpan } from "../../firing/decision.ts";
import type { Carriage } from "../../run/arrival.ts";
import type { FireReport, FireRequest } from "../ledger.ts";
import type { CalendarCache } from "./calendar-cache.ts";
import { announcedDefaults, type TakenRow, takeDue } from "./due-rows.ts";
import { assertStillFree, endCounted, lockCounted, sentSoFar } from "./ending-tasks.ts";
import { knownRows } from "./known-rows.ts";
import { mergeSiblings } from "./merge-siblings.ts";
import { type CursorMove, type FiringToWrite, type WrittenFirings, writeFirings } from "./write-firings.ts";

/** Rows of the ledger in one transaction, so that nobody waits long behind what many schedules catch up. */
const ROWS_AT_ONCE = 500;
/** Schedules of one periodic task in one transaction: they are decided one after the other. */
const OF_ONE_AT_ONCE = 20;

export interface Decided {
  readonly row: TakenRow;
  readonly schedule: DueSchedule | undefined;
  readonly decision: Decision;
  /** The ledger has nothing yet for the times that were decided. */
  readonly follows: boolean;
}

/** What the decisions of one transaction need besides their rows. */
interface Surroundings {
  readonly now: Instant;
  readonly decide: FireRequest["decide"];
  readonly pauses: (row: DueRow) => readonly PauseSpan[];
  readonly daysOf: CalendarDaysOf;
  readonly carriage: Carriage;
  readonly defaultsOf: (row: TakenRow) => TaskDefaults;
}

/** One batch, inside a transaction. `full` is called when as many are locked as were asked for, so that there may be more. */
export async function fireDue(
  connection: PostgresConnection,
  request: FireRequest,
  { calendars, carriage }: { readonly calendars: CalendarCache; readonly carriage: Carriage },
  full: () => void = () => {},
): Promise<FireReport> {
  const { now, limit, decide } = request;
  const taken = await takeDue(connection, request);
  if (taken.length === limit) full();
  if (taken.length === 0) return { schedules: 0, sent: 0, failed: 0, latenessMs: [], drained: true };
  const rows = await lockCounted(connection, taken);
  await lockShared(connection, rows);
  const surroundings: Surroundings = {
    ...{ now, decide, carriage },
    pauses: await pausesOf(connection, rows),
    daysOf: await calendars.daysFor(connection, rows),
    defaultsOf: announcedDefaults(taken, carriage),
  };

  const total = { schedules: 0, failed: 0, latenessMs: [] as number[] };
  let written = 0;
  let unfinished = taken.length === limit;
  for (const wave of wavesOf(rows)) {
    if (written >= ROWS_AT_ONCE) break;
    const decided = await decideEach(connection, wave, surroundings, ROWS_AT_ONCE - written);
    const { firings, answers } = await writeEach(connection, decided, surroundings);
    for (const { run, firing } of firings) {
      if (run !== undefined && answers.sent.has(run.id)) total.latenessMs.push(now - firing.nominalAt);
    }
    await endCounted(connection, decided, answers, now);
    for (const { decision } of decided) {
      total.schedules += 1;
      if (decision.error !== null) total.failed += 1;
      written += decision.firings.length;
      unfinished ||= decision.nextAt !== null && decision.nextAt <= now;
    }
  }
  unfinished ||= total.schedules < taken.length;
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
  surroundings: Surroundings,
  most: number,
): Promise<readonly Decided[]> {
  const counts = await sentSoFar(connection, rows);
  const decided: Decided[] = [];
  for (let n = 0, planned = 0; n < rows.length && planned < most; n += 1) {
    const one = decideOne(rows[n] as TakenRow, counts, surroundings);
    decided.push(one);
    planned += one.decision.firings.length;
  }
  // Single times are written where there is no row yet; a span must not cover one that is there.
  const spans = decided.filter(
    ({ schedule, decision }) => schedule && decision.firings.some(({ run }) => run === null),
  );
  const known = await knownRows(
    connection,
    spans.map(({ row, decision }) => ({
      scheduleId: row.schedule_id,
      after: row.accounted_to,
      through: decision.accountedTo,
    })),
  );
  if (known.size === 0) return decided;
  return decided.map((one) => {
    const there = known.get(one.row.schedule_id);
    if (there === undefined || one.schedule === undefined) return one;
    const decision = decisionOf({ ...one.schedule, known: there }, surroundings);
    return { ...one, decision, follows: false };
  });
}

function decideOne(row: TakenRow, counts: ReadonlyMap<number, number>, surroundings: Surroundings): Decided {
  const { now, pauses, daysOf } = surroundings;
  const follows = true;
  try {
    const sent = () => counts.get(row.periodic_task_id) ?? 0;
    const schedule = dueSchedule(row, { pauses: pauses(row), daysOf, sentSoFar: sent });
    return { row, schedule, decision: decisionOf(schedule, surroundings), follows };
  } catch (error) {
    return { row, schedule: undefined, decision: cannotCompute(row.accounted_to, now, messageOf(error)), follows };
  }
}

function decisionOf(schedule: DueSchedule, { now, decide }: Surroundings): Decision {
  try {
    return decide(schedule, now);
  } catch (error) {
    return cannotCompute(schedule.accountedTo, now, messageOf(error));
  }
}

/** Writes what was decided: at once, but where one run's place depends on another one's that has to be there first. */
async function writeEach(connection: PostgresConnection, decided: readonly Decided[], surroundings: Surroundings) {
  const { now, carriage } = surroundings;
  const firings = await mergeSiblings(connection, firingsOf(decided, surroundings));
  const sent = new Set<string>();
  const held = new Set<string>();
  let moves: readonly CursorMove[] = decided;
  for (let pending = firings; pending.length > 0 || moves.length > 0; moves = []) {
    const placed = await placeEach(connection, pending, carriage);
    const answers = await writeFirings(connection, placed.now, moves, now, carriage);
    for (const id of answers.sent) sent.add(id);
    for (const id of answers.held) held.add(id);
    pending = placed.later;
  }
  const answers: WrittenFirings = { sent, held };
  await assertStillFree(connection, decided, answers);
  return { firings, answers };
}

function firingsOf(decided: readonly Decided[], { now, defaultsOf }: Surroundings): readonly FiringToWrite[] {
  return decided.flatMap(({ row, schedule, decision, follows }) =>
    decision.firings.map((firing, n) => ({
      ...{ row, firing },
      follows: follows && n === 0,
      run: schedule && firingRun(schedule, firing, now, defaultsOf(row)),
      counted: schedule?.periodicTask.runsLeft != null,
    })),
  );
}

type Placing = FiringToWrite & { readonly run: RunToInsert };

/** Decides the overlap rule where the insert itself does not. */
async function placeEach(connection: PostgresConnection, firings: readonly FiringToWrite[], carriage: Carriage) {
  const isPlaced = (one: FiringToWrite): one is Placing => one.run !== undefined && !isDecidedByInsert(one.run);
  const placing = firings.filter(isPlaced);
  if (placing.length === 0) return { now: firings, later: [] };
  // What is not new sends nothing, and must not take anybody's place.
  const there = await knownRows(
    connection,
    placing.map(({ row, firing }) => ({
      scheduleId: row.schedule_id,
      after: firing.nominalAt - 1,
      through: firing.nominalAt,
    })),
  );
  const isNew = ({ row, firing }: FiringToWrite) =>
    there.get(row.schedule_id)?.some(({ nominalAt }) => nominalAt === firing.nominalAt) !== true;
  const fresh = placing.filter(isNew);
  const places = await placeRuns(
    connection,
    fresh.map(({ run }) => run),
    carriage,
  );
  const placeOf = new Map(fresh.map((one, n) => [one.run.id, places[n]]));
  const each = firings.filter((one) => !isPlaced(one) || isNew(one));
  const placed = each.map((one) => {
    const place = one.run && placeOf.get(one.run.id);
    return place === undefined ? one : { ...one, place };
  });
  return {
    now: placed.filter(({ place }) => place?.kind !== "later"),
    later: each.filter((_, n) => placed[n]?.place?.kind === "later"),
  };
}
