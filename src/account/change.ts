import type { Instant } from "../base/clock.ts";
import type { Json } from "../base/json.ts";

/** A record of who changed what. Secrets never stand in one. */
export interface Change {
  readonly id: number;
  readonly at: Instant;
  /** The user's name, or a process's own. */
  readonly by: string;
  /** The kind of thing: `user`, `group`, `token`, `periodic-task`, `model:<name>`. */
  readonly resource: string;
  readonly resourceId: string;
  /** What people call it, as it was then. */
  readonly label: string;
  /** What was done: `created`, `updated`, `deleted`, `password` … */
  readonly action: string;
  readonly before: Json;
  readonly after: Json;
}

export type NewChange = Omit<Change, "id">;
