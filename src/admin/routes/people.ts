import { usernameKey } from "../../account/username.ts";
import { decodeCursor, encodeCursor } from "../../base/page.ts";
import type { AdminApp } from "../admin-app.ts";
import type { AdminServer } from "../admin-server.ts";
import { page, pageQuery, personView } from "../contract.ts";
import { pageOf } from "../paging.ts";

/** The list's name in its cursors. */
const LIST = "people";

/** Whom one may hand a periodic task to, for those who do not manage the users. */
export function registerPeople(server: AdminServer, { accounts: { users } }: AdminApp): void {
  server.get(
    "/people",
    {
      config: { permission: "periodic-tasks.edit" },
      schema: {
        summary: "List who can own a periodic task, by name",
        description:
          "Active users, with nothing but their names. A page may hold fewer than `limit` although `next` leads on.",
        tags: ["periodic-tasks"],
        querystring: pageQuery.omit({ count: true }),
        response: { 200: page(personView) },
      },
    },
    async ({ query }) => {
      const after = query.after === undefined ? undefined : decodeCursor(query.after, LIST, ["text"])[0];
      const found = await users.list({ after, limit: query.limit + 1 });
      const { items, next } = pageOf(
        found,
        query.limit,
        (last) => encodeCursor(LIST, [usernameKey(last.username)]),
        (user) => user,
      );
      const people = items.filter(({ active }) => active);
      return { items: people.map(({ id, username, displayName }) => ({ id, username, displayName })), next };
    },
  );
}
