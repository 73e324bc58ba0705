import { tracedRun } from "../run/hook-caller.ts";
import type { ExecutorParts, TaskDatabase } from "../worker/executor.ts";
import type { App } from "./app.ts";

/** What tasks are given of the project, in whichever process they are executed. */
export function taskSurroundings(app: App): Pick<ExecutorParts, "openDatabase" | "previousSuccess" | "trace"> {
  const { taskConnections, readers, tracing } = app;
  return {
    ...(tracing && { trace: (run) => tracing.attempt({ ...tracedRun(run), attempt: run.attempt }) }),
    openDatabase: (task): TaskDatabase => {
      const connection = taskConnections.open(task);
      return { open: () => connection.db, release: () => connection.release() };
    },
    previousSuccess: (periodicTaskId) => readers.periodicTasks.lastSuccess(periodicTaskId),
  };
}
