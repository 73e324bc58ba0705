import type { OpenDatabase } from "../task/context.ts";

/** A schedule as the API takes it, beside its kind's own fields. */
type SeedSchedule = {
  readonly name?: string;
  readonly enabled?: boolean;
  /** Default: the project's. */
  readonly zone?: string;
  /** Laid over the periodic task's input, key by key. */
  readonly input?: Readonly<Record<string, unknown>>;
} & (
  | {
      readonly kind: "interval";
      readonly every: number;
      readonly period: "seconds" | "minutes" | "hours" | "days" | "weeks" | "months";
    }
  | { readonly kind: "crontab"; readonly expression: string }
  | { readonly kind: "solar"; readonly event: string; readonly latitude: number; readonly longitude: number }
  | { readonly kind: "clocked"; readonly at: number | string }
);

/** A periodic task as the API takes it. */
export interface SeedPeriodicTask {
  readonly name: string;
  readonly task: string;
  readonly input?: unknown;
  readonly args?: readonly unknown[];
  readonly kwargs?: Readonly<Record<string, unknown>>;
  readonly enabled?: boolean;
  readonly schedules: readonly SeedSchedule[];
  readonly queue?: string;
  readonly overlap?: "allow" | "skip";
  readonly tags?: readonly string[];
  /** Markdown: the runbook. */
  readonly description?: string;
}

export interface SeedContext {
  /** The apps' own tables, as tasks get them. */
  readonly db: OpenDatabase;
  /** Makes periodic tasks as the admin would, with the same checks. */
  createPeriodicTask(periodicTask: SeedPeriodicTask): Promise<void>;
}
