import type { Instant } from "../../base/clock.ts";
import { cancelRuns } from "../../database/postgres/cancel-runs.ts";
import { ClaimSet, keyOfClaim, stillHeld } from "../../database/postgres/claim-set.ts";
import { endRuns } from "../../database/postgres/end-runs.ts";
import { endOfWaiting } from "../../database/postgres/end-statement.ts";
import type { PostgresPool } from "../../database/postgres/postgres-pool.ts";
import { lockKeys, lockStates } from "../../database/postgres/run-locks.ts";
import { arraysOf, unnest } from "../../database/postgres/unnest.ts";
import { inDatabase } from "../../database/queries/in-database.ts";
import { cancelledBy } from "../../database/queries/lost-runs.ts";
import { type DoneRow, doneRun, type LiveRow, liveRun } from "../../database/queries/run-columns.ts";
import { dropUniqueSql, saveUniqueSql, standingRunSql } from "../../database/queries/unique-run.ts";
import type { LockState } from "../../firing/run-lock.ts";
import type { Carriage } from "../arrival.ts";
import type { NewRun, Progress, Run } from "../run.ts";
import type {
  Accepted,
  AddAnswer,
  Claim,
  ClaimedRun,
  HeldClaim,
  IncomingRun,
  Outcome,
  Refusal,
  RelayedRuns,
  ReportedRuns,
  RunStore,
  RunStoreOptions,
  SweepReport,
  UnpublishedRun,
  Unreported,
} from "../run-store.ts";
import type { UniqueAnswer, UniqueRun } from "../unique-run.ts";
import { acceptRuns } from "./accept-runs.ts";
import { addNewRuns, addRuns } from "./add-runs.ts";
import { type ClaimRequest, claimRuns } from "./claim-runs.ts";
import { finishRuns } from "./finish-runs.ts";
import { HandedOut } from "./handed-out.ts";
import * as relay from "./relay-runs.ts";
import { Sweep } from "./sweep-runs.ts";

/** Rows in one transaction: 10 to 20 ms of writing, for which others wait at most. */
const BATCH = 500;

const claims = unnest({ id: "text", claim: "bigint" }, "t");
const heldClaims = unnest({ id: "text", claim: "bigint", process_id: "bigint" }, "t");

export class PostgresRunStore implements RunStore, RelayedRuns, ReportedRuns {
  readonly #pool: PostgresPool;
  readonly #sweep: Sweep;
  readonly #handedOut = new HandedOut();
  /** Says what has just been committed. */
  readonly #tell: () => void;

  /** Says that something may have to be published. */
  readonly #tellUnpublished: () => void;
  readonly #carriage: Carriage;
  /** Ends that leave nothing and that were not answered. */
  readonly #doubtedEnds = new Set<string>();

  constructor(pool: PostgresPool, tell: () => void = () => {}, options: RunStoreOptions = {}) {
    const { carriage = inDatabase, tellUnpublished = () => {} } = options;
    this.#pool = pool;
    this.#tell = tell;
    this.#tellUnpublished = tellUnpublished;
    this.#carriage = carriage;
    this.#sweep = new Sweep(pool, carriage);
  }

  async add(
    runs: readonly NewRun[],
    { publishedAt, areNew = false }: { publishedAt?: Instant; areNew?: boolean } = {},
  ): Promise<readonly AddAnswer[]> {
    if (areNew) return this.#addNew(runs);
    const options = { carriage: this.#carriage, ...(publishedAt !== undefined && { publishedAt }) };
    const answers = await inBatches(runs, (part) =>
      this.#pool.transaction((connection) => addRuns(connection, part, options)),
    );
    this.#tell();
    if (publishedAt === undefined) this.#tellUnpublished();
    return answers;
  }

  async #addNew(runs: readonly NewRun[]): Promise<readonly AddAnswer[]> {
    const { arrival } = this.#carriage;
    const written = () => {
      this.#tell();
      this.#tellUnpublished();
    };
    await this.#pool.onOne((connection) => addNewRuns(connection, runs, { arrival, written }));
    return runs.map(() => "added");
  }

  async addUnique(run: NewRun, { key, forMs }: UniqueRun): Promise<UniqueAnswer> {
    const { queuedAt: now } = run;
    const answer = await this.#pool.transaction(async (connection) => {
      // What another one has sent under this key is committed by then, and seen by the next statement.
      await lockKeys(connection, [`unique ${key}`]);
      const { rows } = await connection.query<{ id: string }>({
        name: "unique-standing",
        text: standingRunSql("$1", "$2::bigint"),
        values: [key, now],
      });
      if (rows[0] !== undefined) return { id: rows[0].id, isNew: false };
      const [added] = await addRuns(connection, [run], { carriage: this.#carriage });
      if (added === "exists" || added === "locked") return { id: run.id, isNew: false };
      const until = forMs === null ? null : now + forMs;
      await connection.query({ text: saveUniqueSql("$1", "$2", "$3"), values: [key, run.id, until] });
      await connection.query({ text: dropUniqueSql("$1", "$2::bigint"), values: [key, now] });
      return { id: run.id, isNew: true };
    });
    this.#tell();
    this.#tellUnpublished();
    return answer;
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

  begin(begun: readonly HeldClaim[], now: Instant): Promise<readonly boolean[]> {
    return inBatches(begun, async (part) => {
      const { rows } = await this.#pool.query<Claim>({
        name: "begin",
        text: `update run_live r set
            attempt = r.attempt + case when r.attempt_started_at is null then 1 else 0 end,
            attempt_started_at = coalesce(r.attempt_started_at, $4), started_at = coalesce(r.started_at, $4),
            abandon_at = case when r.attempt_started_at is null
              then $4 + substring(r.options::text from '"abandonAfterMs":(\\d+)')::bigint else r.abandon_at end
          from ${heldClaims} where ${stillHeld} and r.process_id = t.process_id returning r.id, r.claim`,
        values: [...claimArrays(part), part.map(({ processId }) => processId), now],
      });
      const begunAndHeld = new ClaimSet(rows);
      this.#handedOut.forget(part.filter((claim) => !begunAndHeld.has(claim)));
      return part.map((claim) => begunAndHeld.has(claim));
    });
  }

  async finish(outcomes: readonly Outcome[]): Promise<readonly ("done" | "retrying" | "fenced")[]> {
    let mayHaveReleased = false;
    const answers = await inBatches(outcomes, async (part) => {
      const finished = await finishRuns(this.#pool, part, this.#carriage).catch((error: unknown) => {
        for (const outcome of part) if (isUnkept(outcome)) this.#doubtedEnds.add(keyOfClaim(outcome));
        throw error;
      });
      mayHaveReleased ||= finished.mayHaveReleased;
      return this.#doubtedEnds.size === 0 ? finished.answers : this.#believed(part, finished.answers);
    });
    this.#handedOut.forget(outcomes);
    this.#tell();
    if (mayHaveReleased) this.#tellUnpublished();
    return answers;
  }

  /**
   * What leaves nothing cannot show who has ended it: where an answer was lost, and the run is gone now, it was this process. It goes on being doubted until
   * all of this is answered: whoever hears of a failure asks again.
   */
  async #believed(outcomes: readonly Outcome[], answers: readonly FinishAnswer[]): Promise<readonly FinishAnswer[]> {
    const isDoubted = outcomes.map((outcome) => this.#doubtedEnds.has(keyOfClaim(outcome)));
    const believed = await Promise.all(
      answers.map(async (answer, n) => {
        const outcome = outcomes[n];
        if (outcome === undefined || !isDoubted[n] || answer !== "fenced") return answer;
        return (await this.find(outcome.id)) === undefined ? "done" : answer;
      }),
    );
    for (const outcome of outcomes) this.#doubtedEnds.delete(keyOfClaim(outcome));
    return believed;
  }

  async endWaiting(outcome: Extract<Outcome, { kind: "final" }>): Promise<"done" | "fenced"> {
    const { id, claim, state, endedAt, error = null, result, report = false, follow = [] } = outcome;
    const ending = {
      ...{ id, claim, state, endedAt, error, report, attempt: null, attemptStartedAt: null, executed: false },
      result: result === undefined ? null : JSON.stringify(result),
    };
    const ended = await this.#pool.transaction(async (connection) => {
      const rows = await endRuns(connection, "waiting", [ending], this.#carriage);
      if (rows.length > 0 && follow.length > 0) await addRuns(connection, follow, { carriage: this.#carriage });
      return rows;
    });
    this.#tell();
    this.#tellUnpublished();
    return ended.length > 0 ? "done" : "fenced";
  }

  async giveBack(given: readonly Claim[], notBefore?: Instant): Promise<void> {
    await inBatches(given, async (part) => {
      const { rows } = await this.#pool.query<Claim>({
        text: `update run_live r set state = $3, process_id = null, available_at = coalesce($4, r.available_at), published_at = null,
            slot_key = null, turn_at = null
          from ${claims} where ${stillHeld} and r.attempt_started_at is null and r.cancel_requested_at is null
          returning r.id, r.claim`,
        values: [
          ...claimArrays(part),
          notBefore === undefined ? this.#carriage.arrival : "scheduled",
          notBefore ?? null,
        ],
      });
      const back = new ClaimSet(rows);
      await this.#cancelReserved(part.filter((claim) => !back.has(claim)));
      this.#handedOut.forget(part);
      return [];
    });
    this.#tell();
    this.#tellUnpublished();
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
    if (endings.length > 0)
      await this.#pool.transaction((connection) => endRuns(connection, "held", endings, this.#carriage));
  }

  /** They are not this process's any more, and whoever took them from it has said so in their rows. */
  forget(claims: readonly Claim[]): void {
    this.#handedOut.forget(claims);
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
      this.#pool.transaction((connection) => cancelRuns(connection, { ids: part, by, now, force }, this.#carriage)),
    );
    this.#tell();
    this.#tellUnpublished();
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
    if (total.released + total.becameReady + total.expired + total.lost > 0) {
      this.#tell();
      this.#tellUnpublished();
    }
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

  takeUnpublished({ limit, now }: { limit: number; now: Instant }): Promise<readonly UnpublishedRun[]> {
    return relay.takeUnpublished(this.#pool, Math.min(limit, BATCH), now);
  }

  async markPublished(runs: readonly Claim[], now: Instant): Promise<void> {
    await inBatches(runs, (part) => relay.markPublished(this.#pool, part, now));
  }

  async holdUnpublished(runs: readonly Claim[], now: Instant): Promise<void> {
    await inBatches(runs, (part) => relay.leaseUnpublished(this.#pool, part, now));
  }

  async leaveUnpublished(runs: readonly Claim[]): Promise<void> {
    await inBatches(runs, (part) => relay.leaseUnpublished(this.#pool, part, null));
  }

  async refuse(refusals: readonly Refusal[], now: Instant): Promise<number> {
    const refused = await inBatches(refusals, (part) => relay.refuseRuns(this.#pool, part, now, this.#carriage));
    this.#tell();
    return refused.length;
  }

  async accept({
    processId,
    now,
    messages,
  }: {
    processId: number;
    now: Instant;
    messages: readonly IncomingRun[];
  }): Promise<Accepted> {
    const isHandedOut = (claim: Claim) => this.#handedOut.has(processId, claim);
    const { value: answers, durable } = await this.#pool.committedLater((connection) =>
      inBatches(messages, (part) =>
        acceptRuns(connection, part, { processId, now, isHandedOut, arrival: this.#carriage.arrival }),
      ),
    );
    this.#handedOut.note(
      processId,
      answers.flatMap((answer) => (answer.kind === "claimed" ? answer.run : [])),
    );
    return { answers, durable };
  }

  waitingQueues(before: Instant): Promise<readonly string[]> {
    return relay.waitingQueues(this.#pool, before);
  }

  async republish({ queue, before, limit }: { queue: string; before: Instant; limit: number }): Promise<number> {
    const count = await relay.republish(this.#pool, { queue, before, limit: Math.min(limit, BATCH) });
    if (count > 0) this.#tellUnpublished();
    return count;
  }

  async reported(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    await this.#pool.query({
      name: "reported",
      text: "delete from unreported_result where run_id = any($1::text[])",
      values: [ids],
    });
  }

  async unreported({ limit, before }: { limit: number; before: Instant }): Promise<readonly Unreported[]> {
    const { rows } = await this.#pool.query<Unreported>({
      name: "unreported",
      text: `select run_id as id, ended_at as "endedAt" from unreported_result where ended_at < $1 order by ended_at limit $2`,
      values: [before, limit],
    });
    return rows;
  }
}

type FinishAnswer = "done" | "retrying" | "fenced";

function isUnkept(outcome: Outcome): boolean {
  return outcome.kind === "final" && outcome.unkept === true;
}

function claimArrays(part: readonly Claim[]): string[] {
  return arraysOf({ id: "text", claim: "bigint" }, part);
}

async function inBatches<T, R>(items: readonly T[], each: (part: readonly T[]) => Promise<readonly R[]>): Promise<R[]> {
  const answers: R[] = [];
  for (let from = 0; from < items.length; from += BATCH) {
    answers.push(...(await each(items.slice(from, from + BATCH))));
  }
  return answers;
}
