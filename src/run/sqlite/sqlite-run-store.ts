import type { Instant } from "../../base/clock.ts";
import { inDatabase } from "../../database/queries/in-database.ts";
import { type DoneRow, doneRun, type LiveRow, liveRun } from "../../database/queries/run-columns.ts";
import { dropUniqueSql, saveUniqueSql, standingRunSql } from "../../database/queries/unique-run.ts";
import { writeTransaction } from "../../database/sqlite/busy.ts";
import { type CancelRun, prepareCancelRun } from "../../database/sqlite/cancel-run.ts";
import { prepareInsertRun } from "../../database/sqlite/insert-run.ts";
import type { SqliteConnection } from "../../database/sqlite/open-sqlite.ts";
import { RunStatements } from "../../database/sqlite/run-statements.ts";
import type { LockState } from "../../firing/run-lock.ts";
import type { Arrival } from "../arrival.ts";
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
import { type AcceptRun, prepareAcceptRun } from "./accept-runs.ts";
import { type AddRun, prepareAddRun } from "./add-runs.ts";
import { type ClaimRuns, prepareClaimRuns } from "./claim-runs.ts";
import { type FinishRun, prepareFinishRun } from "./finish-runs.ts";
import { prepareRelay, type RelayStatements } from "./relay-runs.ts";
import { prepareSweep, type Sweep } from "./sweep-runs.ts";

/** Rows in one transaction: about 5 ms of writing, after which other processes get their turn. */
const BATCH = 500;

export class SqliteRunStore implements RunStore, RelayedRuns, ReportedRuns {
  readonly #connection: SqliteConnection;
  readonly #add: AddRun;
  readonly #lockState;
  readonly #standing;
  readonly #saveUnique;
  readonly #dropUnique;
  readonly #endWaiting: (outcome: Extract<Outcome, { kind: "final" }>) => "done" | "fenced";
  readonly #claim: ClaimRuns;
  readonly #finish: FinishRun;
  readonly #cancel: CancelRun;
  readonly #sweep: Sweep;
  readonly #begin;
  readonly #giveBack;
  readonly #cancelWaiting;
  readonly #progress;
  readonly #hasReady;
  readonly #asked;
  readonly #held;
  readonly #nextScheduled;
  readonly #findLive;
  readonly #findDone;
  /** Says on this process what it has just committed; other processes see the file change. */
  readonly #tell: () => void;
  readonly #arrival: Arrival;
  readonly #relay: RelayStatements;
  readonly #accept: AcceptRun;
  readonly #reported;
  readonly #unreported;

  constructor(connection: SqliteConnection, tell: () => void = () => {}, options: RunStoreOptions = {}) {
    const { carriage = inDatabase, tellUnpublished } = options;
    const { arrival } = carriage;
    this.#connection = connection;
    this.#arrival = arrival;
    this.#tell = () => {
      tell();
      // A look costs next to nothing here.
      tellUnpublished?.();
    };
    const statements = new RunStatements(connection, carriage);
    this.#claim = prepareClaimRuns(connection);
    this.#cancel = prepareCancelRun(connection, statements);
    this.#add = prepareAddRun(connection, prepareInsertRun(connection, statements, this.#cancel, arrival));
    this.#finish = prepareFinishRun(connection, statements, this.#add, this.#cancel);
    const waiting = connection.prepare<[string, number], unknown>(
      "select 1 from run_live where id = ? and claim = ? and state = 'scheduled'",
    );
    this.#endWaiting = ({ id, claim, state, endedAt, result, error = null, report = false, follow = [] }) => {
      if (waiting.get(id, claim) === undefined) return "fenced";
      const kept = result === undefined ? null : JSON.stringify(result);
      const nobody = { attempt: null, attemptStartedAt: null, process: null };
      statements.end({ id, state, endedAt, error, report, result: kept, ...nobody });
      for (const run of follow) this.#add(run);
      return "done";
    };
    this.#standing = connection.prepare<{ key: string; now: Instant }, string>(standingRunSql("@key", "@now")).pluck();
    this.#saveUnique = connection.prepare<{ key: string; id: string; until: Instant | null }>(
      saveUniqueSql("@key", "@id", "@until"),
    );
    this.#dropUnique = connection.prepare<{ key: string; now: Instant }>(dropUniqueSql("@key", "@now"));
    this.#lockState = (key: string) => statements.lockStateOf(key);
    this.#sweep = prepareSweep(connection, statements, arrival);
    this.#relay = prepareRelay(connection, statements);
    this.#accept = prepareAcceptRun(connection, this.#add);
    this.#reported = connection.prepare<[string]>("delete from unreported_result where run_id = ?");
    this.#unreported = connection.prepare<[Instant, number], Unreported>(
      "select run_id as id, ended_at as endedAt from unreported_result where ended_at < ? order by ended_at limit ?",
    );
    this.#begin = connection.prepare<[Instant, Instant, Instant, string, number]>(`
      update run_live set attempt = attempt + 1, attempt_started_at = ?, started_at = coalesce(started_at, ?),
        abandon_at = ? + json_extract(options, '$.abandonAfterMs')
      where id = ? and claim = ? and state = 'running' and attempt_started_at is null`);
    this.#giveBack = connection.prepare<[string, Instant | null, string, number]>(`
      update run_live set state = ?, process_id = null, available_at = coalesce(?, available_at), published_at = null,
        slot_key = null, turn_at = null
      where id = ? and claim = ? and state = 'running' and attempt_started_at is null and cancel_requested_at is null`);
    this.#cancelWaiting = (claim: Claim) => {
      const row = this.#held.get(claim.id, claim.claim);
      if (row?.cancel_requested_at == null || row.attempt_started_at !== null) return;
      statements.endWaiting(row, "cancelled", row.cancel_requested_at, {
        name: "Cancelled",
        message: `cancelled by ${row.cancel_requested_by}`,
      });
    };
    this.#progress = connection.prepare<[string, string, number]>(
      "update run_live set progress = ? where id = ? and claim = ? and state = 'running'",
    );
    this.#hasReady = connection
      .prepare<[string]>("select 1 from run_live where state = 'ready' and queue = ? limit 1")
      .pluck();
    this.#asked = connection.prepare<[number], Claim>(
      "select id, claim from run_live where process_id = ? and cancel_requested_at is not null",
    );
    this.#held = connection.prepare<[string, number], LiveRow>(
      "select * from run_live where id = ? and claim = ? and state = 'running'",
    );
    this.#nextScheduled = connection
      .prepare<[], number | null>("select min(available_at) from run_live where state = 'scheduled'")
      .pluck();
    this.#findLive = connection.prepare<[string], LiveRow & { worker: string | null }>(
      "select run_live.*, process.name as worker from run_live left join process on process.id = process_id where run_live.id = ?",
    );
    this.#findDone = connection.prepare<[string], DoneRow>("select * from run_done where id = ?");
  }

  async add(runs: readonly NewRun[], { publishedAt }: { publishedAt?: Instant } = {}): Promise<readonly AddAnswer[]> {
    const answers = await this.#inBatches(runs, (run) => this.#add(run, publishedAt));
    this.#tell();
    return answers;
  }

  async addUnique(run: NewRun, { key, forMs }: UniqueRun): Promise<UniqueAnswer> {
    const { queuedAt: now } = run;
    const answer = await writeTransaction(this.#connection, () => {
      const standing = this.#standing.get({ key, now });
      if (standing !== undefined) return { id: standing, isNew: false };
      const added = this.#add(run);
      if (added === "exists" || added === "locked") return { id: run.id, isNew: false };
      this.#saveUnique.run({ key, id: run.id, until: forMs === null ? null : now + forMs });
      this.#dropUnique.run({ key, now });
      return { id: run.id, isNew: true };
    });
    this.#tell();
    return answer;
  }

  async lockState(key: string): Promise<LockState> {
    return this.#lockState(key);
  }

  async claim(request: {
    processId: number;
    queues: readonly string[];
    limit: number;
    now: Instant;
  }): Promise<readonly ClaimedRun[]> {
    // A look without the lock: idle workers woken by each other's commits must not queue up for it.
    if (!request.queues.some((queue) => this.#hasReady.get(queue) !== undefined)) return [];
    return writeTransaction(this.#connection, () => this.#claim({ ...request, limit: Math.min(request.limit, BATCH) }));
  }

  begin(claims: readonly HeldClaim[], now: Instant): Promise<readonly boolean[]> {
    return this.#inBatches(claims, ({ id, claim, processId }) => {
      if (this.#held.get(id, claim)?.process_id !== processId) return false;
      this.#begin.run(now, now, now, id, claim);
      return true;
    });
  }

  async finish(outcomes: readonly Outcome[]): Promise<readonly ("done" | "retrying" | "fenced")[]> {
    const answers = await this.#inBatches(outcomes, this.#finish);
    this.#tell();
    return answers;
  }

  async endWaiting(outcome: Extract<Outcome, { kind: "final" }>): Promise<"done" | "fenced"> {
    const [answer] = await this.#inBatches([outcome], this.#endWaiting);
    this.#tell();
    return answer ?? "fenced";
  }

  async giveBack(claims: readonly Claim[], notBefore?: Instant): Promise<void> {
    const state = notBefore === undefined ? this.#arrival : "scheduled";
    await this.#inBatches(claims, (claim) => {
      const { changes } = this.#giveBack.run(state, notBefore ?? null, claim.id, claim.claim);
      if (changes === 0) this.#cancelWaiting(claim);
    });
    this.#tell();
  }

  async progress(claim: Claim, progress: Progress): Promise<void> {
    await writeTransaction(this.#connection, () => {
      this.#progress.run(JSON.stringify(progress), claim.id, claim.claim);
    });
  }

  async cancel(request: { ids: readonly string[]; by: string; now: Instant; force?: boolean }) {
    const { by, now, force = false } = request;
    const answers = await this.#inBatches(request.ids, (id) => this.#cancel({ id, by, now, force }));
    this.#tell();
    return answers;
  }

  async cancelled(processId: number, claims: readonly Claim[]): Promise<readonly Claim[]> {
    const asked = new Set(this.#asked.all(processId).map((row) => row.id));
    return claims.filter(({ id, claim }) => asked.has(id) || this.#held.get(id, claim)?.process_id !== processId);
  }

  async sweep(now: Instant): Promise<SweepReport> {
    const total = { released: 0, becameReady: 0, expired: 0, lost: 0 };
    while (this.#sweep.isNeeded(now)) {
      const { more, ...report } = await writeTransaction(this.#connection, () => this.#sweep.batch(now)).catch(
        (error: unknown) => {
          this.#sweep.failed();
          throw error;
        },
      );
      for (const key of ["released", "becameReady", "expired", "lost"] as const) total[key] += report[key];
      if (!more) break;
      await yielded();
    }
    if (total.released + total.becameReady + total.expired + total.lost > 0) this.#tell();
    return total;
  }

  async nextScheduledAt(): Promise<Instant | undefined> {
    return this.#nextScheduled.get() ?? undefined;
  }

  async find(id: string): Promise<Run | undefined> {
    const live = this.#findLive.get(id);
    if (live !== undefined) return liveRun(live);
    const done = this.#findDone.get(id);
    return done === undefined ? undefined : doneRun(done);
  }

  async takeUnpublished({ limit, now }: { limit: number; now: Instant }): Promise<readonly UnpublishedRun[]> {
    if (!this.#relay.hasUnpublished()) return [];
    return writeTransaction(this.#connection, () => this.#relay.take(Math.min(limit, BATCH), now));
  }

  async markPublished(runs: readonly Claim[], now: Instant): Promise<void> {
    await this.#inBatches(runs, (run) => this.#relay.markPublished(run, now));
  }

  async holdUnpublished(runs: readonly Claim[], now: Instant): Promise<void> {
    await this.#inBatches(runs, (run) => this.#relay.hold(run, now));
  }

  async leaveUnpublished(runs: readonly Claim[]): Promise<void> {
    await this.#inBatches(runs, (run) => this.#relay.leave(run));
  }

  async refuse(refusals: readonly Refusal[], now: Instant): Promise<number> {
    const refused = await this.#inBatches(refusals, (refusal) => this.#relay.refuse(refusal, now));
    this.#tell();
    return refused.filter((isRefused) => isRefused).length;
  }

  async accept(request: { processId: number; now: Instant; messages: readonly IncomingRun[] }): Promise<Accepted> {
    const { processId, now, messages } = request;
    const answers = await this.#inBatches(messages, (message) => this.#accept(message, processId, now));
    return { answers, durable: Promise.resolve() };
  }

  async waitingQueues(before: Instant): Promise<readonly string[]> {
    return this.#relay.waitingQueues(before);
  }

  async republish({ queue, before, limit }: { queue: string; before: Instant; limit: number }): Promise<number> {
    const count = await writeTransaction(this.#connection, () =>
      this.#relay.republish(queue, before, Math.min(limit, BATCH)),
    );
    if (count > 0) this.#tell();
    return count;
  }

  async reported(ids: readonly string[]): Promise<void> {
    await this.#inBatches(ids, (id) => void this.#reported.run(id));
  }

  async unreported({ limit, before }: { limit: number; before: Instant }): Promise<readonly Unreported[]> {
    return this.#unreported.all(before, limit);
  }

  async #inBatches<T, R>(items: readonly T[], each: (item: T) => R): Promise<R[]> {
    const answers: R[] = [];
    for (let from = 0; from < items.length; from += BATCH) {
      if (from > 0) await yielded();
      const part = items.slice(from, from + BATCH);
      answers.push(...(await writeTransaction(this.#connection, () => part.map(each))));
    }
    return answers;
  }
}

/** Lets timers, sockets and other processes' writes have their turn. */
function yielded(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
