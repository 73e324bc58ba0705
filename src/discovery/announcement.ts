import type { Announcement } from "../control/process-registry.ts";
import type { RegisteredTask } from "../task/registry.ts";
import { jsonSchemaOf, propertiesOf, schemaHash } from "../task/schema.ts";

/** A task as the other processes are told of it. Fails with `invalid_task` when its schema has no JSON Schema. */
export function announcementOf({ task, app }: RegisteredTask, defaultQueue: string): Announcement {
  const { description, queue, priority, timeLimitMs, permission, onLost, record, redeliver } = task.options;
  const inputSchema = task.input === null ? null : jsonSchemaOf(task.name, task.input);
  const positional = task.positional ?? (inputSchema === null ? null : (propertiesOf(inputSchema) ?? null));
  return {
    task: task.name,
    app,
    description,
    inputSchema,
    positional,
    queue: queue ?? defaultQueue,
    priority,
    timeLimitMs,
    permission,
    onLost,
    ...(record !== "all" && { record }),
    ...(redeliver && { redeliver }),
    schemaHash: schemaHash({ inputSchema, positional }),
  };
}
