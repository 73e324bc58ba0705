import type { Claim } from "../../run/run-store.ts";

/** One row in the place of one for each claim, most of the time: they are counted, and told apart only where some are not there. */
export interface CountedClaims {
  readonly count: number;
  /** Null: all. */
  readonly ords: string | null;
}

/** The end of a statement whose first parameter is an array with an entry for each claim; `from` has a row with its `ord` for those that are meant. */
export const countedSql = (from: string) => `
  select count(*)::int as count, case when count(*) < cardinality($1::text[]) then json_agg(ord) end as ords from ${from}`;

/** Which of the claims were counted. */
export function countedAmong(
  claims: readonly Claim[],
  [{ count, ords } = { count: 0, ords: null }]: readonly CountedClaims[],
): (claim: Claim) => boolean {
  if (count === 0) return () => false;
  const places = count === claims.length ? undefined : new Set(JSON.parse(ords ?? "[]") as readonly number[]);
  const counted = new Set(places === undefined ? claims : claims.filter((_, n) => places.has(n + 1)));
  return (claim) => counted.has(claim);
}
