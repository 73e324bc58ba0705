import type { Kysely } from "kysely";
import type { Instant } from "../../base/clock.ts";
import { canonicalJson, type Json } from "../../base/json.ts";
import type { Tables } from "../../database/rows.ts";
import { passedSpan } from "../../firing/decide.ts";
import type { PlannedFiring } from "../../firing/decision.ts";
import { compileSchedule, type ScheduleDefinition } from "../../schedule/definition.ts";
import type { Schedule } from "../../schedule/schedule.ts";
import type { ScheduleDraft } from "../periodic-task-store.ts";
import type { ScheduleWithCursor } from "./periodic-task-rows.ts";

export interface PlanContext {
  readonly now: Instant;
  readonly uid: () => string;
  /** The tz database that times are computed with, kept on each revision. */
  readonly tzVersion: string;
}

type Database = Kysely<Tables>;

/** A new schedule: it counts from now, and fires at its next nominal time if it is on. */
export async function addSchedule(
  db: Database,
  periodicTaskId: number,
  draft: ScheduleDraft,
  on: boolean,
  context: PlanContext,
) {
  const { id } = await db
    .insertInto("schedule")
    .values({ uid: context.uid(), periodic_task_id: periodicTaskId, ...columnsOf(draft), removed_at: null, version: 1 })
    .returning("id")
    .executeTakeFirstOrThrow();
  await addRevision(db, id, 1, draft, context);
  const nextAt = on ? compileSchedule(draft.definition, draft.zone).next(context.now) : undefined;
  await db
    .insertInto("schedule_cursor")
    .values({
      schedule_id: id,
      version: 1,
      next_at: nextAt ?? null,
      accounted_from: context.now,
      accounted_to: context.now,
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
  const timesChange =
    row.zone !== draft.zone ||
    canonicalJson(JSON.parse(row.definition) as Json) !== canonicalJson({ ...draft.definition });
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

function addRevision(db: Database, scheduleId: number, version: number, draft: ScheduleDraft, context: PlanContext) {
  return db
    .insertInto("schedule_revision")
    .values({
      schedule_id: scheduleId,
      version,
      definition: JSON.stringify(draft.definition),
      zone: draft.zone,
      from_at: context.now,
      tz_version: context.tzVersion,
    })
    .execute();
}

function columnsOf(draft: ScheduleDraft) {
  return {
    name: draft.name,
    definition: JSON.stringify(draft.definition),
    zone: draft.zone,
    input: draft.input === null ? null : JSON.stringify(draft.input),
    misfire: draft.misfire,
    enabled: draft.enabled ? 1 : 0,
  };
}
