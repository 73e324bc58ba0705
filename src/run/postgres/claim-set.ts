import type { Claim } from "../run-store.ts";

/** Claims by their id and number: of one run, a batch may hold an outcome that is fenced and one that counts. */
export class ClaimSet {
  readonly #keys: Set<string>;

  constructor(claims: readonly Claim[]) {
    this.#keys = new Set(claims.map(keyOf));
  }

  has(claim: Claim): boolean {
    return this.#keys.has(keyOf(claim));
  }
}

function keyOf({ id, claim }: Claim): string {
  return `${claim} ${id}`;
}
