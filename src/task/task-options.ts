import { LONGEST_TIMER_MS } from "../base/clock.ts";
import { HyoshiError } from "../base/error.ts";
import { type AttemptOptions, type ResolvedAttemptOptions, resolveAttemptOptions } from "./attempt-options.ts";
import { type KeepOptions, resolveKeep } from "./keep-options.ts";
import { type LimitOptions, type ResolvedLimits, resolveLimits } from "./limit-options.ts";
import { type PoolOptions, type ResolvedPoolOptions, resolvePool } from "./pool-options.ts";
import { type RetryOptions, type RetryPolicy, resolveRetry } from "./retry-policy.ts";

/** How a task is executed, wherever it is sent from. What is absent has the default that is named. */
export interface TaskOptions extends AttemptOptions, PoolOptions {
  /** What it does, in a sentence; shown where the task is chosen. */
  readonly description?: string;
  /** Where its runs wait. Default: what the settings' `routes` say of its name, else the project's default queue. */
  readonly queue?: string;
  /** 0 to 9, higher first. Default: 5. */
  readonly priority?: number;
  /** Whether and when a failed attempt is tried again. Default: never. */
  readonly retry?: RetryOptions;
  /**
   * The longest that one attempt may take, in ms: its signal is aborted then, and the attempt fails with `time_limit`.
   * Default: 24 hours.
   */
  readonly timeLimitMs?: number;
  /**
   * What happens when the worker dies while it executes the task. `"retry"`: it is begun again, at most
   * 3 times. `"fail"`: it is never begun again, and the run is `lost`. Default: `"retry"`.
   */
  readonly onLost?: "retry" | "fail";
  /**
   * How much is kept of its runs when they have ended. `"all"`: each. `"none"`: nothing, however they ended. `"failures"`: what did not succeed. Where the
   * database is the broker, a run has its record, and all that this promises, until it ends; where messages travel on a broker of their own (Redis,
   * RabbitMQ), `"none"` and `"failures"` execute it straight from its message, with the broker's guarantees only. Kept under any rule: runs of periodic
   * tasks, of canvases, that were sent with a `key`, and that are unique for a time. Default: `"all"`.
   */
  readonly record?: "all" | "failures" | "none";
  /**
   * Whether a run whose message a broker has lost may be sent again although workers of another kind (Python's) know the task as well: one of these
   * may have it after all, and it is executed twice then. Default: false.
   */
  readonly redeliver?: boolean;
  /**
   * Who may ask for it where messages travel on a broker of their own. `"project"`: only the project's own processes, which have its key; what anybody
   * else puts into a queue, and what follows such a run, fails with `foreign_sender`. Default: `"anyone"`.
   */
  readonly accept?: "anyone" | "project";
  /** How long its runs are kept where that is other than the settings' `retention` says. A periodic task's own goes before it. */
  readonly keep?: KeepOptions;
  /** The permission that a person needs to send it, beside the one to run tasks. Default: none. */
  readonly permission?: string;
}

export const DEFAULT_PRIORITY = 5;
export const DEFAULT_TIME_LIMIT_MS = 24 * 60 * 60 * 1000;

/** The options with nothing left open but the queue, which the project's settings fill, and what has no default. */
export interface ResolvedTaskOptions extends ResolvedAttemptOptions, ResolvedPoolOptions {
  readonly description: string | null;
  readonly limits: ResolvedLimits;
  /** Null: what the settings' routes say, or the default queue. */
  readonly queue: string | null;
  readonly priority: number;
  readonly retry: RetryPolicy;
  readonly timeLimitMs: number;
  readonly onLost: "retry" | "fail";
  readonly record: "all" | "failures" | "none";
  readonly redeliver: boolean;
  readonly accept: "anyone" | "project";
  /** Null: as the settings say. */
  readonly keep: KeepOptions | null;
  readonly permission: string | null;
}

/** Fills the defaults in. Fails with `invalid_task`, naming the task and the option. */
export function resolveTaskOptions(task: string, options: TaskOptions & LimitOptions<never>): ResolvedTaskOptions {
  const { description, queue, priority, timeLimitMs, onLost, record, redeliver, permission, accept } = options;
  if (description !== undefined) checkText(task, "description", description);
  if (queue !== undefined) checkText(task, "queue", queue);
  if (permission !== undefined) checkText(task, "permission", permission);
  if (priority !== undefined && !isWhole(priority, 0, 9)) {
    throw invalidTask(task, "priority", priority, "a whole number from 0 to 9, higher first");
  }
  if (timeLimitMs !== undefined && !isWhole(timeLimitMs, 1, LONGEST_TIMER_MS)) {
    throw invalidTask(task, "timeLimitMs", timeLimitMs, `a whole number of milliseconds from 1 to ${LONGEST_TIMER_MS}`);
  }
  if (onLost !== undefined && onLost !== "retry" && onLost !== "fail") {
    throw invalidTask(task, "onLost", onLost, `"retry" or "fail"`);
  }
  if (record !== undefined && record !== "all" && record !== "failures" && record !== "none") {
    throw invalidTask(task, "record", record, `"all", "failures" or "none"`);
  }
  if (redeliver !== undefined && typeof redeliver !== "boolean") {
    throw invalidTask(task, "redeliver", redeliver, "true or false");
  }
  if (accept !== undefined && accept !== "anyone" && accept !== "project") {
    throw invalidTask(task, "accept", accept, `"anyone" or "project"`);
  }
  return {
    description: description ?? null,
    limits: resolveLimits(options, (option, value, accepted) => invalidTask(task, option, value, accepted)),
    queue: queue ?? null,
    priority: priority ?? DEFAULT_PRIORITY,
    retry: resolveRetry(options.retry, (option, value, accepted) => invalidTask(task, option, value, accepted)),
    timeLimitMs: timeLimitMs ?? DEFAULT_TIME_LIMIT_MS,
    onLost: onLost ?? "retry",
    record: record ?? "all",
    redeliver: redeliver ?? false,
    accept: accept ?? "anyone",
    keep: resolveKeep(options.keep, (option, value, accepted) => invalidTask(task, option, value, accepted)),
    permission: permission ?? null,
    ...resolvePool(options, (option, value, accepted) => invalidTask(task, option, value, accepted)),
    ...resolveAttemptOptions(task, options, (option, value, accepted) => invalidTask(task, option, value, accepted)),
  };
}

export function invalidTask(task: string, option: string, value: unknown, accepted: string): HyoshiError {
  return new HyoshiError(
    "invalid_task",
    `option '${option}' of task '${task}' is ${quote(value)}: expected ${accepted}`,
    { fields: { task, option, accepted } },
  );
}

export function isWhole(value: unknown, lowest: number, highest: number): value is number {
  return Number.isInteger(value) && (value as number) >= lowest && (value as number) <= highest;
}

function checkText(task: string, option: string, value: unknown): void {
  if (typeof value !== "string" || value.trim() === "")
    throw invalidTask(task, option, value, "a text that is not empty");
}

function quote(value: unknown): string {
  if (typeof value === "string") return `'${value}'`;
  return typeof value === "object" && value !== null ? "an object" : String(value);
}
