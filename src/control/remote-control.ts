import type { Json, JsonObject } from "../base/json.ts";

/** Commands that workers only answer, and commands that change something in them, by Celery's names. */
export const inspectCommands = [
  "ping",
  "active",
  "registered",
  "reserved",
  "scheduled",
  "stats",
  "active_queues",
  "report",
  "conf",
  "revoked",
  "query_task",
] as const;
export const controlCommands = [
  "revoke",
  "terminate",
  "rate_limit",
  "time_limit",
  "pool_grow",
  "pool_shrink",
  "autoscale",
  "add_consumer",
  "cancel_consumer",
  "enable_events",
  "disable_events",
  "heartbeat",
  "shutdown",
] as const;
export type InspectCommand = (typeof inspectCommands)[number];
export type ControlCommand = (typeof controlCommands)[number];

export interface RemoteRequest {
  readonly command: InspectCommand | ControlCommand;
  readonly arguments?: JsonObject;
  /** Node names; default: every worker. */
  readonly to?: readonly string[];
  /** How long replies are waited for, in ms; with `to` no longer than until all have replied. Default: 1,000. */
  readonly timeoutMs?: number;
}

/** What each worker replied, by its node name; `{ error: text }` where it could not do it. Who did not reply in time is not in it. */
export type RemoteReplies = ReadonlyMap<string, Json>;

/**
 * Celery's remote control: asks and commands workers of every kind over the broker. Nothing of it is kept: a worker that does not listen
 * now never hears of it. Fails with `broker_away` when the broker cannot be reached.
 */
export interface RemoteControl {
  ask(request: RemoteRequest): Promise<RemoteReplies>;
  /** Without waiting for replies. */
  tell(request: Omit<RemoteRequest, "timeoutMs">): Promise<void>;
}
