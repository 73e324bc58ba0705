import { z } from "zod";
import { isHyoshiError } from "../../base/error.ts";
import { invalid } from "../../base/field-error.ts";
import type { Catalog } from "../../catalog/catalog.ts";
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
    async ({ body }) => {
      const { zone, after, until, count, calendar, scheduleId, ...definition } = body;
      return catalog.preview({
        definition,
        count,
        calendar: await planCalendar(catalog, calendar),
        ...given({ zone, after, until, uid: await uidOf(catalog, scheduleId) }),
      });
    },
  );
}

/** Archived ones too: a schedule that follows one goes on to do so. */
async function planCalendar({ calendars }: Catalog, use: z.infer<typeof schedulePreviewRequest>["calendar"]) {
  if (use === null) return null;
  try {
    const { id, version, days, name } = await calendars.get(use.id);
    return { id, version, days, name, rule: use.rule };
  } catch (error) {
    if (!isHyoshiError(error, "not_found")) throw error;
    const detail = `there is no calendar ${use.id}`;
    throw invalid([{ path: "/calendar/id", code: "unknown_calendar", detail, text: calendarGone }]);
  }
}

const calendarGone = { en: "This calendar is not there any more", ja: "このカレンダーはもうありません" };

/** One that was removed meanwhile hashes like a new one. */
async function uidOf({ periodicTasks }: Catalog, scheduleId: number | undefined): Promise<string | undefined> {
  if (scheduleId === undefined) return undefined;
  try {
    return (await periodicTasks.schedule(scheduleId)).uid;
  } catch (error) {
    if (isHyoshiError(error, "not_found")) return undefined;
    throw error;
  }
}
