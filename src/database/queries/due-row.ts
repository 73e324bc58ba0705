import { isJsonObject, type JsonObject } from "../../base/json.ts";
import type { CalendarDays, CalendarRule } from "../../calendar/calendar-days.ts";
import type { DueSchedule, Hold, Misfire, PauseSpan } from "../../firing/decision.ts";
import { type OverlapOptions, runLockOf } from "../../firing/run-lock.ts";
import type { PlanCalendar, SchedulePlan } from "../../firing/schedule-plan.ts";
import { runOptionsOf } from "../../run/run-options.ts";
import type { FoldRule, GapRule } from "../../schedule/clock-rules.ts";
import type { ScheduleDefinition } from "../../schedule/definition.ts";

/** What a schedule's nominal times follow from, as its row says it. */
export interface PlanRow {
  readonly uid: string;
  readonly definition: string;
  readonly zone: string;
  readonly gap: string;
  readonly fold: string;
  readonly calendar_id: number | null;
  /** Of the schedule's revision; null where it has no calendar. */
  readonly calendar_version: number | null;
  readonly calendar_rule: string | null;
  readonly starts_at: number | null;
  readonly ends_at: number | null;
}

/** A due cursor with the text of its schedule and periodic task, as the driver hands it over. */
export interface DueRow extends PlanRow {
  readonly schedule_id: number;
  readonly cursor_version: number;
  readonly next_at: number;
  readonly accounted_to: number;
  readonly version: number;
  readonly schedule_input: string | null;
  readonly misfire: string;
  readonly catch_up_window_ms: number | null;
  readonly catch_up_cap: number | null;
  readonly jitter_ms: number | null;
  readonly periodic_task_id: number;
  readonly task: string;
  readonly payload: string;
  readonly queue: string | null;
  readonly priority: number | null;
  readonly options: string;
  readonly held_reason: string | null;
  /** Schedules of the periodic task that are not removed. */
  readonly schedules: number;
}

/** The columns of a {@link PlanRow}, where the schedule is `s`. */
export const planColumns = `s.uid, s.definition, s.zone, s.gap, s.fold, s.starts_at, s.ends_at, s.calendar_id, s.calendar_rule,
  case when s.calendar_id is not null then
    (select r.calendar_version from schedule_revision r where r.schedule_id = s.id and r.version = s.version) end as calendar_version`;

/**
 * The columns of a {@link DueRow}, where the cursor is `c`, the schedule `s` and the periodic task `p`. Schedules are counted with a filter, because a
 * condition would make PostgreSQL walk a partial index of all of them while it has no statistics.
 */
export const dueColumns = `c.schedule_id, c.version as cursor_version, c.next_at, c.accounted_to, ${planColumns},
  s.version, s.input as schedule_input, s.misfire, s.catch_up_window_ms, s.catch_up_cap, s.jitter_ms,
  s.periodic_task_id, p.task, p.input as payload, p.queue, p.priority, p.options, p.held_reason,
  (select count(*) filter (where o.removed_at is null) from schedule o where o.periodic_task_id = s.periodic_task_id) as schedules`;

/** The days of a calendar in one of its versions; undefined where they are gone. */
export type CalendarDaysOf = (id: number, version: number) => CalendarDays | undefined;

/** Reads the days of a row's calendar at once, so that what fails then is the database and not the plan. */
export function daysRead(row: PlanRow, daysOf: CalendarDaysOf): CalendarDaysOf {
  const { calendar_id: id, calendar_version: version } = row;
  const days = id === null || version === null ? undefined : daysOf(id, version);
  return () => days;
}

/** What else a decision is made from. */
export interface DueParts {
  readonly pauses: readonly PauseSpan[];
  readonly daysOf: CalendarDaysOf;
  /** Runs that were sent so far; asked where the periodic task ends after a number of them. */
  readonly sentSoFar: () => number;
}

/** Fails where a JSON column holds nonsense; the caller turns that schedule red. */
export function dueSchedule(row: DueRow, { pauses, daysOf, sentSoFar }: DueParts): DueSchedule {
  const options = object(row.options);
  const { endAfterRuns } = options;
  return {
    scheduleId: row.schedule_id,
    scheduleUid: row.uid,
    version: row.version,
    plan: planOf(row, daysOf),
    input: row.schedule_input === null ? null : object(row.schedule_input),
    misfire: row.misfire as Misfire,
    catchUpWindowMs: row.catch_up_window_ms,
    catchUpCap: row.catch_up_cap,
    jitterMs: row.jitter_ms,
    accountedTo: row.accounted_to,
    pauses,
    periodicTask: {
      id: row.periodic_task_id,
      task: row.task,
      payload: object(row.payload),
      queue: row.queue,
      priority: row.priority,
      lock: runLockOf(row.periodic_task_id, options as unknown as OverlapOptions),
      expiresMs: typeof options.expiresMs === "number" ? options.expiresMs : null,
      runOptions: runOptionsOf(options) as JsonObject,
      hold: row.held_reason === null ? null : (object(row.held_reason) as unknown as Hold),
      runsLeft: typeof endAfterRuns === "number" ? Math.max(endAfterRuns - sentSoFar(), 0) : null,
    },
  };
}

/** Fails where a JSON column holds nonsense, or the days of the calendar are not there. */
export function planOf(row: PlanRow, daysOf: CalendarDaysOf): SchedulePlan {
  return {
    uid: row.uid,
    definition: JSON.parse(row.definition) as ScheduleDefinition,
    zone: row.zone,
    gap: row.gap as GapRule,
    fold: row.fold as FoldRule,
    startsAt: row.starts_at,
    endsAt: row.ends_at,
    calendar: row.calendar_id === null ? null : calendarOf(row.calendar_id, row, daysOf),
  };
}

function calendarOf(id: number, row: PlanRow, daysOf: CalendarDaysOf): PlanCalendar {
  const version = row.calendar_version;
  const days = version === null ? undefined : daysOf(id, version);
  if (version === null || days === undefined) throw new Error(`the days of calendar ${id} are not there`);
  return { id, version, rule: (row.calendar_rule ?? "skip") as CalendarRule, days };
}

function object(text: string): JsonObject {
  const value: unknown = JSON.parse(text);
  if (!isJsonObject(value)) throw new Error(`expected a JSON object, found ${text.slice(0, 100)}`);
  return value;
}
