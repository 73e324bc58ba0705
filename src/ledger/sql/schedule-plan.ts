import type { Kysely, Selectable } from "kysely";
import type { Instant } from "../../base/clock.ts";
import { canonicalJson, type Json } from "../../base/json.ts";
import type { ScheduleRow, Tables } from "../../database/rows.ts";
import { passedSpan } from "../../firing/decide.ts";
import type { PlannedFiring } from "../../firing/decision.ts";
import { compileSchedule, type ScheduleDefinition } from "../../schedule/definition.ts";
import type { Schedule } from "../../schedule/schedule.ts";
import { defaultPolicies, type ScheduleDraft } from "../periodic-task-store.ts";
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
  const { id } = await db
    .insertInto("schedule")
    .values({
      uid: draft.uid ?? context.uid(),
      periodic_task_id: periodicTaskId,
      ...columnsOf(draft),
      removed_at: null,
      version: 1,
    })
    .returning("id")
    .executeTakeFirstOrThrow();
  const from = Math.min(draft.accountedFrom ?? context.now, context.now);
  await addRevision(db, id, 1, draft, { ...context, now: from });
  const nextAt = on ? compileSchedule(draft.definition, draft.zone).next(from) : undefined;
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
  const timesChange = timesOf(columnsOf(draft)) !== timesOf(row);
  const version = timesChange ? row.version + 1 : row.version;
  await db
    .updateTable("schedule")
    .set({ ...columnsOf(draft), version })
    .where("id", "=", row.id)
    .execute();
  if (timesChange) await addRevision(db, row.id, version, draft, context);
  if (timesChange || was !== on) await replan(db, { ...row, next_version: version }, draft, was, on, context);
}

/** A schedule whose periodic task, or which itself, is switched on or off, or removed. */
export function switchSchedule(db: Database, row: ScheduleWithCursor, was: boolean, on: boolean, context: PlanContext) {
  const unchanged = { definition: JSON.parse(row.definition) as ScheduleDefinition, zone: row.zone };
  return replan(db, { ...row, next_version: row.version }, unchanged, was, on, context);
}

async function replan(
  db: Database,
  row: ScheduleWithCursor & { readonly next_version: number },
  next: { readonly definition: ScheduleDefinition; readonly zone: string },
  was: boolean,
  on: boolean,
  { now }: PlanContext,
) {
  // A beat may have gone beyond `now` since the edit began.
  const accountedTo = Math.max(now, row.accounted_to);
  const passed = compiledBefore(row);
  const why = was
    ? ({ verdict: "missed", reason: "replanned" } as const)
    : ({ verdict: "off", reason: "disabled" } as const);
  const span = passed && passedSpan(passed, row.accounted_to, accountedTo, why);
  if (span !== undefined) await insertSpan(db, row, span, now);
  const nextAt = on ? compileSchedule(next.definition, next.zone).next(accountedTo) : undefined;
  await db
    .updateTable("schedule_cursor")
    .set({ version: row.next_version, next_at: nextAt ?? null, accounted_to: accountedTo, error: null })
    .where("schedule_id", "=", row.id)
    .execute();
}

/** Undefined where the old text cannot be computed: then there is no nominal time that could have passed. */
function compiledBefore(row: ScheduleWithCursor): Schedule | undefined {
  try {
    return compileSchedule(JSON.parse(row.definition) as ScheduleDefinition, row.zone);
  } catch {
    return undefined;
  }
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
  scheduleId: number,
  version: number,
  draft: ScheduleDraft,
  context: PlanContext,
) {
  const { definition, zone, gap, fold, calendar_id, calendar_rule, starts_at, ends_at } = columnsOf(draft);
  await db
    .insertInto("schedule_revision")
    .values({
      ...{ schedule_id: scheduleId, version, definition, zone, gap, fold, starts_at, ends_at },
      ...{ calendar_id, calendar_rule, calendar_version: await calendarVersion(db, calendar_id) },
      from_at: context.now,
      tz_version: context.tzVersion,
    })
    .execute();
}

async function calendarVersion(db: Database, calendarId: number | null): Promise<number | null> {
  if (calendarId === null) return null;
  const row = await db.selectFrom("calendar").select("version").where("id", "=", calendarId).executeTakeFirst();
  return row?.version ?? null;
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

type TimesColumns = Pick<
  Selectable<ScheduleRow>,
  "definition" | "zone" | "gap" | "fold" | "calendar_id" | "calendar_rule" | "starts_at" | "ends_at"
>;
