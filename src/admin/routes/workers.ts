import type { AdminApp } from "../admin-app.ts";
import type { AdminServer } from "../admin-server.ts";
import { page, pageQuery, workerView } from "../contract.ts";
import { pageOfList, pageViewOf } from "../views/page-view.ts";

export function registerWorkers(server: AdminServer, { catalog: { status } }: AdminApp): void {
  server.get(
    "/workers",
    {
      config: { permission: "workers.view" },
      schema: {
        summary: "List workers, beats and admins, in the order of their start",
        description: "Dead ones stay until what they held was taken over.",
        tags: ["workers"],
        querystring: pageQuery,
        response: { 200: page(workerView) },
      },
    },
    async ({ query }) =>
      pageViewOf(
        pageOfList("workers", await status.processes(), ({ id }) => id, query),
        (process) => ({
          id: process.id,
          kind: process.kind,
          name: process.name,
          host: process.host,
          pid: process.pid,
          startedAt: process.startedAt,
          leaseUntil: process.leaseUntil,
          live: process.live,
          loopLagMs: process.loopLagMs,
          queues: [...process.queues],
          concurrency: wholeOf(process.info.concurrency),
          running: process.running,
          info: process.info,
        }),
      ),
  );
}

const wholeOf = (value: unknown): number | null => (Number.isInteger(value) ? Number(value) : null);
