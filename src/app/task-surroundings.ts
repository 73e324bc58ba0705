import type { ExecutorParts, TaskDatabase } from "../worker/executor.ts";
import type { App } from "./app.ts";

/** What tasks are given of the project, in whichever process they are executed. */
export function taskSurroundings(app: App): Pick<ExecutorParts, "openDatabase" | "previousSuccess"> {
  const { taskConnections, readers } = app;
  return {
    openDatabase: (task): TaskDatabase => {
      const connection = taskConnections.open(task);
      return { open: () => connection.db, release: () => connection.release() };
    },
    previousSuccess: (periodicTaskId) => readers.periodicTasks.lastSuccess(periodicTaskId),
  };
}
