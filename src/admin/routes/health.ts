import type { AdminApp } from "../admin-app.ts";
import type { AdminServer } from "../admin-server.ts";
import { health } from "../contract.ts";

export function registerHealth(server: AdminServer, { catalog: { status } }: AdminApp): void {
  server.get(
    "/health",
    {
      // The dots stand on every page.
      config: { permission: "signed-in" },
      schema: {
        summary: "Whether beats and workers do their work",
        tags: ["health"],
        response: { 200: health },
      },
    },
    async () => {
      const { problems, queuesWithoutWorker, ...rest } = await status.health();
      return { ...rest, problems: [...problems], queuesWithoutWorker: [...queuesWithoutWorker] };
    },
  );
}
