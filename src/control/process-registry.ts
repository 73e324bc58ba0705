import type { Instant } from "../base/clock.ts";
import type { Json } from "../base/json.ts";
import type { KeepOptions } from "../task/keep-options.ts";

export const LEASE_MS = 10_000;
export const RENEW_EVERY_MS = 2_500;

export interface ProcessInfo {
  readonly kind: "beat" | "worker" | "admin";
  readonly name: string;
  readonly host: string;
  readonly pid: number;
  /** What the admin shows: a worker's queues, concurrency and pool. */
  readonly info: { readonly [key: string]: Json };
}

/** What bounds a task's runs across all workers, as far as others need to know. */
export interface AnnouncedLimits {
  readonly softTimeLimitMs?: number;
  readonly rateLimit?: { readonly limit: number; readonly perMs: number; readonly burst: number };
  readonly concurrency?: { readonly limit: number; readonly byKey: boolean };
  readonly unique?: { readonly forMs: number | null; readonly byKey: boolean };
}

/** A task as a process tells it to the others. */
export interface Announcement {
  readonly task: string;
  readonly app: string | null;
  readonly description: string | null;
  /** JSON Schema, or null for args and kwargs. */
  readonly inputSchema: Json;
  /** The order in which positional arguments fill the input's properties. */
  readonly positional: readonly string[] | null;
  readonly queue: string;
  readonly priority: number;
  readonly timeLimitMs: number | null;
  readonly permission: string | null;
  /** What bounds its runs; absent: nothing does. */
  readonly limits?: AnnouncedLimits;
  /** Whether a run of it may be begun again after its worker died. */
  readonly onLost: "retry" | "fail";
  /** How much is kept of its runs; absent: everything. */
  readonly record?: "failures" | "none";
  /** Its runs may be sent again when a broker has lost their messages, whoever else knows it. */
  readonly redeliver?: true;
  /** How long its runs are kept; absent: as the settings say. */
  readonly keep?: KeepOptions;
  /** `task` is a name that it had before; this is the one that it has. */
  readonly currentName?: string;
  readonly schemaHash: string;
}

export interface Registration {
  readonly id: number;
  /** Resolves when the lease was lost: others have taken what this process held. */
  readonly lost: Promise<void>;
  /** Puts other facts into the row with the next renewal. */
  update(info: ProcessInfo["info"]): void;
  /** Gives the lease up and stops renewing. */
  leave(): Promise<void>;
}

/**
 * Who is alive. A lease belongs to a process and is renewed by a thread of its own every {@link RENEW_EVERY_MS}, so that a
 * task that blocks the event loop does not lose it; it ends {@link LEASE_MS} after the last renewal.
 */
export interface ProcessRegistry {
  register(process: ProcessInfo, now: Instant): Promise<Registration>;
  announce(processId: number, tasks: readonly Announcement[], now: Instant): Promise<void>;
}
