import type { AdminApp } from "../admin-app.ts";
import type { AdminServer } from "../admin-server.ts";
import { firingQuery, firingView, page } from "../contract.ts";
import { given, pageViewOf } from "../views/page-view.ts";

export function registerFirings(server: AdminServer, { catalog: { firings } }: AdminApp): void {
  server.get(
    "/firings",
    {
      config: { permission: "periodic-tasks.view" },
      schema: {
        summary: "The ledger, the newest first",
        description:
          "Every nominal time lies in exactly one row; a row may span several that share a verdict. Of a periodic task or a schedule the rows come by nominal time, else by the time of the decision.",
        tags: ["firings"],
        querystring: firingQuery,
        response: { 200: page(firingView) },
      },
    },
    async ({ query }) => {
      const { periodicTaskId, scheduleId, verdict, after, limit, count } = query;
      const found = await firings.list({
        ...given({ periodicTaskId, scheduleId, verdict, after }),
        ...(count === "true" && { count: true }),
        limit,
      });
      return pageViewOf(found, (firing) => ({
        scheduleId: firing.scheduleId,
        scheduleName: firing.scheduleName,
        periodicTaskId: firing.periodicTaskId,
        nominalAt: firing.nominalAt,
        throughAt: firing.throughAt,
        count: firing.count,
        verdict: firing.verdict,
        reason: firing.reason,
        reasonText: firing.reasonText,
        runId: firing.runId,
        movedTo: typeof firing.detail?.movedTo === "number" ? firing.detail.movedTo : null,
        scheduleVersion: firing.version,
        decidedAt: firing.decidedAt,
      }));
    },
  );
}
