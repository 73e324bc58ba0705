import type { Announcement } from "../control/process-registry.ts";
import { announcementOf } from "../discovery/announcement.ts";
import type { App } from "./app.ts";

/** What this process tells the others of the project's tasks. */
export function announcements({ discovery, config }: App): readonly Announcement[] {
  return [...discovery.registry.entries()].map((found) => announcementOf(found, config.defaultQueue));
}
