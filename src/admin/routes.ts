import type { AdminApp } from "./admin-app.ts";
import type { AdminServer } from "./admin-server.ts";
import { registerChanges } from "./routes/changes.ts";
import { registerGroups } from "./routes/groups.ts";
import { registerMe } from "./routes/me.ts";
import { registerModels } from "./routes/models.ts";
import { registerPermissions } from "./routes/permissions.ts";
import { registerRecords } from "./routes/records.ts";
import { registerSession } from "./routes/session.ts";
import { registerTokens } from "./routes/tokens.ts";
import { registerUsers } from "./routes/users.ts";

/** Every resource of the API. Each declares its routes' permissions, schemas, summaries and tags. */
export function registerRoutes(server: AdminServer, app: AdminApp): void {
  registerSession(server, app);
  registerMe(server, app);
  registerUsers(server, app);
  registerGroups(server, app);
  registerPermissions(server, app);
  registerTokens(server, app);
  registerChanges(server, app);
  registerModels(server, app);
  registerRecords(server, app);
}
