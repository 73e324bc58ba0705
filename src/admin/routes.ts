import type { AdminApp } from "./admin-app.ts";
import type { AdminServer } from "./admin-server.ts";
import { registerChanges } from "./routes/changes.ts";
import { registerEvents } from "./routes/events.ts";
import { registerFirings } from "./routes/firings.ts";
import { registerGroups } from "./routes/groups.ts";
import { registerHealth } from "./routes/health.ts";
import { registerMe } from "./routes/me.ts";
import { registerModels } from "./routes/models.ts";
import { registerOverview } from "./routes/overview.ts";
import { registerPauses } from "./routes/pauses.ts";
import { registerPeople } from "./routes/people.ts";
import { registerPeriodicTasks } from "./routes/periodic-tasks.ts";
import { registerPermissions } from "./routes/permissions.ts";
import { registerQueues } from "./routes/queues.ts";
import { registerRecords } from "./routes/records.ts";
import { registerRuns } from "./routes/runs.ts";
import { registerSchedules } from "./routes/schedules.ts";
import { registerSession } from "./routes/session.ts";
import { registerTasks } from "./routes/tasks.ts";
import { registerTokens } from "./routes/tokens.ts";
import { registerUsers } from "./routes/users.ts";
import { registerWorkers } from "./routes/workers.ts";

/** Every resource of the API. Each declares its routes' permissions, schemas, summaries and tags. */
export function registerRoutes(server: AdminServer, app: AdminApp): void {
  registerSession(server, app);
  registerMe(server, app);
  registerUsers(server, app);
  registerPeople(server, app);
  registerGroups(server, app);
  registerPermissions(server, app);
  registerTokens(server, app);
  registerChanges(server, app);
  registerModels(server, app);
  registerRecords(server, app);
  registerPeriodicTasks(server, app);
  registerSchedules(server, app);
  registerPauses(server, app);
  registerFirings(server, app);
  registerRuns(server, app);
  registerTasks(server, app);
  registerWorkers(server, app);
  registerQueues(server, app);
  registerHealth(server, app);
  registerOverview(server, app);
  registerEvents(server, app);
}
