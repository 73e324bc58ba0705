import { may } from "../access.ts";
import type { AdminApp } from "../admin-app.ts";
import type { AdminServer } from "../admin-server.ts";
import { overview } from "../contract.ts";
import { runSummaryOf } from "../views/run-view.ts";

export function registerOverview(server: AdminServer, { catalog: { status } }: AdminApp): void {
  server.get(
    "/overview",
    {
      config: { permission: "periodic-tasks.view" },
      schema: {
        summary: "What failed, what runs, what comes next",
        description:
          "Periodic tasks whose last run failed within a day; running runs (with `runs.view`); times of the next hour. At most 50 of each.",
        tags: ["overview"],
        response: { 200: overview },
      },
    },
    async (request) => {
      const { failing, running, upcoming } = await status.overview();
      return {
        failing: failing.map(({ periodicTaskId, name, runId, endedAt, state }) => ({
          periodicTaskId,
          name,
          runId,
          at: endedAt,
          state,
        })),
        running: may(request, "runs.view") ? running.map(runSummaryOf) : [],
        upcoming: upcoming.map((next) => ({ ...next })),
      };
    },
  );
}
