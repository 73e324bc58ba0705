import { z } from "zod";
import { viewerOf } from "../access.ts";
import type { AdminApp } from "../admin-app.ts";
import type { AdminServer } from "../admin-server.ts";
import { holdView, newDrain } from "../contract.ts";
import { holdViewOf } from "../views/hold-view.ts";

const tags = ["workers"];

export function registerDrains(server: AdminServer, { catalog: { queues } }: AdminApp): void {
  server.post(
    "/drains",
    {
      config: { permission: "workers.manage" },
      schema: {
        summary: "Drain a worker, or all workers of a host",
        description:
          "It takes nothing more, within a second, and finishes what it has; then it waits until it is resumed or stopped. A host's workers that start later are drained as well; a worker's drain ends with it. Python's workers do not know of it.",
        tags,
        body: newDrain,
        response: { 201: holdView },
      },
    },
    async (request, reply) => {
      const { scope, name, reason, untilAt } = request.body;
      const hold = await queues.hold(scope, name, { reason, untilAt }, viewerOf(request));
      return reply.code(201).send(holdViewOf(hold));
    },
  );

  server.delete(
    "/drains/:scope/:name",
    {
      config: { permission: "workers.manage" },
      schema: {
        summary: "Resume a drained worker or host",
        tags,
        params: z.object({ scope: z.enum(["worker", "host"]), name: z.string().min(1).max(200) }),
        response: { 204: z.undefined() },
      },
    },
    async (request, reply) => {
      const { scope, name } = request.params;
      await queues.resume(scope, name, viewerOf(request));
      return reply.code(204).send();
    },
  );
}
