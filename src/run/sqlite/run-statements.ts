import type { Instant } from "../../base/clock.ts";
import type { LiveRow } from "../../database/queries/run-columns.ts";
import type { SqliteConnection } from "../../database/sqlite/open-sqlite.ts";
import type { FinalState, RunError } from "../run.ts";

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
}

/** The statements that several operations share. Prepared once per connection; called inside their transactions. */
export class RunStatements {
  readonly #moveToDone;
  readonly #deleteLive;
  readonly #outcome;
  readonly #attempt;
  readonly #processName;
  readonly #names = new Map<number, string>();

  constructor(connection: SqliteConnection) {
    this.#moveToDone = connection.prepare<unknown[]>(`
      insert into run_done (id, task, queue, priority, state, input, options, origin, periodic_task_id, schedule_id,
        schedule_version, nominal_at, parent_id, root_id, available_at, expires_at, queued_at, process, attempt, retries,
        started_at, attempt_started_at, ended_at, progress, result, error)
      select id, task, queue, priority, ?, input, options, origin, periodic_task_id, schedule_id,
        schedule_version, nominal_at, parent_id, root_id, available_at, expires_at, queued_at, ?, coalesce(?, attempt), retries,
        coalesce(started_at, ?), coalesce(?, attempt_started_at), ?, progress, ?, ?
      from run_live where id = ?`);
    this.#deleteLive = connection.prepare<[string], { periodic_task_id: number | null; started_at: number | null }>(
      "delete from run_live where id = ? returning periodic_task_id, started_at",
    );
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

  /** Moves a live run to the finished ones. */
  end(ending: Ending): void {
    const error = ending.error === null ? null : JSON.stringify(ending.error);
    this.#moveToDone.run(
      ending.state,
      ending.process,
      ending.attempt,
      ending.attemptStartedAt,
      ending.attemptStartedAt,
      ending.endedAt,
      ending.result,
      error,
      ending.id,
    );
    const deleted = this.#deleteLive.get(ending.id);
    if (deleted?.periodic_task_id == null) return;
    const startedAt = deleted.started_at ?? ending.attemptStartedAt;
    this.#outcome.run(
      deleted.periodic_task_id,
      ending.id,
      ending.state,
      ending.endedAt,
      startedAt === null ? null : ending.endedAt - startedAt,
      ending.state === "succeeded" ? ending.endedAt : null,
      ending.state === "failed" || ending.state === "lost" ? 1 : 0,
    );
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
