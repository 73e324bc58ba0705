import { z } from "zod";
import type { JsonObject } from "../../base/json.ts";
import { viewerOf } from "../access.ts";
import type { AdminApp } from "../admin-app.ts";
import type { AdminServer } from "../admin-server.ts";
import { page, pageQuery, workerCommand, workerCommandReply, workerInspection, workerView } from "../contract.ts";
import { holdViewOf } from "../views/hold-view.ts";
import { pageOfList, pageViewOf } from "../views/page-view.ts";

const params = z.object({ id: z.coerce.number().int() });

export function registerWorkers(server: AdminServer, { catalog: { status, remote } }: AdminApp): void {
  server.get(
    "/workers",
    {
      config: { permission: "workers.view" },
      schema: {
        summary: "List workers, beats and admins, in the order of their start",
        description:
          "Dead ones stay until what they held was taken over. Workers of kind `celery` are known by their heartbeats; their ids are negative.",
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
          drain: process.drain && holdViewOf(process.drain),
        }),
      ),
  );

  server.get(
    "/workers/:id/inspection",
    {
      config: { permission: "workers.view" },
      schema: {
        summary: "What a worker answers of itself now",
        description:
          "Asks the worker over the broker, hyoshi's own and Celery's alike, and waits up to 1.5 s. Where the database is the broker there is nothing to ask over: `remote` is false.",
        tags: ["workers"],
        params,
        response: { 200: workerInspection },
      },
    },
    async ({ params }) => ({ ...(await remote.inspect(params.id)), remote: remote.isThere }),
  );

  server.post(
    "/workers/:id/commands",
    {
      config: { permission: "workers.manage" },
      schema: {
        summary: "Command a worker",
        description:
          "Over the broker, hyoshi's own and Celery's alike. What is changed so lasts until the worker stops. Answers 409 `no_remote_control` where the database is the broker.",
        tags: ["workers"],
        params,
        body: workerCommand,
        response: { 200: workerCommandReply },
      },
    },
    async (request) => {
      const { command, arguments: given } = request.body;
      const reply = await remote.command(request.params.id, command, given as JsonObject, viewerOf(request));
      return { kind: reply.kind, text: reply.kind === "silent" ? null : reply.text };
    },
  );
}

const wholeOf = (value: unknown): number | null => (Number.isInteger(value) ? Number(value) : null);
