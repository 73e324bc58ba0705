import { systemClock } from "../../base/clock.ts";
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
  readonly #known = new Map<number, Map<string, number>>();
  /** In elapsed time: wall clocks jump. */
  readonly #doubtedUntil = new Map<number, number>();

  note(processId: number, claims: readonly Claim[]): void {
    const known = this.#known.get(processId) ?? new Map();
    this.#known.set(processId, known);
    for (const { id, claim } of claims) known.set(id, claim);
  }

  has(processId: number, claim: Claim): boolean {
    return this.#known.get(processId)?.get(claim.id) === claim.claim;
  }

  /** They are finished, given back, or held by somebody else. */
  forget(claims: readonly Claim[]): void {
    for (const known of this.#known.values()) {
      for (const { id, claim } of claims) if (known.get(id) === claim) known.delete(id);
    }
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
      .filter((row) => known?.get(row.id) !== row.claim)
      .slice(0, limit)
      .map((row) => claimedRun(row, processId, { isCarried: true }));
  }
}
