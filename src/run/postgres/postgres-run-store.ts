import type { Instant } from "../../base/clock.ts";
import { cancelRuns } from "../../database/postgres/cancel-runs.ts";
import { ClaimSet, stillHeld } from "../../database/postgres/claim-set.ts";
import { endRuns } from "../../database/postgres/end-runs.ts";
import { endOfWaiting } from "../../database/postgres/end-statement.ts";
import type { PostgresPool } from "../../database/postgres/postgres-pool.ts";
import { lockStates } from "../../database/postgres/run-locks.ts";
import { arraysOf, unnest } from "../../database/postgres/unnest.ts";
import { cancelledBy } from "../../database/queries/lost-runs.ts";
import { type DoneRow, doneRun, type LiveRow, liveRun } from "../../database/queries/run-columns.ts";
import type { LockState } from "../../firing/run-lock.ts";
import type { NewRun, Progress, Run } from "../run.ts";
import type { AddAnswer, Claim, ClaimedRun, Outcome, RunStore, SweepReport } from "../run-store.ts";
import { addRuns } from "./add-runs.ts";
import { type ClaimRequest, claimRuns } from "./claim-runs.ts";
import { finishRuns } from "./finish-runs.ts";
import { HandedOut } from "./handed-out.ts";
import { Sweep } from "./sweep-runs.ts";

/** Rows in one transaction: 10 to 20 ms of writing, for which others wait at most. */
const BATCH = 500;

const claims = unnest({ id: "text", claim: "bigint" }, "t");

export class PostgresRunStore implements RunStore {
  readonly #pool: PostgresPool;
  readonly #sweep: Sweep;
  readonly #handedOut = new HandedOut();
  /** Says what has just been committed. */
  readonly #tell: () => void;

  constructor(pool: PostgresPool, tell: () => void = () => {}) {
    this.#pool = pool;
    this.#tell = tell;
    this.#sweep = new Sweep(pool);
  }

  async add(runs: readonly NewRun[]): Promise<readonly AddAnswer[]> {
    const answers = await inBatches(runs, (part) => this.#pool.transaction((connection) => addRuns(connection, part)));
    this.#tell();
    return answers;
  }

  async lockState(key: string): Promise<LockState> {
    const states = await lockStates(this.#pool, [key]);
    return states.get(key) ?? { holders: [], waiting: [] };
  }

  async claim(request: ClaimRequest): Promise<readonly ClaimedRun[]> {
    const { processId } = request;
    const limit = Math.min(request.limit, BATCH);
    let claimed = await this.#handedOut.unanswered(this.#pool, processId, limit);
    try {
      if (claimed.length === 0) claimed = await claimRuns(this.#pool, { ...request, limit });
    } catch (error) {
      this.#handedOut.doubt(processId);
      throw error;
    }
    this.#handedOut.note(processId, claimed);
    return claimed;
  }

  begin(begun: readonly Claim[], now: Instant): Promise<readonly boolean[]> {
    return inBatches(begun, async (part) => {
      const { rows } = await this.#pool.query<Claim>({
        name: "begin",
        text: `update run_live r set
            attempt = r.attempt + case when r.attempt_started_at is null then 1 else 0 end,
            attempt_started_at = coalesce(r.attempt_started_at, $3), started_at = coalesce(r.started_at, $3),
            abandon_at = case when r.attempt_started_at is null
              then $3 + substring(r.options::text from '"abandonAfterMs":(\\d+)')::bigint else r.abandon_at end
          from ${claims} where ${stillHeld} returning r.id, r.claim`,
        values: [...claimArrays(part), now],
      });
      const begunAndHeld = new ClaimSet(rows);
      this.#handedOut.forget(part.filter((claim) => !begunAndHeld.has(claim)));
      return part.map((claim) => begunAndHeld.has(claim));
    });
  }

  async finish(outcomes: readonly Outcome[]): Promise<readonly ("done" | "retrying" | "fenced")[]> {
    const answers = await inBatches(outcomes, (part) => finishRuns(this.#pool, part));
    this.#handedOut.forget(outcomes);
    this.#tell();
    return answers;
  }

  async giveBack(given: readonly Claim[], notBefore?: Instant): Promise<void> {
    await inBatches(given, async (part) => {
      const { rows } = await this.#pool.query<Claim>({
        text: `update run_live r set state = $3, process_id = null, available_at = coalesce($4, r.available_at)
          from ${claims} where ${stillHeld} and r.attempt_started_at is null and r.cancel_requested_at is null
          returning r.id, r.claim`,
        values: [...claimArrays(part), notBefore === undefined ? "ready" : "scheduled", notBefore ?? null],
      });
      const back = new ClaimSet(rows);
      await this.#cancelReserved(part.filter((claim) => !back.has(claim)));
      this.#handedOut.forget(part);
      return [];
    });
    this.#tell();
  }

  /** Of what could not be given back: what was to be cancelled and had not begun. */
  async #cancelReserved(kept: readonly Claim[]): Promise<void> {
    if (kept.length === 0) return;
    const { rows } = await this.#pool.query<LiveRow>({
      text: `select r.* from ${claims} join run_live r on ${stillHeld}
        where r.attempt_started_at is null and r.cancel_requested_at is not null`,
      values: claimArrays(kept),
    });
    const endings = rows.map((row) =>
      endOfWaiting(row, "cancelled", row.cancel_requested_at ?? 0, cancelledBy(row.cancel_requested_by)),
    );
    if (endings.length > 0) await this.#pool.transaction((connection) => endRuns(connection, "held", endings));
  }

  async progress({ id, claim }: Claim, progress: Progress): Promise<void> {
    await this.#pool.query({
      text: "update run_live set progress = $1 where id = $2 and claim = $3 and state = 'running'",
      values: [JSON.stringify(progress), id, claim],
    });
  }

  async cancel(request: { ids: readonly string[]; by: string; now: Instant; force?: boolean }) {
    const { ids, by, now, force = false } = request;
    const answers = await inBatches(ids, (part) =>
      this.#pool.transaction((connection) => cancelRuns(connection, { ids: part, by, now, force })),
    );
    this.#tell();
    return answers;
  }

  async cancelled(processId: number, mine: readonly Claim[]): Promise<readonly Claim[]> {
    if (mine.length === 0) return [];
    const { rows } = await this.#pool.query<Claim>({
      name: "cancelled",
      text: `select t.id, t.claim from ${claims} left join run_live r on ${stillHeld} and r.process_id = $3
        where r.id is null or r.cancel_requested_at is not null`,
      values: [...claimArrays(mine), processId],
    });
    const asked = new ClaimSet(rows);
    return mine.filter((claim) => asked.has(claim));
  }

  async sweep(now: Instant): Promise<SweepReport> {
    const total = { released: 0, becameReady: 0, expired: 0, lost: 0 };
    for (let more = true; more; ) {
      const batch = await this.#sweep.batch(now);
      for (const key of ["released", "becameReady", "expired", "lost"] as const) total[key] += batch[key];
      more = batch.more;
    }
    if (total.released + total.becameReady + total.expired + total.lost > 0) this.#tell();
    return total;
  }

  async nextScheduledAt(): Promise<Instant | undefined> {
    const { rows } = await this.#pool.query<{ at: Instant }>({
      name: "next-scheduled",
      text: "select available_at as at from run_live where state = 'scheduled' order by available_at limit 1",
    });
    return rows[0]?.at;
  }

  async find(id: string): Promise<Run | undefined> {
    // In this order: a run goes from the one table to the other, and never back.
    const live = await this.#pool.query<LiveRow & { worker: string | null }>({
      name: "find-live",
      text: "select r.*, p.name as worker from run_live r left join process p on p.id = r.process_id where r.id = $1",
      values: [id],
    });
    if (live.rows[0] !== undefined) return liveRun(live.rows[0]);
    const done = await this.#pool.query<DoneRow>({
      name: "find-done",
      text: "select * from run_done where id = $1",
      values: [id],
    });
    return done.rows[0] && doneRun(done.rows[0]);
  }
}

function claimArrays(part: readonly Claim[]): unknown[][] {
  return arraysOf({ id: "text", claim: "bigint" }, part);
}

async function inBatches<T, R>(items: readonly T[], each: (part: readonly T[]) => Promise<readonly R[]>): Promise<R[]> {
  const answers: R[] = [];
  for (let from = 0; from < items.length; from += BATCH) {
    answers.push(...(await each(items.slice(from, from + BATCH))));
  }
  return answers;
}
