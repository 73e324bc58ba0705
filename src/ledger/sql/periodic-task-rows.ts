import type { Kysely, Selectable } from "kysely";
import type { Instant } from "../../base/clock.ts";
import type { JsonObject } from "../../base/json.ts";
import type { PauseRow, PeriodicTaskRow, ScheduleCursorRow, ScheduleRow, Tables } from "../../database/rows.ts";
import type { ScheduleDefinition } from "../../schedule/definition.ts";
import type { Payload } from "../../task/payload.ts";
import type {
  HeldReason,
  Pause,
  PeriodicTask,
  PeriodicTaskOptions,
  PlannedSchedule,
  SchedulePolicies,
} from "../periodic-task-store.ts";

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
    .leftJoin("calendar as k", "k.id", "s.calendar_id")
    .selectAll("s")
    .select(["c.next_at", "c.accounted_from", "c.accounted_to", "c.error"])
    .select(["k.name as calendar_name", "k.version as calendar_version"])
    .where("s.removed_at", "is", null)
    .orderBy("s.id");
}

export function selectSchedules(db: Kysely<Tables>, periodicTaskIds: readonly number[]): Promise<ScheduleWithCursor[]> {
  return scheduleQuery(db).where("s.periodic_task_id", "in", periodicTaskIds).execute();
}

/** The pauses in force at `now`, by periodic task. */
export async function selectPauses(
  db: Kysely<Tables>,
  periodicTaskIds: readonly number[],
  now: Instant,
): Promise<Map<number, Selectable<PauseRow>>> {
  const rows = await db
    .selectFrom("pause")
    .selectAll()
    .where("scope", "=", "periodic-task")
    .where("scope_id", "in", periodicTaskIds.map(String))
    .where("ended_at", "is", null)
    .where("from_at", "<=", now)
    .where((e) => e.or([e("until_at", "is", null), e("until_at", ">", now)]))
    .orderBy("id")
    .execute();
  return new Map(rows.map((row) => [Number(row.scope_id), row]));
}

export function plannedSchedule(row: ScheduleWithCursor): PlannedSchedule {
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
    nextAt: row.next_at,
    accountedFrom: row.accounted_from,
    accountedTo: row.accounted_to,
    error: row.error,
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

export function pauseOf(row: Selectable<PauseRow> | undefined): Pause | null {
  if (row === undefined) return null;
  return { reason: row.reason, untilAt: row.until_at, by: row.by_name, fromAt: row.from_at };
}

export function periodicTask(
  row: Selectable<PeriodicTaskRow>,
  schedules: readonly ScheduleWithCursor[],
  pause: Selectable<PauseRow> | undefined,
): PeriodicTask {
  return {
    id: row.id,
    uid: row.uid,
    name: row.name,
    task: row.task,
    payload: JSON.parse(row.input) as Payload,
    queue: row.queue,
    priority: row.priority,
    options: JSON.parse(row.options) as PeriodicTaskOptions,
    tags: JSON.parse(row.tags) as string[],
    ownerId: row.owner_id,
    description: row.description,
    enabled: row.enabled === 1,
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    archivedAt: row.archived_at,
    heldReason: row.held_reason === null ? null : (JSON.parse(row.held_reason) as HeldReason),
    codeApp: row.code_app,
    pause: pauseOf(pause),
    schedules: schedules.map(plannedSchedule),
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
