import { z } from "zod";
import { usernameKey } from "../../account/username.ts";
import { COUNT_CAP, decodeCursor, encodeCursor } from "../../base/page.ts";
import { viewerOf } from "../access.ts";
import type { AdminApp } from "../admin-app.ts";
import type { AdminServer } from "../admin-server.ts";
import { page, pageQuery, setPassword, userInput, userView } from "../contract.ts";
import { countOf, idParameter, pageOf } from "../paging.ts";
import { userViewOf } from "../views/user-view.ts";

const tags = ["users"];
/** The list's name in its cursors. */
const LIST = "users";
const config = { permission: "users.manage" } as const;

export function registerUsers(server: AdminServer, { accounts: { users } }: AdminApp): void {
  server.get(
    "/users",
    {
      config,
      schema: { summary: "List users, by name", tags, querystring: pageQuery, response: { 200: page(userView) } },
    },
    async ({ query }) => {
      const after = query.after === undefined ? undefined : decodeCursor(query.after, LIST, ["text"])[0];
      const found = await users.list({ after, limit: query.limit + 1 });
      const count = query.count === "true" ? { count: countOf(await users.count(COUNT_CAP + 1)) } : {};
      return {
        ...pageOf(found, query.limit, (last) => encodeCursor(LIST, [usernameKey(last.username)]), userViewOf),
        ...count,
      };
    },
  );

  server.post(
    "/users",
    {
      config,
      schema: {
        summary: "Make a user",
        description: "Without a password nobody can sign in as the user until one is set.",
        tags,
        body: userInput,
        response: { 201: userView },
      },
    },
    async (request, reply) => {
      const user = await users.create(request.body, viewerOf(request));
      return reply.code(201).send(userViewOf(user));
    },
  );

  server.get(
    "/users/:id",
    { config, schema: { summary: "A user", tags, params: idParameter, response: { 200: userView } } },
    async ({ params }) => userViewOf(await users.get(params.id)),
  );

  server.put(
    "/users/:id",
    {
      config,
      schema: {
        summary: "Change a user",
        description: "Who is made inactive is signed out everywhere and loses the tokens. The password is left alone.",
        tags,
        params: idParameter,
        body: userInput.omit({ password: true }),
        response: { 200: userView },
      },
    },
    async (request) => {
      const { version, ...draft } = request.body;
      return userViewOf(await users.update(request.params.id, version, draft, viewerOf(request)));
    },
  );

  server.delete(
    "/users/:id",
    { config, schema: { summary: "Remove a user", tags, params: idParameter, response: { 204: z.undefined() } } },
    async (request, reply) => {
      await users.remove(request.params.id, viewerOf(request));
      return reply.code(204).send();
    },
  );

  server.put(
    "/users/:id/password",
    {
      config,
      schema: {
        summary: "Set a user's password",
        description: "All of the user's sessions end.",
        tags,
        params: idParameter,
        body: setPassword,
        response: { 204: z.undefined() },
      },
    },
    async (request, reply) => {
      await users.setPassword(request.params.id, request.body.newPassword, viewerOf(request));
      return reply.code(204).send();
    },
  );
}
