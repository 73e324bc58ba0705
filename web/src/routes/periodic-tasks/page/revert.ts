import type { PeriodicTaskInput, PeriodicTaskView, ScheduleView } from "../../../services/wire.ts";

type Fields = Readonly<Record<string, unknown>>;
interface RecordedSchedule extends Fields {
  readonly id: number;
  readonly definition: ScheduleView["definition"];
}

/** What a change record tells of a periodic task: all that a person edits, with each schedule's definition apart. */
export interface Recorded extends Fields {
  readonly schedules: readonly RecordedSchedule[];
}

/** Whether what a change replaced is a whole periodic task, which can be saved again. */
export function isWhole(before: unknown): before is Recorded {
  if (typeof before !== "object" || before === null) return false;
  const { name, task, schedules } = before as Fields;
  return typeof name === "string" && typeof task === "string" && Array.isArray(schedules);
}

/** Limits that say nothing in the record were open. */
const open = {
  queue: null,
  priority: null,
  expiresMs: null,
  timeLimitMs: null,
  softTimeLimitMs: null,
  keep: null,
  overlapLimit: null,
  overlapQueue: null,
  abandonAfterMs: null,
  endAfterRuns: null,
  disableAfterFailures: null,
  holdOnError: false,
  headers: {},
  ownerId: null,
};
const openSchedule = {
  gap: "default",
  fold: "default",
  calendar: null,
  startsAt: null,
  endsAt: null,
  misfire: "latest",
  catchUpWindowMs: null,
  catchUpCap: null,
  jitterMs: null,
};

/**
 * The edit that makes a periodic task again what it was before a change. Schedules that are still there keep their ledger; those that
 * were removed since are made anew.
 */
export function reverted(before: Recorded, current: PeriodicTaskView): PeriodicTaskInput {
  const kept = new Set(current.schedules.map(({ id }) => id));
  const schedules = before.schedules.map(({ id, definition, calendar, ...rest }) => ({
    ...openSchedule,
    ...(kept.has(id) && { id }),
    ...definition,
    ...rest,
    ...(isCalendarUse(calendar) && { calendar: { id: calendar.id, rule: calendar.rule } }),
  }));
  return { ...open, ...before, schedules, version: current.version } as PeriodicTaskInput;
}

function isCalendarUse(value: unknown): value is NonNullable<ScheduleView["calendar"]> {
  return typeof value === "object" && value !== null && "id" in value && "rule" in value;
}

/** The periodic task as it is, in the shape of the edit, to be compared with it. */
export function asInput(view: PeriodicTaskView): PeriodicTaskInput {
  const { name, task, input, args, kwargs, enabled, description, tags, ownerId } = view;
  const {
    queueSetting,
    priority,
    expiresMs,
    timeLimitMs,
    softTimeLimitMs,
    keep,
    overlap,
    overlapLimit,
    overlapQueue,
    headers,
  } = view;
  const { abandonAfterMs, endAfterRuns, disableAfterFailures, holdOnError } = view;
  return {
    name,
    task,
    ...(input === undefined ? {} : { input }),
    ...(args === undefined ? {} : { args }),
    ...(kwargs === undefined ? {} : { kwargs }),
    enabled,
    description,
    tags,
    ownerId,
    queue: queueSetting,
    priority,
    expiresMs,
    timeLimitMs,
    softTimeLimitMs,
    keep,
    overlap,
    overlapLimit,
    overlapQueue,
    abandonAfterMs,
    endAfterRuns,
    disableAfterFailures,
    holdOnError,
    headers,
    schedules: view.schedules.map((schedule) => ({
      id: schedule.id,
      ...schedule.definition,
      name: schedule.name,
      zone: schedule.zone,
      input: schedule.input,
      gap: schedule.gap,
      fold: schedule.fold,
      calendar: schedule.calendar && { id: schedule.calendar.id, rule: schedule.calendar.rule },
      startsAt: schedule.startsAt,
      endsAt: schedule.endsAt,
      misfire: schedule.misfire,
      catchUpWindowMs: schedule.catchUpWindowMs,
      catchUpCap: schedule.catchUpCap,
      jitterMs: schedule.jitterMs,
      enabled: schedule.enabled,
    })),
    version: view.version,
  };
}
