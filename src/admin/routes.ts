import type { AdminApp } from "./admin-app.ts";
import type { AdminServer } from "./admin-server.ts";
import { registerSession } from "./routes/session.ts";

/** Every resource of the API. Each declares its routes' permissions, schemas, summaries and tags. */
export function registerRoutes(server: AdminServer, app: AdminApp): void {
  registerSession(server, app);
}
