import { z } from "zod";
import { HyoshiError } from "../../base/error.ts";
import type { AdminApp } from "../admin-app.ts";
import type { AdminServer } from "../admin-server.ts";
import { page, pageQuery, schedulePreview, schedulePreviewRequest, scheduleView } from "../contract.ts";
import { idParameter } from "../paging.ts";
import { given, pageViewOf } from "../views/page-view.ts";
import { scheduleViewOf } from "../views/periodic-task-view.ts";

const tags = ["schedules"];
const config = { permission: "periodic-tasks.view" } as const;

export function registerSchedules(server: AdminServer, { catalog }: AdminApp): void {
  const { periodicTasks } = catalog;

  server.get(
    "/schedules",
    {
      config,
      schema: {
        summary: "List schedules, in the order in which they were made",
        tags,
        querystring: pageQuery.extend({ periodicTaskId: z.coerce.number().int().optional() }),
        response: { 200: page(scheduleView) },
      },
    },
    async ({ query }) => {
      const { periodicTaskId, after, limit, count } = query;
      const found = await periodicTasks.schedules({
        ...given({ periodicTaskId, after }),
        ...(count === "true" && { count: true }),
        limit,
      });
      return pageViewOf(found, (schedule) => scheduleViewOf(schedule, schedule.periodicTaskId));
    },
  );

  server.get(
    "/schedules/:id",
    { config, schema: { summary: "A schedule", tags, params: idParameter, response: { 200: scheduleView } } },
    async ({ params }) => {
      const schedule = await periodicTasks.schedule(params.id);
      return scheduleViewOf(schedule, schedule.periodicTaskId);
    },
  );

  server.post(
    "/schedules/preview",
    {
      config,
      schema: {
        summary: "What a schedule would do",
        description: "In words, and the next times after `after` (default: now), computed by what fires.",
        tags,
        body: schedulePreviewRequest,
        response: { 200: schedulePreview },
      },
    },
    ({ body }) => {
      const { zone, after, count, ...definition } = body;
      return catalog.preview({
        definition,
        count,
        ...given({ zone }),
        ...(after !== undefined && { after: instantOf(after) }),
      });
    },
  );
}

function instantOf(given: number | string): number {
  const instant = typeof given === "number" ? given : Date.parse(given);
  if (Number.isFinite(instant) && Math.abs(instant) <= 8.64e15) return instant;
  const accepted = "milliseconds since 1970, or ISO 8601 with an offset";
  throw new HyoshiError("invalid", `after '${given}' is not a time: expected ${accepted}`, {
    fields: { path: "/after", accepted, text: { en: `Not a time: expected ${accepted}`, ja: "日時として読めません" } },
  });
}
