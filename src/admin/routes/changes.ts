import { COUNT_CAP, decodeCursor, encodeCursor } from "../../base/page.ts";
import type { AdminApp } from "../admin-app.ts";
import type { AdminServer } from "../admin-server.ts";
import { changeQuery, changeView, page } from "../contract.ts";
import { countOf, pageOf } from "../paging.ts";

/** The list's name in its cursors. */
const LIST = "changes";

export function registerChanges(server: AdminServer, { accounts: { changes } }: AdminApp): void {
  server.get(
    "/changes",
    {
      config: { permission: "changes.view" },
      schema: {
        summary: "Who changed what, the newest first",
        tags: ["changes"],
        querystring: changeQuery,
        response: { 200: page(changeView) },
      },
    },
    async ({ query }) => {
      const { resource, resourceId, limit } = query;
      const before = query.after === undefined ? undefined : decodeCursor(query.after, LIST, ["number"])[0];
      const found = await changes.list({ resource, resourceId, before, limit: limit + 1 });
      const total = query.count === "true" ? await changes.count({ resource, resourceId }, COUNT_CAP + 1) : undefined;
      const count = total === undefined ? {} : { count: countOf(total) };
      return {
        ...pageOf(
          found,
          limit,
          (last) => encodeCursor(LIST, [last.id]),
          (change) => change,
        ),
        ...count,
      };
    },
  );
}
