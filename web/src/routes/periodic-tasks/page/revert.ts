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
const open = { queue: null, priority: null, expiresMs: null, timeLimitMs: null, headers: {}, ownerId: null };

/**
 * The edit that makes a periodic task again what it was before a change. Schedules that are still there keep their ledger; those that
 * were removed since are made anew.
 */
export function reverted(before: Recorded, current: PeriodicTaskView): PeriodicTaskInput {
  const kept = new Set(current.schedules.map(({ id }) => id));
  const schedules = before.schedules.map(({ id, definition, ...rest }) => ({
    ...(kept.has(id) && { id }),
    ...definition,
    ...rest,
  }));
  return { ...open, ...before, schedules, version: current.version } as PeriodicTaskInput;
}

/** The periodic task as it is, in the shape of the edit, to be compared with it. */
export function asInput(view: PeriodicTaskView): PeriodicTaskInput {
  const { name, task, input, args, kwargs, enabled, description, tags, ownerId } = view;
  const { queueSetting, priority, expiresMs, timeLimitMs, overlap, headers } = view;
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
    overlap,
    headers,
    schedules: view.schedules.map((schedule) => ({
      id: schedule.id,
      ...schedule.definition,
      name: schedule.name,
      zone: schedule.zone,
      input: schedule.input,
      misfire: "latest",
      enabled: schedule.enabled,
    })),
    version: view.version,
  };
}
