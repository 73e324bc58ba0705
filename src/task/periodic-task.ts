import type { Json, JsonObject } from "../base/json.ts";
import type { KeepOptions } from "./keep-options.ts";
import { type AnyTask, type Arguments, isTask, type Task } from "./task.ts";

/** When, in its kind's own words; besides it, how late, repeated and closed times are treated. */
export type DefinedSchedule = {
  /** Tells the schedule from the others when its text changes. Default: its name, else its place. */
  readonly key?: string;
  readonly name?: string;
  /** Default: true. */
  readonly enabled?: boolean;
  /** An IANA name. Default: the project's. */
  readonly zone?: string;
  /** Laid over the periodic task's input, key by key. */
  readonly input?: Readonly<Record<string, unknown>>;
  readonly gap?: "default" | "after" | "skip";
  readonly fold?: "default" | "first" | "second" | "both";
  /** A calendar of the project, by its name. */
  readonly calendar?: { readonly name: string; readonly rule: "skip" | "previous" | "next" };
  /** Default: `latest`. */
  readonly misfire?: "skip" | "latest" | "all";
  readonly catchUpWindowMs?: number;
  readonly catchUpCap?: number;
  readonly jitterMs?: number;
  /** ISO 8601 text, or milliseconds since the epoch. */
  readonly startsAt?: string | number;
  readonly endsAt?: string | number;
} & (
  | {
      readonly kind: "interval";
      readonly every: number;
      readonly period: "seconds" | "minutes" | "hours" | "days" | "weeks" | "months";
      readonly anchor?: string | number;
    }
  | { readonly kind: "crontab"; readonly expression: string; readonly days?: "and" | "or" }
  | { readonly kind: "solar"; readonly event: string; readonly latitude: number; readonly longitude: number }
  | { readonly kind: "clocked"; readonly at: string | number }
);

/** Everything about a periodic task but what its task is given. What is left out is at its default. */
export interface PeriodicTaskPolicies {
  readonly name: string;
  /** Default: true. */
  readonly enabled?: boolean;
  readonly schedules?: readonly DefinedSchedule[];
  /** Markdown: the runbook. */
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly queue?: string;
  /** 0 to 9, higher first. */
  readonly priority?: number;
  readonly expiresMs?: number;
  readonly timeLimitMs?: number;
  readonly softTimeLimitMs?: number;
  /** How long its runs are kept, where that is other than its task or the settings say. */
  readonly keep?: KeepOptions;
  /** Default: `allow`. */
  readonly overlap?: "allow" | "skip" | "queue" | "replace";
  readonly overlapLimit?: number;
  readonly overlapQueue?: number;
  readonly abandonAfterMs?: number;
  readonly endAfterRuns?: number;
  readonly disableAfterFailures?: number;
  readonly holdOnError?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
}

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** What a task is given: its input as its schema takes it, or arguments where it has no schema. */
type Given<T> =
  T extends Task<infer Input, infer _Result>
    ? Same<Input, Arguments> extends true
      ? { readonly args?: readonly Json[]; readonly kwargs?: JsonObject; readonly input?: never }
      : Record<never, never> extends Input
        ? { readonly input?: Input }
        : { readonly input: Input }
    : {
        readonly input?: unknown;
        readonly args?: readonly unknown[];
        readonly kwargs?: Readonly<Record<string, unknown>>;
      };

export type PeriodicTaskDefinition<T = string> = PeriodicTaskPolicies &
  Given<T> & {
    /** The task itself, or the name of one of another app or process. */
    readonly task: T;
    /** Tells the periodic task from the others of its app when it is renamed. Default: its name. */
    readonly key?: string;
  };

const brand = Symbol.for("hyoshi.periodicTask");

/** A periodic task that code defines. */
export interface DefinedPeriodicTask extends PeriodicTaskPolicies {
  readonly key: string;
  /** The task's name. */
  readonly task: string;
  readonly input?: unknown;
  readonly args?: readonly unknown[];
  readonly kwargs?: Readonly<Record<string, unknown>>;
}

/**
 * Defines a periodic task in code; the input is typed by the task. It is found in the list `periodicTasks` that an app's `tasks.ts` or
 * `periodic-tasks.ts` exports, and applied by `hyoshi migrate`, which keeps what was edited in the admin. Making one has no effect.
 *
 * ```ts
 * export const periodicTasks = [
 *   periodicTask({
 *     name: "Nightly report",
 *     task: report,
 *     input: { days: 1 },
 *     schedules: [{ kind: "crontab", expression: "30 2 * * *" }],
 *   }),
 * ];
 * ```
 */
export function periodicTask<T extends string | AnyTask>(definition: PeriodicTaskDefinition<T>): DefinedPeriodicTask {
  const { task, key, ...rest } = definition as PeriodicTaskDefinition & { readonly task: unknown };
  const made = { ...rest, key: key ?? rest.name, task: isTask(task) ? task.name : (task as string) };
  Object.defineProperty(made, brand, { value: 1 });
  return Object.freeze(made);
}

/** Whether `value` was made by {@link periodicTask}, of whichever copy of the library. */
export function isPeriodicTask(value: unknown): value is DefinedPeriodicTask {
  return typeof value === "object" && value !== null && brand in value;
}
