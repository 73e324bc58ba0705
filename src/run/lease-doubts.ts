import type { Instant } from "../base/clock.ts";
import { DOUBT_MS } from "./run-store.ts";

interface Lease {
  readonly id: number;
  /** 0: the process left. */
  readonly until: Instant;
}

/** Twice a lease. One that reaches further ahead was written by a clock that was ahead: a living process puts it right, and a dead one's is not waited for. */
export const FARTHEST_LEASE_MS = 20_000;

/** Which leases one process has seen to have ended, and since when. A renewed one is doubted anew when it ends. */
export class LeaseDoubts {
  readonly #doubts = new Map<number, { readonly until: Instant; readonly since: Instant }>();

  /** Of all leases that have ended: whose processes are dead, and which are doubted from now on. */
  look(
    ended: readonly Lease[],
    now: Instant,
  ): { readonly dead: readonly number[]; readonly doubted: readonly number[] } {
    const found = new Set(ended.map(({ id }) => id));
    for (const id of this.#doubts.keys()) if (!found.has(id)) this.#doubts.delete(id);
    const dead: number[] = [];
    const doubted: number[] = [];
    for (const { id, until } of ended) {
      const doubt = this.#doubts.get(id);
      if (until === 0) dead.push(id);
      else if (doubt?.until !== until || doubt.since > now) {
        // The first look at it, or the first since the clock went back.
        doubted.push(id);
        this.#doubts.set(id, { until, since: now });
      } else if (now - doubt.since >= DOUBT_MS) dead.push(id);
    }
    return { dead, doubted };
  }

  /** The store could not be written, so that no process could renew its lease: whoever is doubted is doubted anew. */
  clear(): void {
    this.#doubts.clear();
  }
}
