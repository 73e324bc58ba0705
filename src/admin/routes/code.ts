import type { AdminApp } from "../admin-app.ts";
import type { AdminServer } from "../admin-server.ts";
import { codePlan } from "../contract.ts";

export function registerCode(server: AdminServer, { catalog: { code }, definitions }: AdminApp): void {
  server.get(
    "/code/plan",
    {
      config: { permission: "periodic-tasks.view" },
      schema: {
        summary: "What applying the periodic tasks that code defines would do",
        description:
          "Of the code as this server imported it when it started: what `hyoshi migrate` would make, change and archive, where code and an edit are in conflict, and where edits differ from code and stay. Changes nothing.",
        tags: ["periodic-tasks"],
        response: { 200: codePlan },
      },
    },
    async () => {
      const { items, unread } = await code.plan(definitions);
      return {
        items: items.map(({ updates, conflicts, drift, ...item }) => ({
          ...item,
          updates: updates.map((update) => ({ ...update })),
          conflicts: conflicts.map((conflict) => ({ ...conflict })),
          drift: drift.map((one) => ({ ...one })),
        })),
        unread: [...unread],
      };
    },
  );
}
