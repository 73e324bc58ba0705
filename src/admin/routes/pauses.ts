import { z } from "zod";
import type { ListedPause } from "../../ledger/pause-store.ts";
import { requirePermission, viewerOf } from "../access.ts";
import type { AdminApp } from "../admin-app.ts";
import type { AdminServer } from "../admin-server.ts";
import { holdScope, newPause, type PauseView, page, pauseQuery, pauseView } from "../contract.ts";
import { idParameter } from "../paging.ts";
import { given, pageViewOf } from "../views/page-view.ts";

const tags = ["pauses"];

export function registerPauses(server: AdminServer, { catalog: { pauses } }: AdminApp): void {
  server.get(
    "/pauses",
    {
      config: { permission: "periodic-tasks.view" },
      schema: {
        summary: "List the pauses in force, the latest first",
        description: "Of everything, of tags, periodic tasks and schedules; with `ended=true` those that are over.",
        tags,
        querystring: pauseQuery,
        response: { 200: page(pauseView) },
      },
    },
    async ({ query: { ended, after, limit } }) =>
      pageViewOf(await pauses.list({ ended: ended === "true", limit, ...given({ after }) }), pauseViewOf),
  );

  server.post(
    "/pauses",
    {
      config: { permission: "periodic-tasks.edit" },
      schema: {
        summary: "Pause everything, a tag, a periodic task or a schedule",
        description:
          "Their times are skipped until `untilAt` or until the pause is ended, each with its row in the ledger; what was skipped is not made up for. Runs that were sent before are executed. Replaces an open pause of the same `scope` and `scopeId`.",
        tags,
        body: newPause,
        response: { 201: pauseView },
      },
    },
    async (request, reply) => {
      const { scope, scopeId, reason, untilAt } = request.body;
      const pause = await pauses.begin({ scope, scopeId }, { reason, untilAt }, viewerOf(request));
      return reply.code(201).send(pauseViewOf(pause));
    },
  );

  server.get(
    "/pauses/:id",
    {
      config: { permission: "periodic-tasks.view" },
      schema: { summary: "A pause in force", tags, params: idParameter, response: { 200: pauseView } },
    },
    async ({ params }) => pauseViewOf(await pauses.get(params.id)),
  );

  server.delete(
    "/pauses/:id",
    {
      config: { permission: "periodic-tasks.edit" },
      schema: {
        summary: "End a pause",
        description: "Times fire again from now on.",
        tags,
        params: idParameter,
        response: { 204: z.undefined() },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      // Who may edit periodic tasks need not be one who may let workers take runs again.
      if (holdScope.safeParse((await pauses.get(id)).scope).success) requirePermission(request, "workers.manage");
      await pauses.end(id, viewerOf(request));
      return reply.code(204).send();
    },
  );
}

const pauseViewOf = (pause: ListedPause): PauseView => ({ ...pause });
