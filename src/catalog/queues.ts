import type { Actor } from "../account/permission.ts";
import type { Instant } from "../base/clock.ts";
import { HyoshiError } from "../base/error.ts";
import type { HoldScope, ListedPause, Pause } from "../ledger/pause-store.ts";
import type { CatalogParts } from "./catalog-parts.ts";
import type { PauseRequest, Pauses } from "./pauses.ts";

/** What a purge does away with, or would. */
export interface Purge {
  /** Runs that are cancelled; counts of what would be stop at 10,000. */
  readonly runs: number;
  /** Messages that a broker of its own held, of these runs and of others' clients. */
  readonly messages: number;
}

export interface PurgeRequest {
  /** Also what is to begin later: an earliest start, a retry. Default: only what waits to begin now, and what is held. */
  readonly scheduled?: boolean;
}

/** Runs that are cancelled in one write. */
const AT_ONCE = 500;

/** Holds queues, workers and hosts back, and empties queues. */
export class Queues {
  readonly #parts: CatalogParts;
  readonly #pauses: Pauses;

  constructor(parts: CatalogParts, pauses: Pauses) {
    this.#parts = parts;
    this.#pauses = pauses;
  }

  /**
   * From now on workers take nothing from the queue, or this worker or the workers of this host take nothing at all; what they have taken goes on. In force
   * within a second; until `untilAt`, or until it is ended. Replaces what was said before. Fails with `invalid`.
   */
  hold(scope: HoldScope, name: string, request: PauseRequest, by: Actor): Promise<ListedPause> {
    return this.#pauses.begin({ scope, scopeId: name }, request, by);
  }

  /** Fails with `not_found` where nothing holds it back. */
  async resume(scope: HoldScope, name: string, by: Actor): Promise<void> {
    const open = await this.#pauses.open({ scope, scopeId: name });
    if (open === undefined) throw notHeld(scope, name);
    await this.#pauses.end(open.id, by);
  }

  /** What is held back now. */
  async held(): Promise<readonly (Pause & { readonly scope: HoldScope })[]> {
    const { pauses, clock } = this.#parts;
    return pauses.holds(clock.now());
  }

  /** What {@link purge} would cancel. */
  async wouldPurge(queue: string, { scheduled = false }: PurgeRequest): Promise<Purge> {
    const { readers, broker } = this.#parts;
    const depth = (await readers.runs.queues()).find(({ name }) => name === queue);
    const runs = depth === undefined ? 0 : depth.ready + depth.held + (scheduled ? depth.scheduled : 0);
    return { runs, messages: (await broker?.depth(queue)) ?? 0 };
  }

  /**
   * Cancels what waits in the queue, of what was sent until now, and removes its messages from a broker of its own, those of others' clients as well. What is being executed goes on.
   * One that fails half-way has cancelled a part, and can be called again.
   */
  async purge(queue: string, { scheduled = false }: PurgeRequest, by: Actor): Promise<Purge> {
    const { readers, runs, broker, clock } = this.#parts;
    const messages = (await broker?.purge(queue)) ?? 0;
    // Read afterwards: a run whose message was removed would wait for it.
    const until: Instant = clock.now();
    let cancelled = 0;
    for (;;) {
      const ids = await readers.runs.waitingIn({ queue, scheduled, until, limit: AT_ONCE });
      if (ids.length === 0) break;
      const states = await runs.cancel({ ids, by: by.name, now: clock.now() });
      const done = states.filter((state) => state === "cancelled").length;
      cancelled += done;
      // What a worker took meanwhile is asked to stop, and is not waited for here.
      if (done === 0) break;
    }
    return { runs: cancelled, messages };
  }
}

function notHeld(scope: HoldScope, name: string): HyoshiError {
  const is = scope === "queue" ? "paused" : "drained";
  return new HyoshiError("not_found", `the ${scope} '${name}' is not ${is}`, {
    fields: {
      text: {
        en: scope === "queue" ? "The queue is not paused any more." : "It is not drained any more.",
        ja: scope === "queue" ? "キューはすでに再開されています。" : "すでに再開されています。",
      },
    },
  });
}
