import type { Instant } from "../base/clock.ts";
import type { Json, JsonObject } from "../base/json.ts";
import type { RunLock } from "../firing/run-lock.ts";
import type { Embed } from "../message/task-message.ts";
import type { Payload } from "../task/payload.ts";

export const liveStates = ["unpublished", "ready", "scheduled", "held", "running"] as const;
export const finalStates = ["succeeded", "failed", "cancelled", "expired", "lost"] as const;
export type LiveState = (typeof liveStates)[number];
export type FinalState = (typeof finalStates)[number];
export type RunState = LiveState | FinalState;

export function isFinal(state: RunState): state is FinalState {
  return (finalStates as readonly string[]).includes(state);
}

/** Who sent a run. */
export interface Origin {
  readonly kind: "schedule" | "manual" | "api" | "task" | "rerun" | "backfill" | "import" | "celery";
  /** The user's name, for what a person sent. */
  readonly by?: string;
  readonly rerunOf?: string;
}

/** What is fixed for a run when it is sent; the task's own definition fills what is absent. */
export interface RunOptions {
  readonly timeLimitMs?: number;
  /** The time after which an attempt's signal is aborted, while it may still end by itself. */
  readonly softTimeLimitMs?: number;
  /** An attempt that has been executing so long no longer counts as unfinished. Default: 24 hours. */
  readonly abandonAfterMs?: number;
  /** Whether it may be begun again after its worker died; default `retry`. */
  readonly onLost?: "retry" | "fail";
  readonly headers?: Readonly<Record<string, string>>;
  /** It goes on when the run that sent it is cancelled. */
  readonly detached?: true;
  /** How much is kept of it; default `all`. See {@link RecordRule}. */
  readonly record?: RecordRule;
}

/**
 * What is kept of a task's runs. `all`: each. `none`: nothing of a run that has ended, however it ended. `failures`: as `none`, but what did not succeed is kept.
 *
 * Where the database is the broker, an unfinished run has its row whatever the rule, and all of a row's guarantees; it goes with the run's end. Where messages
 * travel on a broker of their own, `none` and `failures` mean that there is no row from the start: the run is executed straight from its message, and has
 * the broker's guarantees only.
 *
 * What others look for when it has ended is kept under any rule: runs of periodic tasks, of canvases, and those that were sent with a key.
 */
export type RecordRule = "all" | "failures" | "none";

/** What a Celery message says beyond the run: who waits for the result, and what follows. */
export interface RunWire {
  /** Its message came from a client of another kind: nobody wrote its row when it was sent. */
  readonly from?: "celery";
  /** The queue in which its client waits for the result (`rpc://`). */
  readonly replyTo?: string;
  readonly groupId?: string;
  readonly groupIndex?: number;
  readonly embed?: Embed;
  /** Celery's display name. */
  readonly shadow?: string;
  readonly ignoreResult?: boolean;
  /** Headers that are no texts; those that are texts are the run's own ({@link RunOptions.headers}). */
  readonly headers?: JsonObject;
  /** What it follows was asked for by somebody without the project's key. */
  readonly foreign?: true;
  readonly argsRepr?: string;
  readonly kwargsRepr?: string;
  /** Its message was never here: it was heard of while another's worker had it, and its input read from display texts as far as they can be. */
  readonly observed?: { readonly inputUnknown: boolean };
}

export interface NewRun {
  readonly id: string;
  readonly task: string;
  readonly payload: Payload;
  readonly queue: string;
  /** 0 to 9, higher first. */
  readonly priority: number;
  readonly options: RunOptions;
  readonly origin: Origin;
  /** The earliest start. Later than now: the run waits as `scheduled`. */
  readonly availableAt: Instant;
  /** Not begun by then: it expires. */
  readonly expiresAt?: Instant;
  readonly queuedAt: Instant;
  readonly periodicTaskId?: number;
  readonly scheduleId?: number;
  readonly scheduleVersion?: number;
  readonly nominalAt?: Instant;
  readonly parentId?: string;
  readonly rootId?: string;
  /** What other unfinished runs mean for it: the overlap rule. */
  readonly lock?: RunLock;
  readonly wire?: RunWire;
}

export interface Progress {
  readonly current: number;
  readonly total?: number;
  readonly text?: string;
}

export interface RunError {
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
  readonly code?: string;
  /** Its task lists it among its `expectedErrors`. */
  readonly expected?: boolean;
}

/** A run as it is read: what was sent, and what became of it. */
export interface Run extends NewRun {
  readonly state: RunState;
  readonly claim: number;
  /** Attempts begun so far. */
  readonly attempt: number;
  readonly retries: number;
  readonly processId?: number;
  /** The name of the worker that has or had it. */
  readonly worker?: string;
  /** When its first attempt began. */
  readonly startedAt?: Instant;
  readonly attemptStartedAt?: Instant;
  readonly endedAt?: Instant;
  readonly progress?: Progress;
  readonly cancelRequestedAt?: Instant;
  /** It is held until it has its turn under this limit, or a slot of it. */
  readonly waitsFor?: string;
  readonly result?: Json;
  readonly error?: RunError;
}

/** An attempt that did not end its run, or that came too late to. */
export interface Attempt {
  readonly number: number;
  readonly worker?: string;
  readonly startedAt?: Instant;
  readonly endedAt: Instant;
  readonly outcome: "retried" | "lost" | "late";
  readonly error?: RunError;
}
