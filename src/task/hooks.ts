import type { Instant } from "../base/clock.ts";
import type { Json } from "../base/json.ts";

/** A run, as hooks are told of it. Its input is not shown: it may hold what is nobody's business. */
export interface HookRun {
  readonly id: string;
  readonly task: string;
  readonly queue: string;
  /** 0 to 9, higher first. */
  readonly priority: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Who sent it: a schedule, a person (`manual`, `rerun`, `backfill`), a program (`api`), a task, or a client of Celery's. */
  readonly origin: string;
  /** The run that sent it. */
  readonly parentId: string | undefined;
  readonly rootId: string;
  readonly periodicTaskId: number | undefined;
  /** The instant that its schedule named. */
  readonly nominalAt: Instant | undefined;
  readonly queuedAt: Instant;
}

/** A run that a worker has in hands. */
export interface HookAttempt extends HookRun {
  /** 1 for the first. */
  readonly attempt: number;
  readonly worker: string;
}

export interface HookEnd extends HookAttempt {
  readonly startedAt: Instant;
  readonly endedAt: Instant;
}

export interface HookFailure extends HookEnd {
  readonly error: {
    readonly name: string;
    readonly message: string;
    readonly code?: string;
    readonly stack?: string;
    /** The task lists it among its `expectedErrors`. */
    readonly expected?: boolean;
  };
}

export interface HookWorker {
  readonly worker: string;
  readonly host: string;
  readonly pid: number;
  readonly queues: readonly string[];
  readonly concurrency: number;
}

type Hook<Event> = (event: Event) => void | Promise<void>;

/**
 * Functions of the project that are told what happens, for metrics, tracing, reports. They are told, and not asked: one that throws or rejects is written to the log, and
 * nothing else comes of it; what they do is not waited for, but where it says so. Hooks of sending are called in the process that sends, those of runs and workers in the
 * worker's; of a run that ends without a worker, in the process that ended it: a worker, a beat, or whoever cancelled it.
 */
export interface Hooks {
  /** Before a run is sent by `send` or `sendMany`, from the code or the admin; runs that schedules send are not told. May answer headers, laid over those that it has. */
  readonly beforeSend?: (run: HookRun) => { readonly headers: Readonly<Record<string, string>> } | undefined;
  /** It is durably queued; in a transaction of the project's own: if that commits. `added`: false where it was there already, by its key. */
  readonly afterSend?: Hook<HookRun & { readonly added: boolean }>;
  readonly runStarted?: Hook<HookAttempt>;
  readonly runSucceeded?: Hook<HookEnd & { readonly result: Json }>;
  /** It has failed for good, or was lost with what executed it. */
  readonly runFailed?: Hook<HookFailure & { readonly state: "failed" | "lost" }>;
  /** An attempt has failed, and there will be another one. */
  readonly runRetried?: Hook<HookFailure & { readonly nextAt: Instant }>;
  /** It was cancelled after it had begun. */
  readonly runCancelled?: Hook<HookEnd>;
  /**
   * It has ended and never began: it expired, was cancelled while it waited (by a person, with its parent, or by a newer run that replaced it), was lost again and again with the
   * workers that took it, or could not be handed to the broker (`failed`).
   */
  readonly runDropped?: Hook<
    HookRun & {
      readonly state: "expired" | "cancelled" | "lost" | "failed";
      readonly endedAt: Instant;
      readonly error: HookFailure["error"];
    }
  >;
  /** The worker takes runs from now on. */
  readonly workerReady?: Hook<HookWorker>;
  /** The worker takes nothing more. Waited for, five seconds at most. */
  readonly workerStopping?: Hook<HookWorker>;
}

/** The names of all hooks. */
export const HOOKS = [
  "beforeSend",
  "afterSend",
  "runStarted",
  "runSucceeded",
  "runFailed",
  "runRetried",
  "runCancelled",
  "runDropped",
  "workerReady",
  "workerStopping",
] as const satisfies readonly (keyof Hooks)[];
