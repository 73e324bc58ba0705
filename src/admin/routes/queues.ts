import { z } from "zod";
import { viewerOf } from "../access.ts";
import type { AdminApp } from "../admin-app.ts";
import type { AdminServer } from "../admin-server.ts";
import { holdView, newHold, page, pageQuery, purgeRequest, purgeView, queueView } from "../contract.ts";
import { holdViewOf } from "../views/hold-view.ts";
import { pageOfNamed, pageViewOf } from "../views/page-view.ts";

const tags = ["queues"];
const params = z.object({ name: z.string().min(1).max(200) });

export function registerQueues(server: AdminServer, { catalog: { status, queues } }: AdminApp): void {
  server.get(
    "/queues",
    {
      config: { permission: "workers.view" },
      schema: {
        summary: "List queues, by name, with what waits in them",
        tags,
        querystring: pageQuery,
        response: { 200: page(queueView) },
      },
    },
    async ({ query }) =>
      pageViewOf(pageOfNamed("queues", await status.queues(), query), (queue) => ({
        ...queue,
        paused: queue.paused && holdViewOf(queue.paused),
      })),
  );

  server.put(
    "/queues/:name/pause",
    {
      config: { permission: "workers.manage" },
      schema: {
        summary: "Pause a queue",
        description:
          "Workers take nothing from it, within a second, until `untilAt` or until it is resumed; what they have taken goes on, and what is sent waits. Replaces an open pause of the queue. Python's workers do not know of it.",
        tags,
        params,
        body: newHold,
        response: { 200: holdView },
      },
    },
    async (request) => {
      const { params: target, body } = request;
      return holdViewOf(await queues.hold("queue", target.name, body, viewerOf(request)));
    },
  );

  server.delete(
    "/queues/:name/pause",
    {
      config: { permission: "workers.manage" },
      schema: { summary: "Resume a queue", tags, params, response: { 204: z.undefined() } },
    },
    async (request, reply) => {
      await queues.resume("queue", request.params.name, viewerOf(request));
      return reply.code(204).send();
    },
  );

  server.get(
    "/queues/:name/purge",
    {
      config: { permission: "workers.manage" },
      schema: {
        summary: "What a purge of a queue would cancel now",
        tags,
        params,
        querystring: z.object({ scheduled: z.enum(["true", "false"]).default("false") }),
        response: { 200: purgeView },
      },
    },
    async ({ params: target, query }) => queues.wouldPurge(target.name, { scheduled: query.scheduled === "true" }),
  );

  server.post(
    "/queues/:name/purge",
    {
      config: { permission: "workers.manage" },
      schema: {
        summary: "Purge a queue",
        description:
          "Cancels what waits in it or is held, of what was sent until now, and removes its messages from the broker, those of others' clients as well; with `scheduled` also what is to begin later. What is being executed goes on. There is no way back.",
        tags,
        params,
        body: purgeRequest,
        response: { 200: purgeView },
      },
    },
    async (request) => queues.purge(request.params.name, request.body, viewerOf(request)),
  );
}
