import { z } from "zod";
import { COUNT_CAP, decodeCursor, encodeCursor } from "../../base/page.ts";
import { viewerOf } from "../access.ts";
import type { AdminApp } from "../admin-app.ts";
import type { AdminServer } from "../admin-server.ts";
import { groupInput, groupView, page, pageQuery } from "../contract.ts";
import { countOf, idParameter, pageOf } from "../paging.ts";
import { groupViewOf } from "../views/user-view.ts";

const tags = ["groups"];
/** The list's name in its cursors. */
const LIST = "groups";
const config = { permission: "users.manage" } as const;

export function registerGroups(server: AdminServer, { accounts: { groups } }: AdminApp): void {
  server.get(
    "/groups",
    {
      config,
      schema: { summary: "List groups, by name", tags, querystring: pageQuery, response: { 200: page(groupView) } },
    },
    async ({ query }) => {
      const after = query.after === undefined ? undefined : decodeCursor(query.after, LIST, ["text"])[0];
      const found = await groups.list({ after, limit: query.limit + 1 });
      const count = query.count === "true" ? { count: countOf(await groups.count(COUNT_CAP + 1)) } : {};
      return { ...pageOf(found, query.limit, (last) => encodeCursor(LIST, [last.name]), groupViewOf), ...count };
    },
  );

  server.post(
    "/groups",
    { config, schema: { summary: "Make a group", tags, body: groupInput, response: { 201: groupView } } },
    async (request, reply) => {
      const group = await groups.create(request.body, viewerOf(request));
      return reply.code(201).send(groupViewOf(group));
    },
  );

  server.get(
    "/groups/:id",
    { config, schema: { summary: "A group", tags, params: idParameter, response: { 200: groupView } } },
    async ({ params }) => groupViewOf(await groups.get(params.id)),
  );

  server.put(
    "/groups/:id",
    {
      config,
      schema: {
        summary: "Change a group",
        tags,
        params: idParameter,
        body: groupInput,
        response: { 200: groupView },
      },
    },
    async (request) => {
      const { version, ...draft } = request.body;
      return groupViewOf(await groups.update(request.params.id, version, draft, viewerOf(request)));
    },
  );

  server.delete(
    "/groups/:id",
    {
      config,
      schema: {
        summary: "Remove a group",
        description: "Its users stay, and lose what it gave them.",
        tags,
        params: idParameter,
        response: { 204: z.undefined() },
      },
    },
    async (request, reply) => {
      await groups.remove(request.params.id, viewerOf(request));
      return reply.code(204).send();
    },
  );
}
