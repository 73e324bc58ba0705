import type { Instant } from "../base/clock.ts";
import type { Json, JsonObject } from "../base/json.ts";
import type { RunLock } from "./run-lock.ts";
import type { SchedulePlan } from "./schedule-plan.ts";

export type Verdict = "sent" | "held" | "moved" | "merged" | "skipped" | "missed" | "off" | "failed";

/** Why a nominal time has its verdict. */
export type Reason =
  /** sent */
  | "on_time"
  /** sent, although it was late: no beat ran at its time */
  | "caught_up"
  /** sent, after it was held until an earlier run had ended */
  | "waited"
  /** held: until an earlier run has ended */
  | "waiting"
  /** moved: its day is closed, and another instant fires in its place */
  | "moved"
  /** merged: another schedule of the periodic task sent the same run at this instant */
  | "same_instant"
  /** skipped: an earlier run was not finished */
  | "overlap"
  /** skipped: as many runs as are allowed at once were not finished */
  | "limit"
  /** skipped: as many runs as may wait for an earlier one were waiting */
  | "queue_full"
  /** skipped: a later run took its place while it waited */
  | "replaced"
  /** skipped: it had expired, or was cancelled, before the earlier run had ended */
  | "expired"
  | "cancelled"
  /** skipped */
  | "paused"
  /** skipped: its day is closed */
  | "calendar"
  /** skipped: the clock leaves it out, or shows it twice */
  | "daylight_saving"
  /** skipped: as many runs as were wanted have been sent */
  | "ended"
  /** skipped: a run has failed, and a person is to look first */
  | "held"
  /** missed: a later nominal time was due as well, and only the latest is sent */
  | "superseded"
  /** missed: no beat ran at its time, and the schedule sends nothing late */
  | "late"
  /** missed: it was older than what is caught up */
  | "window"
  /** missed: more were late than are caught up */
  | "cap"
  /** missed: the clock jumped over it */
  | "clock_jump"
  /** missed: the schedule was changed before a beat came to it */
  | "replanned"
  /** off */
  | "disabled"
  /** failed */
  | "cannot_compute";

/** Which of the nominal times that are late are sent: none, the last, or all within window and cap. */
export type Misfire = "skip" | "latest" | "all";

/** So many late nominal times are sent under the rule `all` where the schedule names no cap. */
export const DEFAULT_CATCH_UP_CAP = 1_000;

/** A pause that covers a schedule: nominal times from `fromAt` to before `endAt` (null: it has no end yet) are not sent. */
export interface PauseSpan {
  readonly scope: "all" | "tag" | "periodic-task" | "schedule";
  /** The tag, or the id as text; empty for `all`. */
  readonly scopeId: string;
  readonly fromAt: Instant;
  readonly endAt: Instant | null;
  readonly reason: string;
  readonly by: string;
}

/** Why a periodic task fires no more until a person releases it. */
export interface Hold {
  /** A run failed and it holds on error; so many failed in a row; as many as were wanted have been sent. */
  readonly kind: "failed_run" | "failures" | "ended";
  readonly at: Instant;
  /** The run that caused it. */
  readonly runId?: string;
  readonly count?: number;
}

/** A row of the ledger that is there. */
export interface KnownRow {
  readonly nominalAt: Instant;
  readonly throughAt: Instant;
}

/** A schedule whose time has come, with what its runs are made of. */
export interface DueSchedule {
  readonly scheduleId: number;
  readonly scheduleUid: string;
  readonly version: number;
  readonly plan: SchedulePlan;
  /** Laid over the payload. */
  readonly input: JsonObject | null;
  readonly misfire: Misfire;
  /** Late nominal times that are older are not sent; null: none is too old. */
  readonly catchUpWindowMs: number | null;
  /** With `all`: the most that are sent late, the newest; null: {@link DEFAULT_CATCH_UP_CAP}. */
  readonly catchUpCap: number | null;
  /** A run begins up to so much after its nominal time; null: at once. */
  readonly jitterMs: number | null;
  /** Up to here every nominal time is accounted for. */
  readonly accountedTo: Instant;
  /** Rows beyond `accountedTo` that are there already, in their order: a clock was ahead when they were sent. */
  readonly known?: readonly KnownRow[];
  /** Of every scope, in force now or after `accountedTo`. */
  readonly pauses: readonly PauseSpan[];
  readonly periodicTask: {
    readonly id: number;
    readonly task: string;
    /** As stored: `{input}` or `{args, kwargs}`. */
    readonly payload: JsonObject;
    readonly queue: string | null;
    readonly priority: number | null;
    /** Null: any number of its runs may be unfinished at once. */
    readonly lock: RunLock | null;
    readonly expiresMs: number | null;
    /** What the run takes along (time limit, headers). */
    readonly runOptions: JsonObject;
    readonly hold: Hold | null;
    /** How many more runs may be sent; null: any number. */
    readonly runsLeft: number | null;
  };
}

/** A run that a firing sends; the ledger adds what only it knows (the queue of the task, when it was queued). */
export interface PlannedRun {
  readonly id: string;
  readonly payload: JsonObject;
  /** The earliest start: the nominal time, or a little later. */
  readonly availableAt: Instant;
  readonly expiresAt: Instant | null;
  /** Set where unfinished runs may be in the way. */
  readonly lock: RunLock | null;
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
  /** When to look again: the next named instant, or now where more is due than one decision holds. Null: nothing to wait for. */
  readonly nextAt: Instant | null;
  /** Why the schedule cannot be computed; it is then not tried again until it is edited. */
  readonly error: string | null;
}
