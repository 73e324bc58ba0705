import { createHash } from "node:crypto";
import type { Instant } from "../base/clock.ts";
import type { JsonObject } from "../base/json.ts";

/** A worker that is not one of hyoshi's processes, as its heartbeats tell of it. */
export interface ForeignWorker {
  /** `name@host`. */
  readonly node: string;
  readonly pid: number;
  readonly seenAt: Instant;
  /** It counts as alive until then. */
  readonly aliveUntil: Instant;
  /** `sw_ident`, `sw_ver`, `active`, `processed`, `loadavg`, and what it answered: `queues`, `concurrency`. */
  readonly info: JsonObject;
}

/**
 * The id of a foreign worker's `process` row: negative, and the same wherever and whenever it is computed, so that several observers
 * write one row. Our own processes' ids are positive.
 */
export function foreignWorkerId(node: string): number {
  return -1 - createHash("sha256").update(node).digest().readUIntBE(0, 6);
}

/** Keeps foreign workers among the processes and their tasks among the announced ones. Every method may be repeated, by several. */
export interface ForeignWorkers {
  /** Adds those that are not there yet, and brings the others up to date. */
  seen(workers: readonly ForeignWorker[]): Promise<void>;
  /** Replaces what a worker announces; no schema is known, so the form offers args and kwargs. `queue` is where its runs go. */
  announce(node: string, tasks: readonly string[], queue: string, now: Instant): Promise<void>;
  /** It said that it stops. What it announced is kept until another worker announces it. */
  left(node: string, now: Instant): Promise<void>;
  /** Removes those that have not been heard of since `before` and execute nothing. */
  forget(before: Instant): Promise<void>;
}
