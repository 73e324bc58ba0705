import type { Kysely, Selectable } from "kysely";
import type { JsonObject } from "../../base/json.ts";
import type { CalendarDaysOf } from "../../database/queries/due-row.ts";
import type { PeriodicTaskRow, ScheduleCursorRow, ScheduleRow, Tables } from "../../database/rows.ts";
import type { ScheduleDefinition } from "../../schedule/definition.ts";
import type { Payload } from "../../task/payload.ts";
import type { Pause } from "../pause-store.ts";
import type {
  HeldReason,
  PeriodicTask,
  PeriodicTaskOptions,
  PlannedSchedule,
  SchedulePolicies,
} from "../periodic-task-store.ts";
import { pauseFor } from "./pause-rows.ts";
import { readablePlan } from "./plan-rows.ts";

export type ScheduleWithCursor = Selectable<ScheduleRow> &
  Omit<Selectable<ScheduleCursorRow>, "schedule_id" | "version"> & {
    readonly calendar_name: string | null;
    readonly calendar_version: number | null;
  };

/** Schedules that are not removed, with their cursors and the names of their calendars. */
export function scheduleQuery(db: Kysely<Tables>) {
  return db
    .selectFrom("schedule as s")
    .innerJoin("schedule_cursor as c", "c.schedule_id", "s.id")
    .leftJoin("schedule_revision as r", (on) =>
      on.onRef("r.schedule_id", "=", "s.id").onRef("r.version", "=", "s.version"),
    )
    .leftJoin("calendar as k", "k.id", "s.calendar_id")
    .selectAll("s")
    .select(["c.next_at", "c.accounted_from", "c.accounted_to", "c.error"])
    .select(["k.name as calendar_name", "r.calendar_version"])
    .where("s.removed_at", "is", null)
    .orderBy("s.id");
}

/**
 * Locks periodic tasks for this transaction, with the cursors of their schedules: another edit waits, and so does a beat that comes
 * to one of them.
 */
export async function lockPeriodicTasks(db: Kysely<Tables>, ids: readonly number[]) {
  if (ids.length === 0) return [];
  const rows = await db
    .updateTable("periodic_task")
    .set((e) => ({ version: e.ref("version") }))
    .where("id", "in", ids)
    .returning(["id", "name", "enabled", "version"])
    .execute();
  await db
    .updateTable("schedule_cursor")
    .set((e) => ({ version: e.ref("version") }))
    .where("schedule_id", "in", (e) =>
      e.selectFrom("schedule").select("id").where("periodic_task_id", "in", ids).where("removed_at", "is", null),
    )
    .execute();
  return rows;
}

export function selectSchedules(db: Kysely<Tables>, periodicTaskIds: readonly number[]): Promise<ScheduleWithCursor[]> {
  return scheduleQuery(db).where("s.periodic_task_id", "in", periodicTaskIds).execute();
}

export function plannedSchedule(row: ScheduleWithCursor, pause: Pause | null, daysOf: CalendarDaysOf): PlannedSchedule {
  return {
    id: row.id,
    uid: row.uid,
    name: row.name,
    definition: JSON.parse(row.definition) as ScheduleDefinition,
    zone: row.zone,
    input: row.input === null ? null : (JSON.parse(row.input) as JsonObject),
    ...policiesOf(row),
    calendar: calendarOf(row),
    enabled: row.enabled === 1,
    version: row.version,
    plan: readablePlan(row, daysOf) ?? null,
    nextAt: row.next_at,
    accountedFrom: row.accounted_from,
    accountedTo: row.accounted_to,
    error: row.error,
    pause,
  };
}

function policiesOf(row: ScheduleWithCursor): Omit<SchedulePolicies, "calendar"> {
  return {
    gap: row.gap as SchedulePolicies["gap"],
    fold: row.fold as SchedulePolicies["fold"],
    misfire: row.misfire as SchedulePolicies["misfire"],
    catchUpWindowMs: row.catch_up_window_ms,
    catchUpCap: row.catch_up_cap,
    jitterMs: row.jitter_ms,
    startsAt: row.starts_at,
    endsAt: row.ends_at,
  };
}

function calendarOf({ calendar_id, calendar_rule, calendar_name }: ScheduleWithCursor): PlannedSchedule["calendar"] {
  if (calendar_id === null) return null;
  const rule = (calendar_rule ?? "skip") as NonNullable<SchedulePolicies["calendar"]>["rule"];
  return { id: calendar_id, rule, name: calendar_name ?? String(calendar_id) };
}

export function periodicTask(
  row: Selectable<PeriodicTaskRow>,
  schedules: readonly ScheduleWithCursor[],
  pauses: readonly Pause[],
  daysOf: CalendarDaysOf,
): PeriodicTask {
  const tags = JSON.parse(row.tags) as string[];
  const pausable = { id: row.id, tags };
  return {
    id: row.id,
    uid: row.uid,
    name: row.name,
    task: row.task,
    payload: JSON.parse(row.input) as Payload,
    queue: row.queue,
    priority: row.priority,
    options: JSON.parse(row.options) as PeriodicTaskOptions,
    tags,
    ownerId: row.owner_id,
    description: row.description,
    enabled: row.enabled === 1,
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    archivedAt: row.archived_at,
    heldReason: row.held_reason === null ? null : (JSON.parse(row.held_reason) as HeldReason),
    codeApp: row.code_app,
    codeBase: row.code_base === null ? null : (JSON.parse(row.code_base) as JsonObject),
    pause: pauseFor(pauses, pausable),
    schedules: schedules.map((schedule) => plannedSchedule(schedule, pauseFor(pauses, pausable, schedule.id), daysOf)),
  };
}

/** What the record of a change shows of a periodic task: what a person edits. */
export function changeView(task: PeriodicTask): JsonObject {
  const { name, payload, queue, priority, options, tags, ownerId, description, enabled } = task;
  const schedules = task.schedules.map((schedule) => {
    const { id, name, definition, zone, input, enabled, calendar } = schedule;
    const { gap, fold, misfire, catchUpWindowMs, catchUpCap, jitterMs, startsAt, endsAt } = schedule;
    return {
      ...{ id, name, definition: { ...definition }, zone, gap, fold },
      calendar: calendar === null ? null : { ...calendar },
      ...{ input, misfire, catchUpWindowMs, catchUpCap, jitterMs, startsAt, endsAt, enabled },
    };
  });
  return {
    name,
    task: task.task,
    ...payload,
    queue,
    priority,
    ...options,
    tags: [...tags],
    ownerId,
    description,
    enabled,
    schedules,
  } as JsonObject;
}
