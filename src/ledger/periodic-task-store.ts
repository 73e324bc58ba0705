import type { Instant } from "../base/clock.ts";
import type { Json } from "../base/json.ts";
import type { ScheduleDefinition } from "../schedule/definition.ts";
import type { Payload } from "../task/payload.ts";

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

/** What every edit needs: its time and its author. */
export interface EditContext {
  /** What was due by then is fired already, under the old plan; the new one counts from here. */
  readonly now: Instant;
  readonly by: Actor;
}

/**
 * Periodic tasks with their schedules. An edit is one transaction: the text, a new revision of each schedule whose times change, the span row for
 * what passed, the cursor, and the record of the change. It never makes anything fire for times that have passed.
 */
export interface PeriodicTaskStore {
  /** Fails with `name_taken`. */
  create(draft: PeriodicTaskDraft, context: EditContext): Promise<PeriodicTask>;
  /** Fails with `stale_version`, `not_found` or `name_taken`. A schedule that the draft leaves out is removed; its ledger stays. */
  update(id: number, version: number, draft: PeriodicTaskDraft, context: EditContext): Promise<PeriodicTask>;
  /** Fails with `not_found`. Nothing happens where it is so already. */
  setEnabled(id: number, enabled: boolean, context: EditContext): Promise<PeriodicTask>;
  /** Nothing fires any more; ledger, runs and changes stay, and the name is free again. Fails with `not_found`. */
  archive(id: number, context: EditContext): Promise<void>;
  /** Nominal times until `untilAt` (null: until resumed) are skipped, each with its row. Replaces an open pause. Fails with `not_found`. */
  pause(id: number, pause: { reason: string; untilAt: Instant | null }, context: EditContext): Promise<PeriodicTask>;
  resume(id: number, context: EditContext): Promise<PeriodicTask>;
  /** An archived one too; with the pause that is in force at `now`. */
  find(id: number, now: Instant): Promise<PeriodicTask | undefined>;
}
