import type { Claim } from "../../run/run-store.ts";

/**
 * The claim `t` still holds the run `r`. What is running has a process, and nothing else has: to ask for the state instead would lead the
 * server to walk all running runs of all workers.
 */
export const stillHeld = "r.id = t.id and r.claim = t.claim and r.process_id is not null";

/** Claims by their id and number: of one run, a batch may hold an outcome that is fenced and one that counts. */
export class ClaimSet {
  readonly #keys: Set<string>;

  constructor(claims: readonly Claim[]) {
    this.#keys = new Set(claims.map(keyOfClaim));
  }

  has(claim: Claim): boolean {
    return this.#keys.has(keyOfClaim(claim));
  }
}

export function keyOfClaim({ id, claim }: Claim): string {
  return `${claim} ${id}`;
}
