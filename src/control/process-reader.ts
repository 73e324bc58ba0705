import type { Instant } from "../base/clock.ts";
import type { Json } from "../base/json.ts";
import type { QueueOf } from "../task/routes.ts";
import type { Announcement, ProcessInfo } from "./process-registry.ts";

export interface ProcessRecord {
  readonly id: number;
  /** `celery`: a worker of another kind, known by its heartbeats. */
  readonly kind: ProcessInfo["kind"] | "celery";
  readonly name: string;
  readonly host: string;
  readonly pid: number;
  readonly startedAt: Instant;
  /** It is alive while this lies ahead. */
  readonly leaseUntil: Instant;
  readonly loopLagMs: number;
  readonly info: { readonly [key: string]: Json };
  /** Runs that it holds. */
  readonly running: number;
}

/** What one process told of a task; kept after its death until another tells of the task. */
export interface AnnouncedTask extends Announcement {
  readonly processId: number;
  readonly announcedAt: Instant;
}

export interface ProcessReader {
  /** Where runs go whose task nobody has announced. Absent: the default queue. */
  readonly queueOf?: QueueOf;
  /** In the order of their start, dead ones too until they are swept away. */
  processes(): Promise<readonly ProcessRecord[]>;
  announcements(): Promise<readonly AnnouncedTask[]>;
}
