import type { Instant } from "../../base/clock.ts";
import type { Hold } from "../../firing/decision.ts";
import { freeSlot, keyOfSlot, type LockState, slotRange } from "../../firing/run-lock.ts";
import type { Arrival, Carriage, Reports } from "../../run/arrival.ts";
import type { FinalState, RunError } from "../../run/run.ts";
import type { Claim } from "../../run/run-store.ts";
import { type HoldRow, holdOf, holdRowSql, recordHoldSql, setHoldSql } from "../queries/hold.ts";
import { inDatabase } from "../queries/in-database.ts";
import { type LockRow, limitOf, lockRowsSql, lockState } from "../queries/lock-state.ts";
import { type LiveRow, leavesNothingSql } from "../queries/run-columns.ts";
import { droppedAs, hasSlot, type Settlement, settleFiringSql } from "../queries/settle-firing.ts";
import { tellAfterCommit } from "./busy.ts";
import type { SqliteConnection } from "./open-sqlite.ts";

/** What a run's end writes besides what its live row holds. */
export interface Ending {
  readonly id: string;
  readonly state: FinalState;
  readonly endedAt: Instant;
  readonly attempt: number | null;
  readonly attemptStartedAt: Instant | null;
  readonly result: string | null;
  readonly error: RunError | null;
  /** The name of the worker; null where none had it. */
  readonly process: string | null;
  /** Whether a result backend is to be told. Default: what the store says of ends that are no worker's doing. */
  readonly report?: Reports;
  /** Whether a worker tells of it. Default: no. */
  readonly byWorker?: boolean;
}

type DeletedRow = Pick<
  LiveRow,
  "state" | "lock_key" | "periodic_task_id" | "started_at" | "schedule_id" | "nominal_at"
>;

/** The statements that several operations share. Prepared once per connection; called inside their transactions. */
export class RunStatements {
  readonly #moveToDone;
  readonly #drop;
  readonly #dropAttempts;
  readonly #dropLog;
  readonly #deleteLive;
  readonly #firstHeld;
  readonly #lockRows;
  readonly #options;
  readonly #release;
  readonly #settleFiring;
  readonly #holdRow;
  readonly #setHold;
  readonly #recordHold;
  readonly #name;
  readonly #outcome;
  readonly #attempt;
  readonly #processName;
  readonly #names = new Map<number, string>();

  readonly #arrival: Arrival;
  readonly #reports: Reports;
  readonly #report;
  readonly #isLinked;

  readonly #tellEnded: ((id: string) => void) | undefined;

  constructor(connection: SqliteConnection, { arrival, reports, ended }: Carriage = inDatabase) {
    this.#arrival = arrival;
    this.#reports = reports;
    this.#tellEnded = ended && ((id) => tellAfterCommit(connection, ended, id));
    this.#report = connection.prepare<[string, Instant]>(`
      insert into unreported_result (run_id, ended_at) values (?, ?)
      on conflict (run_id) do update set ended_at = excluded.ended_at`);
    this.#isLinked = connection
      .prepare<[string]>(`select 1 from run_done where id = ? and wire like '%"embed"%'`)
      .pluck();
    this.#moveToDone = connection.prepare<unknown[]>(`
      insert into run_done (id, task, queue, priority, state, input, options, origin, periodic_task_id, schedule_id,
        schedule_version, nominal_at, parent_id, root_id, available_at, expires_at, queued_at, process, attempt, retries,
        started_at, attempt_started_at, ended_at, progress, result, error, wire)
      select id, task, queue, priority, ?, input, options, origin, periodic_task_id, schedule_id,
        schedule_version, nominal_at, parent_id, root_id, available_at, expires_at, queued_at, ?, coalesce(?, attempt), retries,
        coalesce(started_at, ?), coalesce(?, attempt_started_at), ?, progress, ?, ?, wire
      from run_live r where id = ?${arrival === "ready" ? ` and not (${leavesNothingSql("r", "options", "?")})` : ""}`);
    this.#drop = connection.prepare<[string, number]>(`
      delete from run_live where id = ? and claim = ? and state = 'running' and lock_key is null and cancel_requested_at is null`);
    this.#dropAttempts = connection.prepare<[string]>("delete from attempt where run_id = ?");
    this.#dropLog = connection.prepare<[string]>("delete from run_log where run_id = ?");
    this.#deleteLive = connection.prepare<[string], DeletedRow>(
      "delete from run_live where id = ? returning state, lock_key, periodic_task_id, started_at, schedule_id, nominal_at",
    );
    this.#firstHeld = connection.prepare<[string], LiveRow>(
      "select * from run_live where lock_key = ? and state = 'held' and waits_for is null order by seq limit 1",
    );
    this.#lockRows = connection.prepare<{ key: string; first: string; end: string }, LockRow>(
      lockRowsSql("@key", "@first", "@end"),
    );
    this.#options = connection.prepare<[number], string>("select options from periodic_task where id = ?").pluck();
    this.#release = connection.prepare<[string, string, number]>(
      "update run_live set state = ?, lock_key = ? where seq = ? and state = 'held'",
    );
    this.#settleFiring = connection.prepare<[string, string, number, Instant, string]>(
      settleFiringSql("?", "?", "?", "?", "?"),
    );
    this.#holdRow = connection.prepare<[number], HoldRow>(holdRowSql("?"));
    this.#setHold = connection.prepare<{ id: number; reason: string }>(setHoldSql("@id", "@reason"));
    this.#recordHold = connection.prepare<[Instant, string, string, string]>(recordHoldSql("?", "?", "?", "?"));
    this.#name = connection.prepare<[number], string>("select name from periodic_task where id = ?").pluck();
    // The periodic task's last outcome, which lists show and filter by.
    this.#outcome = connection.prepare<unknown[]>(`
      insert into periodic_task_outcome (periodic_task_id, run_id, state, ended_at, duration_ms, succeeded_at, failed_in_a_row)
      values (?, ?, ?, ?, ?, ?, ?)
      on conflict (periodic_task_id) do update set
        run_id = excluded.run_id, state = excluded.state, ended_at = excluded.ended_at, duration_ms = excluded.duration_ms,
        succeeded_at = coalesce(excluded.succeeded_at, succeeded_at),
        failed_in_a_row = case
          when excluded.state = 'succeeded' then 0
          when excluded.state in ('failed', 'lost') then failed_in_a_row + 1
          else failed_in_a_row end`);
    // A lost attempt whose worker comes back late keeps what it brought.
    this.#attempt = connection.prepare<unknown[]>(`
      insert into attempt (run_id, number, claim, process, started_at, ended_at, outcome, error, result)
      values (?, ?, ?, ?, ?, ?, ?, ?, ?)
      on conflict (run_id, number, claim) do update set
        outcome = excluded.outcome, ended_at = excluded.ended_at, error = excluded.error, result = excluded.result`);
    this.#processName = connection.prepare<[number], { name: string }>("select name from process where id = ?");
  }

  /**
   * Ends a run of which nothing is left and of which nothing but its row is there. False: it is not held, or something may wait for its end, which takes
   * {@link end}.
   */
  drop({ id, claim }: Claim): boolean {
    return this.#arrival === "ready" && this.#drop.run(id, claim).changes > 0;
  }

  /** Moves a live run to the finished ones, or away where nothing is to be left of it. What waited for its end takes its place, and a failure may hold its periodic task. */
  end(ending: Ending): void {
    const error = ending.error === null ? null : JSON.stringify(ending.error);
    const { changes } = this.#moveToDone.run(
      ending.state,
      ending.process,
      ending.attempt,
      ending.attemptStartedAt,
      ending.attemptStartedAt,
      ending.endedAt,
      ending.result,
      error,
      ending.id,
      ...(this.#arrival === "ready" ? [ending.state] : []),
    );
    if (changes === 0) {
      this.#dropAttempts.run(ending.id);
      this.#dropLog.run(ending.id);
    }
    const deleted = this.#deleteLive.get(ending.id);
    if (deleted === undefined) return;
    if (!ending.byWorker) this.#tellEnded?.(ending.id);
    const report = ending.report ?? this.#reports;
    if (report === true || (report === "linked" && this.#isLinked.get(ending.id) !== undefined)) {
      this.#report.run(ending.id, ending.endedAt);
    }
    if (deleted.periodic_task_id !== null) this.#noteOutcome(ending, deleted, deleted.periodic_task_id);
    if (deleted.lock_key === null) return;
    if (deleted.state === "held") this.settle({ ...deleted, id: ending.id }, droppedAs(ending.state, ending.error));
    const key = keyOfSlot(deleted.lock_key);
    if (key !== undefined) this.releaseHeld(key, ending.endedAt, deleted.lock_key);
  }

  #noteOutcome(ending: Ending, deleted: DeletedRow, periodicTaskId: number): void {
    const startedAt = deleted.started_at ?? ending.attemptStartedAt;
    const failed = ending.state === "failed" || ending.state === "lost";
    this.#outcome.run(
      periodicTaskId,
      ending.id,
      ending.state,
      ending.endedAt,
      startedAt === null ? null : ending.endedAt - startedAt,
      ending.state === "succeeded" ? ending.endedAt : null,
      failed ? 1 : 0,
    );
    const row = failed ? this.#holdRow.get(periodicTaskId) : undefined;
    const hold = row && holdOf(row, { runId: ending.id, at: ending.endedAt });
    if (row == null || hold == null) return;
    this.hold(periodicTaskId, hold);
  }

  lockStateOf(key: string): LockState {
    return lockState(this.#lockRows.all({ key, ...slotRange(key) }));
  }

  /** Keeps a periodic task that is not held yet from firing on, and records it. */
  hold(periodicTaskId: number, hold: Hold): void {
    const { changes } = this.#setHold.run({ id: periodicTaskId, reason: JSON.stringify(hold) });
    if (changes === 0) return;
    const name = this.#name.get(periodicTaskId) ?? "";
    this.#recordHold.run(hold.at, String(periodicTaskId), name, JSON.stringify({ heldReason: hold }));
  }

  /** Gives the slots of a lock that are free to those that wait for one, the first first. Answers how many runs had one. */
  releaseHeld(key: string, now: Instant, freed?: string): number {
    let released = 0;
    for (let held = this.#firstHeld.get(key); held !== undefined; held = this.#firstHeld.get(key)) {
      if (held.expires_at !== null && held.expires_at <= now) {
        this.endWaiting(held, "expired", now, { name: "Expired", message: "it had not begun when it expired" });
        continue;
      }
      const options = held.periodic_task_id === null ? undefined : this.#options.get(held.periodic_task_id);
      const slot = freeSlot(key, limitOf(options, freed), this.lockStateOf(key).holders);
      if (slot === undefined) break;
      this.#release.run(held.available_at > now ? "scheduled" : this.#arrival, slot, held.seq);
      this.settle(held, hasSlot);
      released += 1;
    }
    return released;
  }

  /** What becomes of the firing whose run was held. */
  settle(run: Pick<LiveRow, "id" | "schedule_id" | "nominal_at">, { verdict, reason }: Settlement): void {
    if (run.schedule_id === null || run.nominal_at === null) return;
    this.#settleFiring.run(verdict, reason, run.schedule_id, run.nominal_at, run.id);
  }

  /** Ends a run that nobody is executing. */
  endWaiting(row: Pick<LiveRow, "id">, state: FinalState, endedAt: Instant, error: RunError): void {
    this.end({ id: row.id, state, endedAt, attempt: null, attemptStartedAt: null, result: null, error, process: null });
  }

  addAttempt(attempt: {
    runId: string;
    number: number;
    claim: number;
    process: string | null;
    startedAt: Instant | null;
    endedAt: Instant;
    outcome: "retried" | "lost" | "late";
    error: RunError | null;
    result: string | null;
  }): void {
    this.#attempt.run(
      attempt.runId,
      attempt.number,
      attempt.claim,
      attempt.process,
      attempt.startedAt,
      attempt.endedAt,
      attempt.outcome,
      attempt.error === null ? null : JSON.stringify(attempt.error),
      attempt.result,
    );
  }

  /** Names never change and ids are never used again, so they are asked once. */
  processName(id: number | null): string | null {
    if (id === null) return null;
    const known = this.#names.get(id);
    if (known !== undefined) return known;
    const name = this.#processName.get(id)?.name;
    if (name === undefined) return null;
    if (this.#names.size > 1_000) this.#names.clear();
    this.#names.set(id, name);
    return name;
  }
}
