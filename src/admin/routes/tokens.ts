import { z } from "zod";
import type { ApiToken } from "../../account/account-store.ts";
import { HyoshiError } from "../../base/error.ts";
import { COUNT_CAP, decodeCursor, encodeCursor } from "../../base/page.ts";
import { viewerOf } from "../access.ts";
import type { AdminApp } from "../admin-app.ts";
import type { AdminServer } from "../admin-server.ts";
import { page, pageQuery, tokenCreated, tokenInput, tokenView } from "../contract.ts";
import { countOf, idParameter, pageOf } from "../paging.ts";

const tags = ["tokens"];
/** The list's name in its cursors. */
const LIST = "tokens";
const config = { permission: "signed-in" } as const;

const viewOf = ({ id, name, createdAt, lastUsedAt, expiresAt }: ApiToken) => ({
  id,
  name,
  createdAt,
  lastUsedAt,
  expiresAt,
});

export function registerTokens(server: AdminServer, { accounts: { tokens } }: AdminApp): void {
  server.get(
    "/tokens",
    {
      config,
      schema: { summary: "List the own tokens", tags, querystring: pageQuery, response: { 200: page(tokenView) } },
    },
    async (request) => {
      const { userId } = viewerOf(request);
      const { query } = request;
      const after = query.after === undefined ? undefined : decodeCursor(query.after, LIST, ["number"])[0];
      const found = await tokens.list(userId, { after, limit: query.limit + 1 });
      const count = query.count === "true" ? { count: countOf(await tokens.count(userId, COUNT_CAP + 1)) } : {};
      return { ...pageOf(found, query.limit, (last) => encodeCursor(LIST, [last.id]), viewOf), ...count };
    },
  );

  server.post(
    "/tokens",
    {
      config,
      schema: {
        summary: "Make a token of the own",
        description: "The token is answered this once. A token cannot make another one.",
        tags,
        body: tokenInput,
        response: { 201: tokenCreated },
      },
    },
    async (request, reply) => {
      const viewer = viewerOf(request);
      if (viewer.session === null) {
        // Else whoever finds a token that expires could make one that does not.
        throw new HyoshiError("session_needed", "a token cannot make another one: sign in, or use hyoshi createtoken");
      }
      const { token, secret } = await tokens.create(viewer.userId, request.body, viewer);
      return reply.code(201).send({ ...viewOf(token), token: secret });
    },
  );

  server.delete(
    "/tokens/:id",
    {
      config,
      schema: { summary: "Remove a token of the own", tags, params: idParameter, response: { 204: z.undefined() } },
    },
    async (request, reply) => {
      const viewer = viewerOf(request);
      await tokens.remove(viewer.userId, request.params.id, viewer);
      return reply.code(204).send();
    },
  );
}
