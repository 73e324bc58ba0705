import { isJsonObject, type JsonObject } from "../../base/json.ts";
import type { DueSchedule } from "../../firing/decision.ts";
import type { ScheduleDefinition } from "../../schedule/definition.ts";
import { runOptionsOf } from "./run-columns.ts";

/** A due cursor with the text of its schedule and periodic task, as the driver hands it over. */
export interface DueRow {
  readonly schedule_id: number;
  readonly cursor_version: number;
  readonly next_at: number;
  readonly accounted_to: number;
  readonly uid: string;
  readonly version: number;
  readonly definition: string;
  readonly zone: string;
  readonly schedule_input: string | null;
  readonly periodic_task_id: number;
  readonly task: string;
  readonly payload: string;
  readonly queue: string | null;
  readonly priority: number | null;
  readonly options: string;
  /** Schedules of the periodic task that are not removed. */
  readonly schedules: number;
}

/** Fails where a JSON column holds nonsense; the caller turns that schedule red. */
export function dueSchedule(row: DueRow, paused: boolean): DueSchedule {
  const options = object(row.options);
  return {
    scheduleId: row.schedule_id,
    scheduleUid: row.uid,
    version: row.version,
    definition: JSON.parse(row.definition) as ScheduleDefinition,
    zone: row.zone,
    input: row.schedule_input === null ? null : object(row.schedule_input),
    misfire: "latest",
    accountedTo: row.accounted_to,
    paused,
    periodicTask: {
      id: row.periodic_task_id,
      task: row.task,
      payload: object(row.payload),
      queue: row.queue,
      priority: row.priority,
      overlap: options.overlap === "skip" ? "skip" : "allow",
      expiresMs: typeof options.expiresMs === "number" ? options.expiresMs : null,
      runOptions: runOptionsOf(options),
    },
  };
}

function object(text: string): JsonObject {
  const value: unknown = JSON.parse(text);
  if (!isJsonObject(value)) throw new Error(`expected a JSON object, found ${text.slice(0, 100)}`);
  return value;
}
