import { LONGEST_TIMER_MS } from "../base/clock.ts";
import { HyoshiError } from "../base/error.ts";
import { type RetryOptions, type RetryPolicy, resolveRetry } from "./retry-policy.ts";

/** How a task is executed, wherever it is sent from. What is absent has the default that is named. */
export interface TaskOptions {
  /** What it does, in a sentence; shown where the task is chosen. */
  readonly description?: string;
  /** Where its runs wait. Default: the project's default queue. */
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
  /** The permission that a person needs to send it, beside the one to run tasks. Default: none. */
  readonly permission?: string;
}

export const DEFAULT_PRIORITY = 5;
export const DEFAULT_TIME_LIMIT_MS = 24 * 60 * 60 * 1000;

/** The options with nothing left open but the queue, which the project's settings fill, and what has no default. */
export interface ResolvedTaskOptions {
  readonly description: string | null;
  /** Null: the project's default queue. */
  readonly queue: string | null;
  readonly priority: number;
  readonly retry: RetryPolicy;
  readonly timeLimitMs: number;
  readonly onLost: "retry" | "fail";
  readonly permission: string | null;
}

/** Fills the defaults in. Fails with `invalid_task`, naming the task and the option. */
export function resolveTaskOptions(task: string, options: TaskOptions): ResolvedTaskOptions {
  const { description, queue, priority, timeLimitMs, onLost, permission } = options;
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
  return {
    description: description ?? null,
    queue: queue ?? null,
    priority: priority ?? DEFAULT_PRIORITY,
    retry: resolveRetry(options.retry, (option, value, accepted) => invalidTask(task, option, value, accepted)),
    timeLimitMs: timeLimitMs ?? DEFAULT_TIME_LIMIT_MS,
    onLost: onLost ?? "retry",
    permission: permission ?? null,
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
