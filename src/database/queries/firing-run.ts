import type { Instant } from "../../base/clock.ts";
import type { JsonObject } from "../../base/json.ts";
import type { DueSchedule, PlannedFiring } from "../../firing/decision.ts";
import type { Payload } from "../../task/payload.ts";
import type { QueueOf } from "../../task/routes.ts";
import type { RunToInsert } from "./run-columns.ts";

/** What processes have announced of a task, as far as its runs need it. */
export interface TaskDefaults {
  readonly queue: string;
  readonly priority: number;
  readonly onLost?: "retry" | "fail";
}

/** Of a task that nobody has announced. */
export function unannounced(task: string, queueOf: QueueOf = () => "default"): TaskDefaults {
  return { queue: queueOf(task), priority: 5 };
}

/** The run that a firing sends; undefined for one that sends none. */
export function firingRun(
  schedule: DueSchedule,
  firing: PlannedFiring,
  now: Instant,
  defaults: TaskDefaults,
): RunToInsert | undefined {
  if (firing.run === null) return undefined;
  const { periodicTask } = schedule;
  const onLost = defaults.onLost === "fail" ? ({ onLost: "fail" } as const) : {};
  return {
    id: firing.run.id,
    task: periodicTask.task,
    payload: firing.run.payload as unknown as Payload,
    queue: periodicTask.queue ?? defaults.queue,
    priority: periodicTask.priority ?? defaults.priority,
    options: { ...(periodicTask.runOptions as JsonObject & RunToInsert["options"]), ...onLost },
    origin: { kind: "schedule" },
    availableAt: firing.run.availableAt,
    queuedAt: now,
    periodicTaskId: periodicTask.id,
    scheduleId: schedule.scheduleId,
    scheduleVersion: schedule.version,
    nominalAt: firing.nominalAt,
    ...(firing.run.expiresAt !== null && { expiresAt: firing.run.expiresAt }),
    ...(firing.run.lock !== null && { lock: firing.run.lock }),
  };
}
