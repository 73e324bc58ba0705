import { viewerOf } from "../access.ts";
import type { AdminApp } from "../admin-app.ts";
import type { AdminServer } from "../admin-server.ts";
import { planEffects, replanReport, replanRequest, replanState } from "../contract.ts";
import { problemOf } from "../problem.ts";
import { planEffectsView } from "../views/plan-effects-view.ts";

const tags = ["schedules"];

export function registerReplans(server: AdminServer, { catalog: { replans } }: AdminApp): void {
  server.get(
    "/schedules/replan",
    {
      config: { permission: "periodic-tasks.view" },
      schema: {
        summary: "Whether schedules are due to be planned anew",
        description:
          "After an update of the tz database (it comes with Node), or where the edit of a calendar was interrupted.",
        tags,
        response: { 200: replanState },
      },
    },
    async () => {
      const { count, capped, tzVersions, calendarIds } = await replans.outdated();
      return {
        tzVersion: replans.tzVersion,
        due: count > 0,
        schedules: { value: count, capped },
        plannedWith: [...tzVersions],
        calendarIds: [...calendarIds],
      };
    },
  );

  server.post(
    "/schedules/replan/preview",
    {
      config: { permission: "periodic-tasks.view" },
      schema: {
        summary: "What planning schedules anew would change",
        description:
          "For another zone: the times of the coming year. For another tz database: the time that a schedule waits for.",
        tags,
        body: replanRequest,
        response: { 200: planEffects },
      },
    },
    async ({ body }) => planEffectsView(await replans.preview(body.zones)),
  );

  server.post(
    "/schedules/replan",
    {
      config: { permission: "periodic-tasks.edit" },
      schema: {
        summary: "Plan schedules anew",
        description:
          "All that are outdated, or with `zones` all of those zones: in batches, each of which is a transaction. If it is interrupted, the same call goes on with the rest. What was due before is fired first.",
        tags,
        body: replanRequest,
        response: { 200: replanReport },
      },
    },
    async (request) => {
      const { replanned, changed, failed } = await replans.run(request.body.zones, viewerOf(request));
      return {
        replanned,
        changed,
        failed: failed.map(({ scheduleId, error }) => {
          const { detail, text } = problemOf(error, "").body;
          return { scheduleId, detail, ...(text !== undefined && { text }) };
        }),
      };
    },
  );
}
