import type { Instant } from "../base/clock.ts";
import type { Json, JsonObject } from "../base/json.ts";
import type { ScheduleDefinition } from "../schedule/definition.ts";

export type Verdict = "sent" | "held" | "moved" | "merged" | "skipped" | "missed" | "off" | "failed";

/** Why a nominal time has its verdict. */
export type Reason =
  /** sent */
  | "on_time"
  /** sent, although it was late: no beat ran at its time */
  | "caught_up"
  /** merged: another schedule of the periodic task sent the same run at this instant */
  | "same_instant"
  /** skipped: an earlier run was not finished */
  | "overlap"
  /** skipped */
  | "paused"
  /** missed: a later nominal time was due as well, and only the latest is sent */
  | "superseded"
  /** missed: the schedule was changed before a beat came to it */
  | "replanned"
  /** off */
  | "disabled"
  /** failed */
  | "cannot_compute";

/** A schedule whose time has come, with what its runs are made of. */
export interface DueSchedule {
  readonly scheduleId: number;
  readonly scheduleUid: string;
  readonly version: number;
  readonly definition: ScheduleDefinition;
  readonly zone: string;
  /** Laid over the payload. */
  readonly input: JsonObject | null;
  readonly misfire: "latest";
  /** Up to here every nominal time is accounted for. */
  readonly accountedTo: Instant;
  readonly paused: boolean;
  readonly periodicTask: {
    readonly id: number;
    readonly task: string;
    /** As stored: `{input}` or `{args, kwargs}`. */
    readonly payload: JsonObject;
    readonly queue: string | null;
    readonly priority: number | null;
    readonly overlap: "allow" | "skip";
    readonly expiresMs: number | null;
    /** What the run takes along (time limit, headers). */
    readonly runOptions: JsonObject;
  };
}

/** A run that a firing sends; the ledger adds what only it knows (the queue of the task, when it was queued). */
export interface PlannedRun {
  readonly id: string;
  readonly payload: JsonObject;
  readonly expiresAt: Instant | null;
  /** Set where at most one unfinished run is allowed. */
  readonly lockKey: string | null;
}

export interface PlannedFiring {
  readonly nominalAt: Instant;
  readonly throughAt: Instant;
  /** For `sent`: what it is if the run can be added. */
  readonly verdict: Verdict;
  readonly reason: Reason;
  readonly detail: { readonly [key: string]: Json } | null;
  readonly run: PlannedRun | null;
}

export interface Decision {
  readonly firings: readonly PlannedFiring[];
  /** Every nominal time up to here is accounted for. */
  readonly accountedTo: Instant;
  /** Null: nothing to wait for. */
  readonly nextAt: Instant | null;
  /** Why the schedule cannot be computed; it is then not tried again until it is edited. */
  readonly error: string | null;
}
