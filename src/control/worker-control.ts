import type { Instant } from "../base/clock.ts";
import type { Json } from "../base/json.ts";
import type { Payload } from "../task/payload.ts";

/** A run as its worker holds it, for whoever asks the worker itself. */
export interface WorkerRun {
  readonly id: string;
  readonly task: string;
  readonly payload: Payload;
  readonly queue: string;
  /** 0 to 9, higher first. */
  readonly priority: number;
  readonly retries: number;
  readonly queuedAt: Instant;
  readonly availableAt: Instant;
  readonly expiresAt?: Instant;
  readonly parentId?: string;
  readonly rootId?: string;
  /** Undefined while it waits for a slot. */
  readonly startedAt?: Instant;
  /** Celery's stamps of its message, by name. */
  readonly stamps?: Json;
}

/** How a run ended on its worker, or that it will be tried again. */
export type WorkerRunEnd =
  | { readonly kind: "succeeded"; readonly result: unknown }
  | { readonly kind: "failed" | "retried"; readonly error: WorkerRunError }
  | { readonly kind: "cancelled" | "expired"; readonly terminated: boolean };

export interface WorkerRunError {
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
}

/** Hears what a worker does with its runs, as it does it; must neither throw nor take long. */
export interface WorkerListener {
  received(run: WorkerRun): void;
  started(run: WorkerRun): void;
  ended(run: WorkerRun, end: WorkerRunEnd, runtimeMs: number): void;
}

/** So many runs of a task may begin in so long. */
export interface RateLimit {
  readonly count: number;
  readonly perMs: number;
}

/** How long an attempt may take, in ms: at the soft limit its signal is aborted, at the hard one it is ended. */
export interface TimeLimits {
  readonly softMs?: number;
  readonly hardMs?: number;
}

/** What can be asked of a worker, and changed in it, while it works. None of it outlives the worker's process. */
export interface WorkerControl {
  /** `name@host`, unique among all workers of the broker. */
  readonly node: string;
  readonly pid: number;
  /** Being executed, in the order of their start. */
  executing(): readonly WorkerRun[];
  /** Taken, and waiting for a slot. */
  reserved(): readonly WorkerRun[];
  queues(): readonly string[];
  readonly concurrency: number;
  /** What its tasks are executed in, and the processes of that. */
  pool(): { readonly kind: string; readonly pids: readonly number[] };
  /** How many runs of each task have been executed since the start. */
  executed(): ReadonlyMap<string, number>;
  /** The names of its tasks, sorted. */
  tasks(): readonly string[];
  rateLimit(task: string): RateLimit | undefined;
  /** Executes so many at once from now on, at least one; what is being executed goes on. */
  setConcurrency(count: number): void;
  /** Between what its concurrency is moved by the work that there is; undefined: it stays as it is. */
  readonly autoscale?: { readonly min: number; readonly max: number } | undefined;
  /** Does nothing where it is not moved. */
  setAutoscale?(bounds: { readonly min: number; readonly max: number }): void;
  addQueue(queue: string): Promise<void>;
  removeQueue(queue: string): Promise<void>;
  /** For runs that begin from now on and name no limit of their own; what is left out is the task's own again. */
  setTimeLimits(task: string, limits: TimeLimits): void;
  /** For runs that begin from now on; null: as many as there are slots. */
  setRateLimit(task: string, limit: RateLimit | null): void;
  /** Looks now, and not at the next hint, whether runs that it executes were asked to stop. */
  lookForCancelled(): void;
  /** Stops the process that it is in, warm. */
  shutDown(): void;
}
