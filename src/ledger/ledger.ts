import type { Instant } from "../base/clock.ts";
import type { Json } from "../base/json.ts";
import type { Decision, DueSchedule, Reason, Verdict } from "../firing/decision.ts";
import type { ScheduleDefinition } from "../schedule/definition.ts";
import type { Payload } from "../task/payload.ts";

export interface FireReport {
  /** Cursors that were due and are now moved. */
  readonly schedules: number;
  /** Runs that were sent. */
  readonly sent: number;
  /** Schedules that could not be computed, and are now red. */
  readonly failed: number;
  /** For each nominal time that was sent: how long after it the transaction began. */
  readonly latenessMs: readonly number[];
  /** Fewer than the limit were due. */
  readonly drained: boolean;
}

/** Who changes something: a user's name, or a process's own (`hyoshi`). */
export interface Actor {
  readonly name: string;
}

export interface PeriodicTaskOptions {
  readonly overlap: "allow" | "skip";
  /** A run that has not begun so long after its nominal time expires. */
  readonly expiresMs?: number;
  readonly timeLimitMs?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface ScheduleDraft {
  /** Of the schedule that this replaces; absent for a new one. */
  readonly id?: number;
  readonly name: string;
  readonly definition: ScheduleDefinition;
  readonly zone: string;
  /** Laid over the periodic task's input or kwargs, key by key. */
  readonly input: { readonly [key: string]: Json } | null;
  readonly misfire: "latest";
  readonly enabled: boolean;
}

export interface PeriodicTaskDraft {
  readonly name: string;
  readonly task: string;
  readonly payload: Payload;
  /** Null: the task's own. */
  readonly queue: string | null;
  readonly priority: number | null;
  readonly options: PeriodicTaskOptions;
  readonly tags: readonly string[];
  readonly ownerId: number | null;
  /** Markdown: the runbook. */
  readonly description: string;
  readonly enabled: boolean;
  readonly schedules: readonly ScheduleDraft[];
}

export interface PlannedSchedule extends Required<ScheduleDraft> {
  readonly uid: string;
  readonly version: number;
  readonly nextAt: Instant | null;
  readonly accountedFrom: Instant;
  readonly accountedTo: Instant;
  /** Why it cannot be computed. */
  readonly error: string | null;
}

export interface Pause {
  readonly reason: string;
  readonly untilAt: Instant | null;
  readonly by: string;
  readonly fromAt: Instant;
}

export interface PeriodicTask extends Omit<PeriodicTaskDraft, "schedules"> {
  readonly id: number;
  readonly uid: string;
  readonly version: number;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
  readonly archivedAt: Instant | null;
  readonly pause: Pause | null;
  readonly schedules: readonly PlannedSchedule[];
}

export interface Firing {
  readonly scheduleId: number;
  readonly nominalAt: Instant;
  /** The last nominal time of the span; equal to `nominalAt` for a single one. */
  readonly throughAt: Instant;
  readonly version: number;
  readonly verdict: Verdict;
  readonly reason: Reason;
  readonly detail: { readonly [key: string]: Json } | null;
  readonly runId: string | null;
  readonly decidedAt: Instant;
}

/** What every edit needs: its time, its author, and the rule for what is due under the old plan. */
export interface EditContext {
  readonly now: Instant;
  readonly by: Actor;
  /** Applied first to what is due: an edit a moment after a nominal time does not lose it. */
  readonly decide: (due: DueSchedule, now: Instant) => Decision;
}

/**
 * Periodic tasks, their schedules, and the ledger of every firing. Each nominal time of a schedule from its creation up to
 * its cursor lies in exactly one row. Every method is one transaction per batch or edit, durable when it resolves; any number of processes
 * may call any of them at once.
 */
export interface Ledger {
  /** The earliest instant at which a schedule is due; undefined when none waits. */
  nextWakeAt(): Promise<Instant | undefined>;
  /**
   * Takes up to `limit` due cursors, and in one transaction writes firings and runs and moves the cursors. `decide` is pure and
   * synchronous; it may be called again if the transaction is retried. One schedule for which it throws turns red and stops nobody.
   */
  fireDue(request: {
    now: Instant;
    limit: number;
    decide: (due: DueSchedule, now: Instant) => Decision;
  }): Promise<FireReport>;
  /** Checks a few cursors after `afterScheduleId` against their schedules and mends what was edited by hand; answers where it stopped (0: at the end). */
  patrol(request: {
    now: Instant;
    afterScheduleId: number;
    limit: number;
  }): Promise<{ mended: readonly number[]; at: number }>;

  /** Fails with `name_taken`. */
  create(draft: PeriodicTaskDraft, context: EditContext): Promise<PeriodicTask>;
  /** Fails with `stale_version`, `not_found` or `name_taken`. A schedule that the draft leaves out is removed; its ledger stays. */
  update(id: number, version: number, draft: PeriodicTaskDraft, context: EditContext): Promise<PeriodicTask>;
  /** Writes `off` spans for what passed while it was off; never fires for them. No change where it is so already. */
  setEnabled(id: number, enabled: boolean, context: EditContext): Promise<PeriodicTask>;
  /** The ledger, the runs and the changes stay; the name is free again. */
  archive(id: number, context: EditContext): Promise<void>;
  pause(id: number, pause: { reason: string; untilAt: Instant | null }, context: EditContext): Promise<PeriodicTask>;
  resume(id: number, context: EditContext): Promise<PeriodicTask>;
  find(id: number): Promise<PeriodicTask | undefined>;
}
