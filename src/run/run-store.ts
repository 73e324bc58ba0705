import type { Instant } from "../base/clock.ts";
import type { Json } from "../base/json.ts";
import type { LockState } from "../firing/run-lock.ts";
import type { FinalState, NewRun, Progress, Run, RunError } from "./run.ts";

/** A run that a worker holds. `claim` fences it: whoever finishes with an older number changes nothing. */
export interface Claim {
  readonly id: string;
  readonly claim: number;
}

export interface ClaimedRun extends NewRun, Claim {
  readonly processId: number;
  /** The number that this execution has if it begins: 1 for the first. */
  readonly attempt: number;
  readonly retries: number;
  readonly startedAt?: Instant;
  /** Begun attempts that ended with their worker. */
  readonly lost: number;
  /** A worker died while it had this run and nobody knows whether it had begun: execute it alone, `begin` first. */
  readonly suspect: boolean;
}

export type Outcome = Claim & {
  readonly attempt: number;
  readonly startedAt: Instant;
  readonly endedAt: Instant;
} & (
    | { readonly kind: "final"; readonly state: FinalState; readonly result?: Json; readonly error?: RunError }
    /** Tried again at `availableAt`; the attempt is kept with its error. `handedBack`: its worker was stopped, and no retry is used up. */
    | {
        readonly kind: "retry";
        readonly availableAt: Instant;
        readonly error: RunError;
        readonly handedBack?: boolean;
      }
  );

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
 * Runs and what becomes of them. Every method is one transaction, durable when it resolves: a process killed after that
 * loses nothing of it (what a power cut may lose is the database's setting).
 */
export interface RunStore {
  /** Makes runs `ready`, or `scheduled` where they are not yet available; what unfinished runs mean for one is its `lock`'s to say. */
  add(runs: readonly NewRun[]): Promise<readonly AddAnswer[]>;
  /** The unfinished runs of a lock: those that have a slot of it, and those that wait for one. */
  lockState(key: string): Promise<LockState>;
  /**
   * ready → running. Takes the first by priority, then in the order of sending, over all `queues` together; none that has expired. What
   * several claim at once, each gets a part of.
   */
  claim(request: {
    processId: number;
    queues: readonly string[];
    limit: number;
    now: Instant;
  }): Promise<readonly ClaimedRun[]>;
  /**
   * Notes that these are being executed, so that a death from now on charges them with an attempt. Answers which are still held; may be
   * repeated.
   */
  begin(claims: readonly Claim[], now: Instant): Promise<readonly boolean[]>;
  /**
   * running → a final state, or → scheduled. What waited for the end takes its place, with its firing, and a failure may hold its
   * periodic task. `fenced`: the claim was no longer held; the outcome is kept on the run's attempts as `late`.
   */
  finish(outcomes: readonly Outcome[]): Promise<readonly ("done" | "retrying" | "fenced")[]>;
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
