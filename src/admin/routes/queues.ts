import type { AdminApp } from "../admin-app.ts";
import type { AdminServer } from "../admin-server.ts";
import { page, pageQuery, queueView } from "../contract.ts";
import { pageOfNamed, pageViewOf } from "../views/page-view.ts";

export function registerQueues(server: AdminServer, { catalog: { status } }: AdminApp): void {
  server.get(
    "/queues",
    {
      config: { permission: "workers.view" },
      schema: {
        summary: "List queues, by name, with what waits in them",
        tags: ["queues"],
        querystring: pageQuery,
        response: { 200: page(queueView) },
      },
    },
    async ({ query }) => pageViewOf(pageOfNamed("queues", await status.queues(), query), (queue) => ({ ...queue })),
  );
}
