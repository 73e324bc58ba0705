import type { Instant } from "../base/clock.ts";
import type { Json, JsonObject } from "../base/json.ts";
import type { SchedulePlan } from "../firing/schedule-plan.ts";
import type { ScheduleDefinition } from "../schedule/definition.ts";
import type { KeepOptions } from "../task/keep-options.ts";
import type { Payload } from "../task/payload.ts";
import type { Pause } from "./pause-store.ts";

/** Who changes something: a user's name, or a process's own (`hyoshi`). */
export interface Actor {
  readonly name: string;
}

export const overlapRules = ["allow", "skip", "queue", "replace"] as const;
/** What becomes of a run that is sent while as many as are allowed are unfinished. */
export type OverlapRule = (typeof overlapRules)[number];

export interface PeriodicTaskOptions {
  readonly overlap: OverlapRule;
  /** Unfinished runs beyond which the overlap rule applies. Default: 1. */
  readonly overlapLimit?: number;
  /** How many runs may wait under the rule `queue`. Default: 1. */
  readonly overlapQueue?: number;
  /** From when on an unfinished run is `lost` and blocks no other. Default: 24 hours. */
  readonly abandonAfterMs?: number;
  /** A run that has not begun so long after its nominal time expires. */
  readonly expiresMs?: number;
  readonly timeLimitMs?: number;
  /** The time after which an attempt is asked to end. */
  readonly softTimeLimitMs?: number;
  /** How long its runs are kept, where that is other than its task or the settings say. */
  readonly keep?: KeepOptions;
  readonly headers?: Readonly<Record<string, string>>;
  /** After so many sent runs it is over. */
  readonly endAfterRuns?: number;
  /** After so many failures in a row it is switched off. */
  readonly disableAfterFailures?: number;
  /** After a failed run nothing fires until a person releases it. Default: false. */
  readonly holdOnError?: boolean;
}

export const misfireRules = ["skip", "latest", "all"] as const;
/** Which of the nominal times that are late are sent: none, the last, or all within window and cap. */
export type Misfire = (typeof misfireRules)[number];

/** How a schedule treats its times. A draft that leaves one out has the default of {@link defaultPolicies}. */
export interface SchedulePolicies {
  /** What becomes of a time that the clock leaves out. */
  readonly gap: "default" | "after" | "skip";
  /** Which of the two that the clock shows twice. */
  readonly fold: "default" | "first" | "second" | "both";
  /** Days on which it does not fire, and what becomes of the times on them. */
  readonly calendar: { readonly id: number; readonly rule: "skip" | "previous" | "next" } | null;
  readonly misfire: Misfire;
  /** Late times that are older are missed. Null: none is too old. */
  readonly catchUpWindowMs: number | null;
  /** With `all`: the most that are sent, the newest; the others are missed. Null: 1,000. */
  readonly catchUpCap: number | null;
  /** Runs begin up to so much after their nominal time, each at an instant of its own. */
  readonly jitterMs: number | null;
  /** The first and the last instant at which it may fire. */
  readonly startsAt: Instant | null;
  readonly endsAt: Instant | null;
}

export const defaultPolicies: SchedulePolicies = {
  gap: "default",
  fold: "default",
  calendar: null,
  misfire: "latest",
  catchUpWindowMs: null,
  catchUpCap: null,
  jitterMs: null,
  startsAt: null,
  endsAt: null,
};

export interface ScheduleDraft extends Partial<SchedulePolicies> {
  /** Of the schedule that this replaces; absent for a new one. */
  readonly id?: number;
  /** Of a new one that comes from elsewhere with its own; default: random. A schedule that is kept keeps its own. */
  readonly uid?: string;
  /** From when a new one counts: later times that have passed are late, and its misfire rule decides about them. Default: now. */
  readonly accountedFrom?: Instant;
  readonly name: string;
  readonly definition: ScheduleDefinition;
  readonly zone: string;
  /** Laid over the periodic task's input or kwargs, key by key. */
  readonly input: { readonly [key: string]: Json } | null;
  readonly enabled: boolean;
}

export interface PeriodicTaskDraft {
  /** Of a new one that comes from elsewhere with its own; default: random. */
  readonly uid?: string;
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

export interface PlannedSchedule extends Omit<ScheduleDraft, keyof SchedulePolicies>, SchedulePolicies {
  readonly id: number;
  readonly uid: string;
  /** With the calendar's name. */
  readonly calendar: (NonNullable<SchedulePolicies["calendar"]> & { readonly name: string }) | null;
  readonly version: number;
  /** What its nominal times follow from; null where its row holds nonsense. */
  readonly plan: SchedulePlan | null;
  /** The instant that its cursor waits for: at which it fires, or at which a time falls away or is moved. */
  readonly nextAt: Instant | null;
  readonly accountedFrom: Instant;
  readonly accountedTo: Instant;
  /** Why it cannot be computed. */
  readonly error: string | null;
  /** The widest pause in force that holds it back. */
  readonly pause: Pause | null;
}

/** Why a periodic task fires no more until a person releases it. */
export interface HeldReason {
  /** A run failed and it holds on error; so many failed in a row; so many were sent. */
  readonly kind: "failed_run" | "failures" | "ended";
  readonly at: Instant;
  /** The run that caused it. */
  readonly runId?: string;
  readonly count?: number;
}

export interface PeriodicTask extends Omit<PeriodicTaskDraft, "schedules"> {
  readonly id: number;
  readonly uid: string;
  readonly version: number;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
  readonly archivedAt: Instant | null;
  readonly heldReason: HeldReason | null;
  /** The app that defines it in code; null for one that was made in the admin. */
  readonly codeApp: string | null;
  /** The last definition from code that was applied; null for one that was made in the admin. */
  readonly codeBase: JsonObject | null;
  /** The widest pause in force. */
  readonly pause: Pause | null;
  readonly schedules: readonly PlannedSchedule[];
}

/** What every edit needs: its time and its author. */
/** Where a periodic task is defined in code, and how it was when that was last applied. */
export interface CodeMark {
  readonly app: string;
  readonly base: JsonObject;
}

export interface EditContext {
  /** What was due by then is fired already, under the old plan; the new one counts from here. */
  readonly now: Instant;
  readonly by: Actor;
  /** Absent: as it was. Null: code defines it no more. */
  readonly code?: CodeMark | null;
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
  /**
   * Lets one that is held fire again, from the next nominal time on; one that was switched off for its failures is on again. What
   * it was held for is counted anew. Nothing happens where it is not held. Fails with `not_found`.
   */
  release(id: number, context: EditContext): Promise<PeriodicTask>;
  /** Those that are held for their failures and still on, at most `limit`. */
  heldForFailures(limit: number): Promise<readonly number[]>;
  /** Nothing fires any more; ledger, runs and changes stay, and the name is free again. Fails with `not_found`. */
  archive(id: number, context: EditContext): Promise<void>;
  /** Nominal times until `untilAt` (null: until resumed) are skipped, each with its row. Replaces an open pause. Fails with `not_found`. */
  pause(id: number, pause: { reason: string; untilAt: Instant | null }, context: EditContext): Promise<PeriodicTask>;
  resume(id: number, context: EditContext): Promise<PeriodicTask>;
  /** Notes what code defines now, where the row itself stays as it is: no change that a person would read of. */
  markCode(id: number, code: CodeMark | null): Promise<void>;
  /** Records that something was done with it that changes no text of it. Fails with `not_found`. */
  note(id: number, action: string, what: JsonObject, context: EditContext): Promise<void>;
  /** An archived one too; with the pause that is in force at `now`. */
  find(id: number, now: Instant): Promise<PeriodicTask | undefined>;
}
