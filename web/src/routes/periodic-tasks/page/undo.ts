import {
  disablePeriodicTask,
  enablePeriodicTask,
  pausePeriodicTask,
  resumePeriodicTask,
} from "../../../services/periodic-tasks.ts";
import type { PauseInput, PeriodicTaskView } from "../../../services/wire.ts";

/** Undoes a switch or a pause that is still in force; undefined where there is nothing to take back now. */
export function undoOf(
  task: PeriodicTaskView,
  action: string,
  before: unknown,
  after: unknown,
): (() => Promise<unknown>) | undefined {
  const { id, enabled, paused } = task;
  switch (action) {
    case "enabled":
      return enabled ? () => disablePeriodicTask(id) : undefined;
    case "disabled":
      return enabled ? undefined : () => enablePeriodicTask(id);
    case "paused":
      return paused?.scope === "periodic-task" && isPause(after) && after.reason === paused.reason
        ? () => resumePeriodicTask(id)
        : undefined;
    case "resumed":
      return paused === null && isPause(before) ? () => pausePeriodicTask(id, before) : undefined;
    default:
      return undefined;
  }
}

function isPause(value: unknown): value is PauseInput & { untilAt: number | null } {
  return typeof value === "object" && value !== null && "reason" in value && "untilAt" in value;
}
