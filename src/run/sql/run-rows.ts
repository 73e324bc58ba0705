import type { Selectable } from "kysely";
import type { RunDoneRow, RunLiveRow } from "../../database/rows.ts";
import type { Run } from "../run.ts";
import type { ListedRun } from "../run-reader.ts";

/** The columns of both tables that lists show. */
export const sharedColumns = [
  "id",
  "task",
  "queue",
  "priority",
  "state",
  "options",
  "origin",
  "periodic_task_id",
  "schedule_id",
  "schedule_version",
  "nominal_at",
  "parent_id",
  "root_id",
  "available_at",
  "expires_at",
  "queued_at",
  "attempt",
  "retries",
  "started_at",
  "attempt_started_at",
  "progress",
] as const;

type SharedColumn = (typeof sharedColumns)[number];

/** A row of either table; what one of them lacks is null. */
export type ListedRow = Pick<Selectable<RunLiveRow>, SharedColumn & keyof RunLiveRow> & {
  readonly worker: string | null;
  readonly process_id: Selectable<RunLiveRow>["process_id"];
  readonly claim: number;
  readonly cancel_requested_at: Selectable<RunLiveRow>["cancel_requested_at"];
  readonly ended_at: Selectable<RunDoneRow>["ended_at"] | null;
  readonly waits_for: Selectable<RunLiveRow>["waits_for"];
};

export interface Names {
  readonly periodicTasks: ReadonlyMap<number, string>;
  readonly schedules: ReadonlyMap<number, string>;
}

export function listedRun(row: ListedRow, names: Names): ListedRun {
  const run: Omit<Run, "payload" | "result" | "error"> = {
    id: row.id,
    task: row.task,
    queue: row.queue,
    priority: row.priority,
    state: row.state as Run["state"],
    options: JSON.parse(row.options) as Run["options"],
    origin: JSON.parse(row.origin) as Run["origin"],
    availableAt: row.available_at,
    queuedAt: row.queued_at,
    claim: row.claim,
    attempt: row.attempt,
    retries: row.retries,
    ...present("expiresAt", row.expires_at),
    ...present("periodicTaskId", row.periodic_task_id),
    ...present("scheduleId", row.schedule_id),
    ...present("scheduleVersion", row.schedule_version),
    ...present("nominalAt", row.nominal_at),
    ...present("parentId", row.parent_id),
    ...present("rootId", row.root_id),
    ...present("processId", row.process_id),
    ...present("worker", row.worker),
    ...present("startedAt", row.started_at),
    ...present("attemptStartedAt", row.attempt_started_at),
    ...present("endedAt", row.ended_at),
    ...present("cancelRequestedAt", row.cancel_requested_at),
    ...present("waitsFor", row.waits_for),
    ...(row.progress !== null && { progress: JSON.parse(row.progress) as NonNullable<Run["progress"]> }),
  };
  return {
    ...run,
    periodicTask: named(row.periodic_task_id, names.periodicTasks),
    schedule: named(row.schedule_id, names.schedules),
  };
}

function present<K extends string, V>(key: K, value: V | null): { [key in K]?: V } {
  return (value === null ? {} : { [key]: value }) as { [key in K]?: V };
}

function named(id: number | null, names: ReadonlyMap<number, string>) {
  const name = id === null ? undefined : names.get(id);
  return id === null || name === undefined ? null : { id, name };
}
