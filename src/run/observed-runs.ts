import type { Instant } from "../base/clock.ts";
import type { Json } from "../base/json.ts";
import type { Payload } from "../task/payload.ts";
import type { FinalState, RunError } from "./run.ts";

/** What is told of a run that hyoshi did not send. */
export interface ObservedFacts {
  readonly task: string;
  /** What could be read of its arguments. */
  readonly payload: Payload;
  /** The arguments' display texts, and whether they could not be read back: such a run cannot be run again. */
  readonly argsRepr: string;
  readonly kwargsRepr: string;
  readonly inputUnknown: boolean;
  readonly queue: string;
  readonly queuedAt: Instant;
  readonly availableAt: Instant;
  readonly expiresAt?: Instant;
  readonly parentId?: string;
  readonly rootId?: string;
}

/** How far a run is with a worker that is not ours. */
export interface ObservedRun {
  readonly id: string;
  /** `ready`: a worker has received it, or it is to be tried again. */
  readonly state: "ready" | "running" | FinalState;
  /** Needed where no row of it is there yet. */
  readonly facts?: ObservedFacts;
  /** The process row and the name of who has it. */
  readonly worker?: { readonly id: number; readonly name: string };
  /** How often it was tried again; undefined: as far as the row knows. */
  readonly retries?: number;
  readonly startedAt?: Instant;
  readonly endedAt?: Instant;
  readonly result?: Json;
  readonly error?: RunError;
  /** Attempts that ended in another one since the last time. */
  readonly retried?: readonly {
    readonly number: number;
    readonly startedAt?: Instant;
    readonly endedAt: Instant;
    readonly error?: RunError;
  }[];
}

/**
 * `applied`: the row is as told. `known`: it was already, or further. `unknown`: there is no row, and no facts to make one of. `ours`: one of
 * hyoshi's own workers has it.
 */
export type ObservedAnswer = "applied" | "known" | "unknown" | "ours";

/** A run that a worker of another kind has begun, and whose end nobody has told yet. */
export interface BegunElsewhere {
  readonly id: string;
  readonly worker: { readonly id: number; readonly name: string };
  /** The worker counts as alive until then. */
  readonly aliveUntil: Instant;
  /** When it began this attempt. */
  readonly startedAt: Instant;
}

/** What became of it nobody knows: its worker has died, or does not have it any more. A later word of its end takes the place of this one. */
export const END_UNKNOWN = "EndUnknown";
export type EndUnknown = typeof END_UNKNOWN;

/**
 * Runs that workers of another kind execute, as they are heard of: by events, or from a result backend. What is told may be late, twice,
 * out of order, and told by several at once; a row only ever goes forward, and a final state is final. Only a result or an error that
 * was not known when the run ended is filled in afterwards, and an end that was only concluded ({@link END_UNKNOWN}) gives way to one that is told.
 */
export interface ObservedRuns {
  apply(runs: readonly ObservedRun[]): Promise<readonly ObservedAnswer[]>;
  /** In the order of their ids, from behind `after` on. */
  begunElsewhere(request: { readonly limit: number; readonly after?: string }): Promise<readonly BegunElsewhere[]>;
}
