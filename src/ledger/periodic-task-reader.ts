import type { Instant } from "../base/clock.ts";
import type { Page } from "../base/page.ts";
import type { PeriodicTask, PlannedSchedule } from "./periodic-task-store.ts";

export const periodicTaskSorts = ["name", "-name", "task", "-task", "nextAt", "-nextAt"] as const;
export type PeriodicTaskSort = (typeof periodicTaskSorts)[number];

/** What is absent is left open. */
export interface PeriodicTaskFilter {
  /** Part of the name, the task's name or a tag, in any case of ASCII letters. */
  readonly text?: string;
  readonly enabled?: boolean;
  /** The state in which the last finished run ended; or that of an unfinished run, such as `running`, for those that have one. */
  readonly lastOutcome?: string;
  readonly task?: string;
  readonly tag?: string;
  /** Of which a schedule follows this calendar. */
  readonly calendarId?: number;
  readonly queue?: QueueFilter;
  /** Only archived ones; else only those that are not. */
  readonly archived?: boolean;
}

/** Periodic tasks whose runs go to a queue: because they say so, or because they say nothing and their task's go there. */
export interface QueueFilter {
  readonly name: string;
  /** Tasks whose queue it is by default; with `except`, tasks whose queue it is not. */
  readonly tasks: readonly string[];
  readonly except: boolean;
}

export interface PeriodicTaskQuery extends PeriodicTaskFilter {
  /** By next time: those that wait for none come last, by name. */
  readonly sort: PeriodicTaskSort;
  readonly limit: number;
  readonly after?: string;
  readonly count?: boolean;
  /** For which pauses are in force. */
  readonly now: Instant;
}

/** How the last finished run ended. */
export interface LastOutcome {
  readonly runId: string;
  readonly state: string;
  readonly endedAt: Instant;
  /** Null where it never began. */
  readonly durationMs: number | null;
}

/** A run, or nominal times without one. */
export interface StripEntry {
  readonly at: Instant;
  readonly kind: "run" | "firing";
  /** A run's state, or the firing's verdict. */
  readonly state: string;
  readonly runId: string | null;
  readonly durationMs: number | null;
}

/** A periodic task with what became of its last runs. */
export interface PeriodicTaskRecord extends PeriodicTask {
  readonly owner: { readonly id: number; readonly username: string } | null;
  readonly last: LastOutcome | null;
  /** The last {@link STRIP_LENGTH} runs and nominal times without one, the oldest first. */
  readonly strip: readonly StripEntry[];
}

export interface ScheduleQuery {
  readonly id?: number;
  readonly periodicTaskId?: number;
  readonly limit: number;
  readonly after?: string;
  readonly count?: boolean;
  /** For which pauses are in force. */
  readonly now: Instant;
}

export interface ListedSchedule extends PlannedSchedule {
  readonly periodicTaskId: number;
}

export const STRIP_LENGTH = 30;

/**
 * Reads periodic tasks for lists and pages. Nothing here walks a whole table: where no index leads to what a filter asks, a bounded
 * stretch of the list is looked at, and a page may then hold fewer than its limit although a next one follows.
 */
export interface PeriodicTaskReader {
  /** Fails with `invalid_cursor`. Of archived ones, only the 2,000 that were archived last. */
  list(query: PeriodicTaskQuery): Promise<Page<PeriodicTaskRecord>>;
  /** An archived one too. */
  find(id: number, now: Instant): Promise<PeriodicTaskRecord | undefined>;
  /** Of those that are not archived. */
  findIdByName(name: string): Promise<number | undefined>;
  /** Those of these uids that there are, archived ones too. */
  findByUids(uids: readonly string[]): Promise<ReadonlyMap<string, { id: number; archivedAt: Instant | null }>>;
  /** Of a schedule that is not removed. */
  findScheduleId(uid: string): Promise<number | undefined>;
  /** Every one that code defines, archived ones too. */
  idsFromCode(): Promise<readonly number[]>;
  isUser(id: number): Promise<boolean>;
  /** The tags that periodic tasks have, archived ones among them, in their order; those after `after`. */
  tags(page: { readonly after?: string; readonly limit: number }): Promise<readonly string[]>;
  /** Those that are not removed, in the order in which they were made. Fails with `invalid_cursor`. */
  schedules(query: ScheduleQuery): Promise<Page<ListedSchedule>>;
  /** The next due times of different periodic tasks, the earliest first. */
  upcoming(limit: number): Promise<readonly { periodicTaskId: number; name: string; at: Instant }[]>;
  /** When its last successful run ended; undefined where none has. */
  lastSuccess(id: number): Promise<Instant | undefined>;
  /** Those whose last finished run failed or was lost since then, the latest first; at most `limit`. */
  failing(since: Instant, limit: number): Promise<readonly ({ periodicTaskId: number; name: string } & LastOutcome)[]>;
  /** Schedules that cannot be computed, up to `limit`. */
  broken(limit: number): Promise<readonly { periodicTaskId: number; name: string; error: string }[]>;
}
