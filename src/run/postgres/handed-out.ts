import { systemClock } from "../../base/clock.ts";
import { keyOfClaim } from "../../database/postgres/claim-set.ts";
import type { PostgresPool } from "../../database/postgres/postgres-pool.ts";
import { claimedRun, type LiveRow } from "../../database/queries/run-columns.ts";
import type { Claim, ClaimedRun } from "../run-store.ts";

/** The server may be at work for so long on a claim whose connection was lost, and commit it then. */
const DOUBT_MS = 60_000;

/**
 * What this process has claimed and knows of. When a connection is lost between a claim's commit and its answer, the runs are claimed
 * and nobody executes them: the next claim finds them, as those of its process that were never handed out.
 */
export class HandedOut {
  readonly #known = new Map<number, Set<string>>();
  /** In elapsed time: wall clocks jump. */
  readonly #doubtedUntil = new Map<number, number>();

  note(processId: number, claims: readonly Claim[]): void {
    const known = this.#known.get(processId) ?? new Set();
    this.#known.set(processId, known);
    for (const claim of claims) known.add(keyOfClaim(claim));
  }

  has(processId: number, claim: Claim): boolean {
    return this.#known.get(processId)?.has(keyOfClaim(claim)) === true;
  }

  /** They are finished, given back, or held by somebody else. */
  forget(claims: readonly Claim[]): void {
    for (const known of this.#known.values()) for (const claim of claims) known.delete(keyOfClaim(claim));
  }

  /** A claim was not answered. */
  doubt(processId: number): void {
    this.#doubtedUntil.set(processId, systemClock.monotonic() + DOUBT_MS);
  }

  /** Claims whose answers were lost. */
  async unanswered(pool: PostgresPool, processId: number, limit: number): Promise<readonly ClaimedRun[]> {
    const until = this.#doubtedUntil.get(processId);
    if (until === undefined) return [];
    if (systemClock.monotonic() > until) {
      this.#doubtedUntil.delete(processId);
      return [];
    }
    const { rows } = await pool.query<LiveRow>({
      text: `select * from run_live where state = 'running' and process_id = $1 and attempt_started_at is null
        order by priority desc, seq`,
      values: [processId],
    });
    const known = this.#known.get(processId);
    return rows
      .filter((row) => known?.has(keyOfClaim(row)) !== true)
      .slice(0, limit)
      .map((row) => claimedRun(row, processId, { isCarried: true }));
  }
}
