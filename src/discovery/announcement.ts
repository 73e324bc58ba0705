import type { AnnouncedLimits, Announcement } from "../control/process-registry.ts";
import type { ResolvedLimits } from "../task/limit-options.ts";
import type { RegisteredTask } from "../task/registry.ts";
import type { QueueOf } from "../task/routes.ts";
import { jsonSchemaOf, propertiesOf, schemaHash } from "../task/schema.ts";

/** A task as the other processes are told of it, under its name and under each that it had before. Fails as {@link announcementOf} does. */
export function announcementsOf(found: RegisteredTask, defaultQueue: string | QueueOf): readonly Announcement[] {
  const announcement = announcementOf(found, defaultQueue);
  const { name, options } = found.task;
  return [announcement, ...options.formerNames.map((task) => ({ ...announcement, task, currentName: name }))];
}

function announcedLimits(limits: ResolvedLimits): { readonly limits?: AnnouncedLimits } {
  const { softTimeLimitMs, rateLimit, concurrency, unique } = limits;
  const bounds: AnnouncedLimits = {
    ...(softTimeLimitMs !== null && { softTimeLimitMs }),
    ...(rateLimit !== null && { rateLimit }),
    ...(concurrency !== null && { concurrency: { limit: concurrency.limit, byKey: concurrency.key !== null } }),
    ...(unique !== null && { unique: { forMs: unique.forMs, byKey: unique.key !== null } }),
  };
  return Object.keys(bounds).length === 0 ? {} : { limits: bounds };
}

/** A task as the other processes are told of it. Fails with `invalid_task` when its schema has no JSON Schema. */
export function announcementOf({ task, app }: RegisteredTask, defaultQueue: string | QueueOf): Announcement {
  const { description, queue, priority, timeLimitMs, permission, onLost, record, redeliver } = task.options;
  const inputSchema = task.input === null ? null : jsonSchemaOf(task.name, task.input);
  const positional = task.positional ?? (inputSchema === null ? null : (propertiesOf(inputSchema) ?? null));
  return {
    task: task.name,
    app,
    description,
    inputSchema,
    positional,
    queue: queue ?? (typeof defaultQueue === "string" ? defaultQueue : defaultQueue(task.name)),
    priority,
    timeLimitMs,
    permission,
    onLost,
    ...announcedLimits(task.options.limits),
    ...(record !== "all" && { record }),
    ...(redeliver && { redeliver }),
    ...(task.options.keep !== null && { keep: task.options.keep }),
    schemaHash: schemaHash({ inputSchema, positional }),
  };
}
