import type { Announcement } from "../control/process-registry.ts";
import { announcementsOf } from "../discovery/announcement.ts";
import { queueByRoutes } from "../task/routes.ts";
import type { App } from "./app.ts";

/** What this process tells the others of the project's tasks. */
export function announcements({ discovery, config }: App): readonly Announcement[] {
  return [...discovery.registry.entries()].flatMap((found) => announcementsOf(found, queueByRoutes(config)));
}
