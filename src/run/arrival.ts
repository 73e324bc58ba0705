import type { QueueOf } from "../task/routes.ts";

/**
 * The state in which a run that may begin now waits. `ready`: the row is the message, and workers claim it. `unpublished`: a broker carries messages,
 * and a relay hands this one over; it is `ready` from then on.
 */
export type Arrival = "ready" | "unpublished";

/** `linked`: only a run that something follows, such as the next step of a chain. */
export type Reports = boolean | "linked";

/** How a project carries runs, as far as whoever writes their rows must know. */
export interface Carriage {
  /** Where runs go whose task nobody has announced. Default: the queue `default`. */
  readonly queueOf?: QueueOf;
  readonly arrival: Arrival;
  /** Which runs that end without a worker's doing (cancelled, expired, lost) are noted for a worker to tell of: all, where there is a result backend, or those that others follow. */
  readonly reports: Reports;
  /** Called with the ids of runs that have ended without a worker that tells of it, after the commit. */
  readonly ended?: (ids: readonly string[]) => void;
}
