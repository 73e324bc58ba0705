import type { Kysely } from "kysely";
import type { Instant } from "../base/clock.ts";
import type { RetryRequestOptions } from "./retry-request.ts";
import type { Send, SendMany } from "./send.ts";
import type { Signature } from "./signature.ts";

/**
 * Writes to the run's log. What is not a text is shown as `console.log` would. Each line is kept with its level and the time of day, in UTC
 * whatever the machine's zone: `09:30:00.125 INFO hello`. A line over 64 KB is cut, and an attempt's log ends at 10 MB.
 */
export interface TaskLog {
  debug(...parts: readonly unknown[]): void;
  info(...parts: readonly unknown[]): void;
  warn(...parts: readonly unknown[]): void;
  error(...parts: readonly unknown[]): void;
}

/** What is known of a model where rows are read: the name of its table, and (as a type only) its row. */
export interface TableModel<Name extends string = string, Row extends object = object> {
  readonly table: Name;
  readonly "~row"?: Row;
}

/** The tables of a `models.ts`, by name: what Kysely wants to know. Exports that are not models are passed over. */
export type TablesOf<Models> = {
  [Key in keyof Models as Models[Key] extends TableModel<infer Name> ? Name : never]: RowOf<Models[Key]>;
};
type RowOf<Model> = Model extends { readonly "~row"?: infer Row } ? NonNullable<Row> : never;

/** Gives a typed Kysely for the tables of some models. */
export type OpenDatabase = <const Models extends object>(models: Models) => Kysely<TablesOf<Models>>;

/** What a task is given beside its input. Its functions may be taken out of it: `run: async (input, { log, send }) => …`. */
export interface TaskContext {
  readonly log: TaskLog;
  /**
   * The app's own tables on a connection of the task's own: `import * as models from "./models.ts"` and `db(models)`. On
   * SQLite a write transaction that stays open longer than a second is rolled back with an error.
   */
  readonly db: OpenDatabase;
  /**
   * Aborted when the run is cancelled, its time is up, its worker stops, or the run is no longer this worker's. The task then has
   * five seconds (one when its worker stops) to clean up and throw. What returns although its worker stops has succeeded.
   */
  readonly signal: AbortSignal;
  /**
   * Masks the value from now on in what this run writes: its log, result, error and progress. Answers it. Secrets of the input's schema and those of
   * `registerSecret` are masked without it. Fails with `invalid_secret` for less than four characters.
   */
  secret(value: string): string;
  /** Shows how far the run is. Cheap: only the latest is kept, and written a few times a second. */
  progress(done: { readonly current: number; readonly total?: number; readonly text?: string }): void;
  /**
   * Ends the attempt and asks for another one, whichever errors `retry` lists: it throws, and what it throws is to be let through. Fails the run, with `error` or
   * `retries_exhausted`, when there were as many retries as `limit` allows.
   */
  retry(options?: RetryRequestOptions): never;
  /**
   * Ends the attempt and sends a canvas in the run's place: the run waits, and ends as the canvas does, with its result. It throws, and what it throws is to be let through:
   * `return replace(chain(…))`. The run's queue is to be one that only hyoshi's workers serve.
   */
  replace(canvas: Signature<unknown, unknown>): Promise<never>;
  /**
   * Sends another task as this run's child: cancelling the run cancels it as well, unless it is sent as `detached`. A run that was cancelled sends nothing but what is
   * detached.
   */
  readonly send: Send;
  /** Sends many children at once, in few writes. */
  readonly sendMany: SendMany;
  readonly runId: string;
  /** 1 for the first. */
  readonly attempt: number;
  /** When the attempt's hard limit ends it, in ms since the epoch. */
  readonly deadline: Instant;
  readonly queuedAt: Instant;
  /** The nominal time that it was sent for, where a schedule or a backfill sent it. */
  readonly nominalAt: Instant | undefined;
  /**
   * When the last successful run of its periodic task ended: what came after that may have to be made up for. Undefined where none
   * has succeeded yet, and for runs of no periodic task. Asks the database each time.
   */
  previousSuccess(): Promise<Instant | undefined>;
  /** The periodic task that it is a run of. */
  readonly periodicTask: { readonly id: number } | undefined;
  /** The name of the app that the task belongs to. */
  readonly app: string;
  readonly headers: Readonly<Record<string, string>>;
}
