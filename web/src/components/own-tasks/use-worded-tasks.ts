import { useMemo } from "react";
import { useTasks } from "../../services/tasks.ts";
import type { TaskView } from "../../services/wire.ts";
import { useOwnTaskMessages } from "./messages.ts";
import { wordedSchema } from "./worded-schema.ts";

/** Every announced task; those that hyoshi itself brings speak the reader's language. Undefined until they are read. */
export function useWordedTasks(): readonly TaskView[] | undefined {
  const { shell } = useOwnTaskMessages();
  const { data } = useTasks();
  return useMemo(
    () =>
      data?.map((task) =>
        task.name === "hyoshi.shell"
          ? {
              ...task,
              description: shell.description,
              inputSchema: wordedSchema(task.inputSchema, shell) as TaskView["inputSchema"],
            }
          : task,
      ),
    [data, shell],
  );
}
