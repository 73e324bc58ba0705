import type { Instant } from "../base/clock.ts";
import type { Page } from "../base/page.ts";
import type { Embed } from "../message/task-message.ts";
import type { Attempt, Run, RunState } from "./run.ts";

/** What is absent is left open. */
export interface RunQuery {
  readonly periodicTaskId?: number;
  readonly states?: readonly RunState[];
  readonly task?: string;
  readonly queue?: string;
  /** The run's id, or part of the task's name, the input, the result or the error, in any case of ASCII letters. */
  readonly text?: string;
  /** The earliest and the latest time of sending, both included. */
  readonly since?: Instant;
  readonly until?: Instant;
  /** Only what waits for a person: it failed or was lost, had begun, and was neither run again nor set aside. */
  readonly unhandled?: boolean;
  readonly limit: number;
  readonly after?: string;
  readonly count?: boolean;
}

/** What a list shows of a run; the wide parts are read one run at a time. */
export interface ListedRun extends Omit<Run, "payload" | "result" | "error"> {
  readonly periodicTask: { readonly id: number; readonly name: string } | null;
  readonly schedule: { readonly id: number; readonly name: string } | null;
}

export type RunRecord = ListedRun & Run;

export interface ChildRun {
  readonly id: string;
  readonly task: string;
  readonly state: RunState;
}

/** A run among those that come from one first run. */
export interface FamilyRun
  extends Pick<Run, "id" | "task" | "state" | "queuedAt" | "parentId" | "startedAt" | "endedAt"> {
  /** What follows it. */
  readonly embed?: Embed;
  readonly groupId?: string;
  readonly groupIndex?: number;
}

/** How many runs of a queue wait and run; counts stop at 10,000. */
export interface QueueDepth {
  readonly name: string;
  readonly ready: number;
  readonly scheduled: number;
  readonly held: number;
  readonly running: number;
  readonly capped: boolean;
  readonly oldestReadyAt: Instant | null;
}

/**
 * Reads runs for lists and pages. Where no index leads to what a filter asks (a text, a queue), a bounded stretch of the list is
 * looked at, and a page may then hold fewer than its limit although a next one follows.
 */
export interface RunReader {
  /** The newest first, by the time of sending. Fails with `invalid_cursor`. */
  list(query: RunQuery): Promise<Page<ListedRun>>;
  find(id: string): Promise<RunRecord | undefined>;
  /** Those that did not end the run, in their order. */
  attempts(id: string): Promise<readonly Attempt[]>;
  /** Runs that the run sent, the first 200. */
  children(id: string): Promise<readonly ChildRun[]>;
  /** The run of this id and all that came from it in the end, in the order of sending, the first 1,000. */
  family(rootId: string): Promise<readonly FamilyRun[]>;
  /** Of each queue that has unfinished runs, by name. */
  queues(): Promise<readonly QueueDepth[]>;
  /** Runs of a queue that wait, sent until then: those that may begin or are held, and with `scheduled` those that are to begin later. */
  waitingIn(query: {
    readonly queue: string;
    readonly scheduled: boolean;
    readonly until: Instant;
    readonly limit: number;
  }): Promise<readonly string[]>;
  /** Unfinished runs of a periodic task; counts stop at 10,000. */
  unfinished(periodicTaskId: number): Promise<{ readonly waiting: number; readonly running: number }>;
}
