import type { Instant } from "../base/clock.ts";
import type { Json } from "../base/json.ts";
import type { LockState } from "../firing/run-lock.ts";
import type { Carriage } from "./arrival.ts";
import type { FinalState, NewRun, Progress, Run, RunError } from "./run.ts";
import type { UniqueAnswer, UniqueRun } from "./unique-run.ts";

/** A run that a worker holds. `claim` fences it: whoever finishes with an older number changes nothing. */
export interface Claim {
  readonly id: string;
  readonly claim: number;
}

/** A claim, and the process that has it. */
export interface HeldClaim extends Claim {
  readonly processId: number;
}

export interface ClaimedRun extends NewRun, HeldClaim {
  /** The number that this execution has if it begins: 1 for the first. */
  readonly attempt: number;
  readonly retries: number;
  readonly startedAt?: Instant;
  /** Begun attempts that ended with their worker. */
  readonly lost: number;
  /** A worker died while it had this run and nobody knows whether it had begun: execute it alone, `begin` first. */
  readonly suspect: boolean;
  /** It has no row: it is executed from its message, which is acknowledged when it has ended. */
  readonly unrecorded?: true;
  /** It has a row, of which so much is left when it has ended; absent: all. */
  readonly leaves?: "failures" | "none";
}

export type Outcome = Claim & {
  readonly attempt: number;
  readonly startedAt: Instant;
  readonly endedAt: Instant;
} & (
    | {
        readonly kind: "final";
        readonly state: FinalState;
        readonly result?: Json;
        readonly error?: RunError;
        /** What is sent because it has ended: written in the same transaction, so that a chain's next step is neither lost nor doubled. */
        readonly follow?: readonly NewRun[];
        /** Somebody waits for it at a result backend: noted in the same transaction, until {@link RunStore.reported}. */
        readonly report?: boolean;
        /** Nothing is left of the run, as {@link ClaimedRun.leaves} says. Without it the store asks the row, and does the same by a longer way. */
        readonly unkept?: true;
      }
    /**
     * Tried again at `availableAt`; the attempt is kept with its error. `handedBack`: its worker was stopped, and no retry is used up. `lost`: what it was executed in has
     * crashed, and it is charged as one whose worker died.
     */
    | {
        readonly kind: "retry";
        readonly availableAt: Instant;
        readonly error: RunError;
        readonly handedBack?: boolean;
        readonly lost?: boolean;
      }
  );

export interface RunStoreOptions {
  /** Default: `inDatabase`. */
  readonly carriage?: Carriage;
  /** Called after a commit that may have left something to publish. */
  readonly tellUnpublished?: () => void;
}

/** A run whose message nobody has handed to the broker yet. `claim` fences what a relay says of it. */
export interface UnpublishedRun extends NewRun, Claim {
  readonly retries: number;
  /** Of the periodic task that it is a run of. */
  readonly periodicTaskName?: string;
}

/** What a message says of its run. */
export interface IncomingRun {
  /** As the message has it: a row that is there knows better, but for its task and its input, which must be the same. */
  readonly run: NewRun;
  /** How often it asked to be executed again: with the id, what a claim is for. */
  readonly retries: number;
  /** Its row was written before it was sent, by somebody who has the project's key: with no row, it is over and was purged. */
  readonly isRecorded: boolean;
}

/** What becomes of a message. With all but `refused` the run needs it no more. */
export type Acceptance =
  | { readonly kind: "claimed"; readonly run: ClaimedRun }
  /** Its run has been claimed, is over, or has gone on to a later retry. */
  | { readonly kind: "duplicate" }
  /** Its run is over, and retention has removed it. */
  | { readonly kind: "purged" }
  /** Its run is kept until its time comes, or is to expire; a relay sends it then. */
  | { readonly kind: "later" }
  /** Its run waits for a slot of its lock; a relay sends it when it has one. */
  | { readonly kind: "held" }
  /** It is no message of the run of its id. */
  | { readonly kind: "refused"; readonly code: "id_reused"; readonly why: string };

export interface Accepted {
  /** One for each message. */
  readonly answers: readonly Acceptance[];
  /**
   * Resolves when the database would remember the answers although its server died: the messages may be acknowledged then. Where it fails, nobody knows,
   * and the same are to be asked again before that.
   */
  readonly durable: Promise<void>;
}

/** A run whose message nobody can have: the broker does not take it, or what it hands on cannot be read. */
export interface Refusal extends Claim {
  readonly error: RunError;
  /** Where it is; if it has gone on, it stays as it is. Default: unpublished. */
  readonly state?: "unpublished" | "ready";
}

/** An ended run whose result somebody waits for at a result backend. */
export interface Unreported {
  readonly id: string;
  readonly endedAt: Instant;
}

/** From when a lease is first seen to have ended until its process counts as dead; a living one renews within it. */
export const DOUBT_MS = 3_000;

/**
 * `held`: it waits, because as many runs of its lock as are allowed are unfinished; it becomes `ready` when one of them has ended. `locked`: for the
 * same reason nothing was added. `exists`: a run of that id is or was there, and nothing changed.
 */
export type AddAnswer = "added" | "held" | "exists" | "locked";

export interface SweepReport {
  readonly released: number;
  readonly becameReady: number;
  readonly expired: number;
  readonly lost: number;
}

/**
 * Runs and what becomes of them. Every method is one transaction, durable when it resolves, but for `claim`: a process killed after that
 * loses nothing of it (what a power cut may lose is the database's setting).
 */
export interface RunStore {
  /**
   * Makes runs `ready` (or `unpublished`, see `Arrival`), or `scheduled` where they are not yet available; what unfinished runs mean for one is
   * its `lock`'s to say. `publishedAt`: a broker has their messages already. `areNew`: nobody else can know their ids, and they have no lock, so that
   * nothing has to be looked for; many of them are several transactions, in their order, of which the first ones may be there when it fails.
   */
  add(runs: readonly NewRun[], options?: { publishedAt?: Instant; areNew?: boolean }): Promise<readonly AddAnswer[]>;
  /** Adds a run unless one stands for it: see {@link UniqueRun}. Of many that ask at once, one is new. */
  addUnique(run: NewRun, unique: UniqueRun): Promise<UniqueAnswer>;
  /** The unfinished runs of a lock: those that have a slot of it, and those that wait for one. */
  lockState(key: string): Promise<LockState>;
  /**
   * ready → running. Takes the first by priority, then in the order of sending, over all `queues` together; none that has expired. What
   * several claim at once, each gets a part of.
   *
   * It outlives every process, but a database server that dies in the next moment may have forgotten it: the run is ready again then, and
   * `begin` is what may be built on.
   */
  claim(request: {
    processId: number;
    queues: readonly string[];
    limit: number;
    now: Instant;
  }): Promise<readonly ClaimedRun[]>;
  /**
   * Notes that these are being executed, so that a death from now on charges them with an attempt. Answers which their processes still hold;
   * may be repeated.
   */
  begin(claims: readonly HeldClaim[], now: Instant): Promise<readonly boolean[]>;
  /**
   * running → a final state, or → scheduled. What waited for the end takes its place, with its firing, and a failure may hold its
   * periodic task. `fenced`: the claim was no longer held; the outcome is kept on the run's attempts as `late`, if the run is there. A run that
   * leaves nothing is gone with its attempts and its log.
   */
  finish(outcomes: readonly Outcome[]): Promise<readonly ("done" | "retrying" | "fenced")[]>;
  /**
   * scheduled → final, of a run that waits for what was sent in its place: with its result, and with what follows it. `fenced`: it does not wait any more.
   */
  endWaiting(outcome: Extract<Outcome, { kind: "final" }>): Promise<"done" | "fenced">;
  /**
   * running → ready, not charged with an attempt: what was reserved and has not begun. With `notBefore` it waits as
   * `scheduled` until then (for a task that this worker does not know and another may).
   */
  giveBack(claims: readonly Claim[], notBefore?: Instant): Promise<void>;
  /** Shows how far a run is; does nothing for a claim that is no longer held. */
  progress(claim: Claim, progress: Progress): Promise<void>;
  /**
   * A waiting run becomes `cancelled` at once; a running one is asked to stop (its worker aborts the signal).
   * `force` ends a running one now and fences its worker. Answers the state that each id has afterwards.
   */
  cancel(request: {
    ids: readonly string[];
    by: string;
    now: Instant;
    force?: boolean;
  }): Promise<readonly (Run["state"] | "unknown")[]>;
  /** Which of this process's runs are to stop (asked for, or no longer its own). */
  cancelled(processId: number, claims: readonly Claim[]): Promise<readonly Claim[]>;
  /**
   * Each second, by any process: scheduled → ready, not begun by its expiry → expired, held with a free slot → ready, executed for longer than
   * its options allow → lost, a dead process's runs → ready or lost. Dead is a
   * process that is not there any more, that left, or whose lease has ended and that did not renew it for {@link DOUBT_MS}, in
   * which the store could be written: after a full disk or a host's sleep everybody's lease has ended, and nobody is dead.
   */
  sweep(now: Instant): Promise<SweepReport>;
  /** The earliest instant at which a sweep would make a scheduled run ready. */
  nextScheduledAt(): Promise<Instant | undefined>;
  find(id: string): Promise<Run | undefined>;
}

/** What a run store does beside it where a broker of its own carries messages: the run's row decides, the message is a hint that carries the input. */
export interface RelayedRuns {
  /**
   * The first runs whose messages nobody has handed over, in the order of sending. They are this caller's for some seconds (`RELAY_LEASE_MS`); meanwhile
   * nobody else is given any that come after them, so that several relays keep the order.
   */
  takeUnpublished(request: { limit: number; now: Instant }): Promise<readonly UnpublishedRun[]>;
  /** unpublished → ready: the broker has them. What a worker has claimed by now stays as it is. */
  markPublished(runs: readonly Claim[], now: Instant): Promise<void>;
  /** They are this caller's for longer: the broker has not answered yet. */
  holdUnpublished(runs: readonly Claim[], now: Instant): Promise<void>;
  /** They could not be handed over: whoever asks next is given them. */
  leaveUnpublished(runs: readonly Claim[]): Promise<void>;
  /** unpublished or ready → failed. Answers how many. */
  refuse(refusals: readonly Refusal[], now: Instant): Promise<number>;
  /**
   * Decides for each message whether this worker may begin its run, and claims it then (→ running). A run that has no row yet gets one, unless
   * `isRecorded`. Where it failed, the same may be asked again.
   */
  accept(request: { processId: number; now: Instant; messages: readonly IncomingRun[] }): Promise<Accepted>;
  /** Queues of runs that were handed over before `before` and that no worker has claimed, whose tasks may be sent again. */
  waitingQueues(before: Instant): Promise<readonly string[]>;
  /**
   * ready → unpublished: a broker that holds nothing of this queue has lost the messages of those that were handed over before `before`.
   * Only where every worker that announced the task is ours, or the task says that it may be sent again. Answers how many.
   */
  republish(request: { queue: string; before: Instant; limit: number }): Promise<number>;
}

/** Ended runs whose results somebody may look for at a result backend. */
export interface ReportedRuns {
  /** The result backend has these. */
  reported(ids: readonly string[]): Promise<void>;
  /** Ended runs whose result the result backend may not have, the oldest first. */
  unreported(request: { limit: number; before: Instant }): Promise<readonly Unreported[]>;
}
