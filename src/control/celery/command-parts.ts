import type { Clock, Instant } from "../../base/clock.ts";
import type { Json, JsonObject } from "../../base/json.ts";
import type { WorkerControl, WorkerRun } from "../worker-control.ts";
import type { EventSender } from "./event-sender.ts";
import type { LogicalClock } from "./logical-clock.ts";
import type { RevokedIds } from "./revoked-ids.ts";

/** What a worker tells of the program that it is in. */
export interface WorkerAbout {
  readonly version: string;
  /** The settings in force, without secrets. */
  readonly settings: JsonObject;
  /** As Celery's `stats` names it: `hostname`, `port`, `userid`, `virtual_host`, `transport`, `ssl` … without a password. */
  readonly broker: JsonObject;
  /** What the broker's messages say for a priority of ours. */
  readonly wirePriority: (own: number) => number;
}

/** What the commands act on. */
export interface CommandParts {
  readonly worker: WorkerControl;
  readonly about: WorkerAbout;
  readonly clock: Clock;
  readonly startedAt: Instant;
  readonly logical: LogicalClock;
  readonly events: EventSender;
  readonly revoked: RevokedIds;
  /** Cancels runs in the database, which holds for every worker. */
  readonly cancel: (ids: readonly string[], force: boolean) => Promise<void>;
  /** Runs of these queues whose time has not come, the first that come due. */
  readonly scheduled: (queues: readonly string[]) => Promise<readonly WorkerRun[]>;
  /** Tells a `worker-heartbeat` now. */
  readonly beat: () => void;
}

/** Answers what is replied. What it throws is replied as an error. */
export type Command = (given: JsonObject, parts: CommandParts) => Reply | Promise<Reply>;
export type Reply = Json | typeof NO_REPLY;

/** Returned by a command to which nothing at all is replied. */
export const NO_REPLY = Symbol("no reply");
