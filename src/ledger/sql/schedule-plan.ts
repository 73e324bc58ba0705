import type { Kysely, Selectable } from "kysely";
import type { Instant } from "../../base/clock.ts";
import { canonicalJson, type Json } from "../../base/json.ts";
import type { CalendarDays } from "../../calendar/calendar-days.ts";
import { type CalendarDaysOf, type PlanRow, planOf } from "../../database/queries/due-row.ts";
import type { ScheduleRow, Tables } from "../../database/rows.ts";
import { passedSpans } from "../../firing/decide.ts";
import type { KnownRow, PlannedFiring } from "../../firing/decision.ts";
import { nextNamed } from "../../firing/named-times.ts";
import { compilePlan, type SchedulePlan } from "../../firing/schedule-plan.ts";
import type { Schedule } from "../../schedule/schedule.ts";
import { defaultPolicies, type ScheduleDraft } from "../periodic-task-store.ts";
import { currentDaysVersion } from "./calendar-rows.ts";
import type { ScheduleWithCursor } from "./periodic-task-rows.ts";

export interface PlanContext {
  readonly now: Instant;
  readonly uid: () => string;
  /** The tz database that times are computed with, kept on each revision. */
  readonly tzVersion: string;
}

type Database = Kysely<Tables>;

/** A new schedule: it counts from now or from when its draft says, and fires at its next nominal time if it is on. */
export async function addSchedule(
  db: Database,
  periodicTaskId: number,
  draft: ScheduleDraft,
  on: boolean,
  context: PlanContext,
) {
  const uid = draft.uid ?? context.uid();
  const columns = columnsOf(draft);
  const { id } = await db
    .insertInto("schedule")
    .values({
      uid,
      periodic_task_id: periodicTaskId,
      ...columns,
      tz_version: context.tzVersion,
      removed_at: null,
      version: 1,
    })
    .returning("id")
    .executeTakeFirstOrThrow();
  const from = Math.min(draft.accountedFrom ?? context.now, context.now);
  const row = await addRevision(db, { ...columns, id, uid, version: 1 }, from, context);
  const nextAt = on ? nextNamed(compilePlan(await planOfRow(db, row)), from) : undefined;
  await db
    .insertInto("schedule_cursor")
    .values({
      schedule_id: id,
      version: 1,
      next_at: nextAt ?? null,
      accounted_from: from,
      accounted_to: from,
      error: null,
    })
    .execute();
}

/** A kept schedule with its new text. Its cursor moves only where its times or its switch change. */
export async function changeSchedule(
  db: Database,
  row: ScheduleWithCursor,
  draft: ScheduleDraft,
  was: boolean,
  on: boolean,
  context: PlanContext,
) {
  const columns = columnsOf(draft);
  const timesChange = timesOf(columns) !== timesOf(row);
  await db.updateTable("schedule").set(columns).where("id", "=", row.id).execute();
  if (timesChange) await renewPlan(db, row, columns, was, on, context);
  else if (was !== on) await moveCursor(db, row, row, was, on, context);
}

/** A schedule whose periodic task, or which itself, is switched on or off, or removed. */
export function switchSchedule(db: Database, row: ScheduleWithCursor, was: boolean, on: boolean, context: PlanContext) {
  return moveCursor(db, row, row, was, on, context);
}

/**
 * The next revision of a schedule, whose times follow from `columns`, the newest version of its calendar and the tz database of
 * this process. Answers when it fires next.
 */
export async function renewPlan(
  db: Database,
  row: ScheduleWithCursor,
  columns: TimesColumns,
  was: boolean,
  on: boolean,
  context: PlanContext,
): Promise<Instant | null> {
  const version = row.version + 1;
  await db.updateTable("schedule").set({ version, tz_version: context.tzVersion }).where("id", "=", row.id).execute();
  // A beat may have gone beyond `now` since the edit began.
  const from = Math.max(context.now, row.accounted_to);
  const next = await addRevision(db, { ...columns, id: row.id, uid: row.uid, version }, from, context);
  return moveCursor(db, row, next, was, on, context);
}

/** Accounts for what passed under the plan as it was, and waits for the first time of the one that is in force now. */
async function moveCursor(
  db: Database,
  row: ScheduleWithCursor,
  next: PlanRow & { readonly version: number },
  was: boolean,
  on: boolean,
  { now }: PlanContext,
): Promise<Instant | null> {
  const accountedTo = Math.max(now, row.accounted_to);
  const passed = await compiledBefore(db, row);
  const why = was
    ? ({ verdict: "missed", reason: "replanned" } as const)
    : ({ verdict: "off", reason: "disabled" } as const);
  // Where a clock was ahead, some of it may have been sent.
  const known = passed === undefined ? [] : await rowsBetween(db, row, accountedTo);
  const spans = passed === undefined ? [] : passedSpans(passed, row.accounted_to, accountedTo, why, known);
  for (const span of spans) await insertSpan(db, row, span, now);
  const nextAt = (on ? nextNamed(compilePlan(await planOfRow(db, next)), accountedTo) : undefined) ?? null;
  await db
    .updateTable("schedule_cursor")
    .set({ version: next.version, next_at: nextAt, accounted_to: accountedTo, error: null })
    .where("schedule_id", "=", row.id)
    .execute();
  return nextAt;
}

function rowsBetween(db: Database, row: ScheduleWithCursor, through: Instant): Promise<KnownRow[]> {
  return db
    .selectFrom("firing")
    .select(["nominal_at as nominalAt", "through_at as throughAt"])
    .where("schedule_id", "=", row.id)
    .where("nominal_at", ">", row.accounted_to)
    .where("nominal_at", "<=", through)
    .orderBy("nominal_at")
    .execute();
}

/** Undefined where the old text cannot be computed: then there is no nominal time that could have passed. */
async function compiledBefore(db: Database, row: ScheduleWithCursor): Promise<Schedule | undefined> {
  // What the database cannot tell is no fault of the text, and must not pass for one.
  const daysOf = await calendarDaysFor(db, row);
  try {
    return compilePlan(planOf(row, daysOf));
  } catch {
    return undefined;
  }
}

/** Fails where a column holds nonsense, or the days of the calendar are not there. */
export async function planOfRow(db: Database, row: PlanRow): Promise<SchedulePlan> {
  return planOf(row, await calendarDaysFor(db, row));
}

async function calendarDaysFor(db: Database, row: PlanRow): Promise<CalendarDaysOf> {
  const { calendar_id: id, calendar_version: version } = row;
  if (id === null || version === null) return () => undefined;
  const kept = await db
    .selectFrom("calendar_revision")
    .select("days")
    .where("calendar_id", "=", id)
    .where("version", "=", version)
    .executeTakeFirst();
  return () => (kept === undefined ? undefined : (JSON.parse(kept.days) as CalendarDays));
}

async function insertSpan(db: Database, row: ScheduleWithCursor, span: PlannedFiring, now: Instant) {
  await db
    .insertInto("firing")
    .values({
      schedule_id: row.id,
      nominal_at: span.nominalAt,
      through_at: span.throughAt,
      version: row.version,
      verdict: span.verdict,
      reason: span.reason,
      detail: null,
      run_id: null,
      decided_at: now,
    })
    .execute();
}

async function addRevision(
  db: Database,
  row: TimesColumns & { readonly id: number; readonly uid: string; readonly version: number },
  from: Instant,
  { tzVersion }: PlanContext,
): Promise<PlanRow & { readonly version: number }> {
  const { id, uid, version, definition, zone, gap, fold, calendar_id, calendar_rule, starts_at, ends_at } = row;
  const times = { version, definition, zone, gap, fold, calendar_id, calendar_rule, starts_at, ends_at };
  const calendar_version = calendar_id === null ? null : await currentDaysVersion(db, calendar_id);
  await db
    .insertInto("schedule_revision")
    .values({ ...times, schedule_id: id, calendar_version, from_at: from, tz_version: tzVersion })
    .execute();
  return { ...times, uid, calendar_version };
}

function columnsOf(draft: ScheduleDraft) {
  const policies = { ...defaultPolicies, ...draft };
  return {
    name: draft.name,
    definition: JSON.stringify(draft.definition),
    zone: draft.zone,
    input: draft.input === null ? null : JSON.stringify(draft.input),
    gap: policies.gap,
    fold: policies.fold,
    calendar_id: policies.calendar?.id ?? null,
    calendar_rule: policies.calendar?.rule ?? null,
    misfire: policies.misfire,
    catch_up_window_ms: policies.catchUpWindowMs,
    catch_up_cap: policies.catchUpCap,
    jitter_ms: policies.jitterMs,
    starts_at: policies.startsAt,
    ends_at: policies.endsAt,
    enabled: draft.enabled ? 1 : 0,
  };
}

/** What decides its nominal times: a change of anything else needs no revision. */
function timesOf(columns: TimesColumns): string {
  const { definition, zone, gap, fold, calendar_id, calendar_rule, starts_at, ends_at } = columns;
  const text = canonicalJson(JSON.parse(definition) as Json);
  return JSON.stringify([text, zone, gap, fold, calendar_id, calendar_rule, starts_at, ends_at]);
}

export type TimesColumns = Pick<
  Selectable<ScheduleRow>,
  "definition" | "zone" | "gap" | "fold" | "calendar_id" | "calendar_rule" | "starts_at" | "ends_at"
>;
