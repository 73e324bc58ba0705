import { z } from "zod";
import type { AdminApp } from "../admin-app.ts";
import type { AdminServer } from "../admin-server.ts";
import { changeQuery, changeView, page } from "../contract.ts";
import { COUNT_CAP, countOf, cursorOf, keyOf, pageOf } from "../paging.ts";

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
      const before = query.after === undefined ? undefined : keyOf(query.after, z.tuple([z.int()]))[0];
      const found = await changes.list({ resource, resourceId, before, limit: limit + 1 });
      const total = query.count === "true" ? await changes.count({ resource, resourceId }, COUNT_CAP + 1) : undefined;
      const count = total === undefined ? {} : { count: countOf(total) };
      return {
        ...pageOf(
          found,
          limit,
          (last) => cursorOf(last.id),
          (change) => change,
        ),
        ...count,
      };
    },
  );
}
