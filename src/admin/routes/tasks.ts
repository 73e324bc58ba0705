import { z } from "zod";
import { HyoshiError } from "../../base/error.ts";
import { describeLimits } from "../../catalog/limit-words.ts";
import type { KnownTask } from "../../catalog/task-directory.ts";
import type { AdminApp } from "../admin-app.ts";
import type { AdminServer } from "../admin-server.ts";
import { page, pageQuery, type TaskView, taskView } from "../contract.ts";
import { keepViewOf } from "../views/keep-view.ts";
import { pageOfNamed, pageViewOf } from "../views/page-view.ts";

const tags = ["tasks"];
// Whoever sees periodic tasks or makes them needs to know the tasks.
const config = { permission: "periodic-tasks.view" } as const;

export function registerTasks(server: AdminServer, { catalog: { status } }: AdminApp): void {
  server.get(
    "/tasks",
    {
      config,
      schema: {
        summary: "List the tasks that processes have announced, by name",
        description: "One whose workers are gone stays, with `workers: 0`.",
        tags,
        querystring: pageQuery,
        response: { 200: page(taskView) },
      },
    },
    async ({ query }) => pageViewOf(pageOfNamed("tasks", (await status.tasks()).map(viewOf), query), (task) => task),
  );

  server.get(
    "/tasks/:name",
    {
      config,
      schema: {
        summary: "A task",
        tags,
        params: z.object({ name: z.string().max(200) }),
        response: { 200: taskView },
      },
    },
    async ({ params }) => {
      const task = await status.task(params.name);
      if (task !== undefined) return viewOf(task);
      throw new HyoshiError("not_found", `no process has announced a task '${params.name}'`);
    },
  );
}

function viewOf({ announced, workers, versions }: KnownTask): TaskView {
  return {
    name: announced.task,
    app: announced.app,
    description: announced.description,
    inputSchema: announced.inputSchema,
    queue: announced.queue,
    priority: announced.priority,
    timeLimitMs: announced.timeLimitMs,
    keep: keepViewOf(announced.keep),
    limits: {
      softTimeLimitMs: null,
      rateLimit: null,
      concurrency: null,
      unique: null,
      ...announced.limits,
      text: describeLimits(announced.limits),
    },
    workers,
    mixedVersions: versions.length > 1,
    permission: announced.permission,
  };
}
