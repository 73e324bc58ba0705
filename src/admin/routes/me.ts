import { z } from "zod";
import { viewerOf } from "../access.ts";
import type { AdminApp } from "../admin-app.ts";
import type { AdminServer } from "../admin-server.ts";
import { ownPassword } from "../contract.ts";

const tags = ["session"];

export function registerMe(server: AdminServer, { accounts }: AdminApp): void {
  server.put(
    "/me/password",
    {
      config: { permission: "signed-in" },
      schema: {
        summary: "Change the own password",
        description: "The user's other sessions end.",
        tags,
        body: ownPassword,
        response: { 204: z.undefined() },
      },
    },
    async (request, reply) => {
      const viewer = viewerOf(request);
      const change = { ...request.body, keepSession: viewer.session?.tokenHash };
      await accounts.users.changeOwnPassword(viewer.userId, change, viewer);
      return reply.code(204).send();
    },
  );
}
