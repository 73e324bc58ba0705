import type { Clock } from "../base/clock.ts";
import type { Json } from "../base/json.ts";
import type { Logger } from "../base/logger.ts";
import type { ResultBackend } from "../result/result-backend.ts";
import type { ClaimedRun, Outcome } from "../run/run-store.ts";
import {
  type Aftermath,
  type AftermathParts,
  aftermathOf,
  hasAftermath,
  retryRecord,
  startedRecord,
} from "./aftermath.ts";
import { patiently } from "./patiently.ts";
import type { Report, Reporter } from "./reporter.ts";

export interface AfterRunsParts {
  readonly aftermath: AftermathParts;
  readonly results: ResultBackend | undefined;
  readonly reporter: Pick<Reporter, "add"> | undefined;
  /** Whether the result backend is told that a run has begun (Celery's `track_started`). */
  readonly trackStarted: boolean;
  readonly pid: number;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly failing: (error: unknown) => void;
}

const nothing: Aftermath = { follow: [], chords: [], records: [], counted: [] };

export type Final = Outcome & { readonly kind: "final" };

/**
 * What a worker does because of a run's end: what follows it is handed to the store with the end, in one transaction; what is told to the result backend
 * is told after that.
 */
export class AfterRuns {
  readonly #parts: AfterRunsParts;
  /** What is to be told of outcomes that are being written. */
  readonly #reports = new WeakMap<Outcome, Report>();
  #hasWarned = false;

  constructor(parts: AfterRunsParts) {
    this.#parts = parts;
  }

  started(run: ClaimedRun): void {
    const { trackStarted, aftermath, pid } = this.#parts;
    if (trackStarted) this.#tell(run.id, startedRecord(run, pid, aftermath));
  }

  /**
   * The outcome with what follows it. Waits only where a chord begins: its size is told before any of its members is sent.
   *
   * @param children the ids of the runs that the task has sent
   */
  of(run: ClaimedRun, outcome: Outcome, children: readonly string[]): Outcome | Promise<Outcome> {
    const { aftermath } = this.#parts;
    if (!hasAftermath(run, aftermath)) return outcome;
    if (outcome.kind === "final") return this.#final(run, outcome, children);
    const record = outcome.handedBack ? undefined : retryRecord(run, outcome.error, aftermath);
    if (record !== undefined) this.#reports.set(outcome, { ...reportOf(run.id, null), records: [record] });
    return outcome;
  }

  /** The same for a run that was there to look at a chord. */
  ofUnlock(run: ClaimedRun, outcome: Final, chord: Aftermath): Outcome | Promise<Outcome> {
    return this.#final(run, outcome, [], chord);
  }

  /** Told of each outcome that is written. */
  written(outcome: Outcome, answer: "done" | "retrying" | "fenced"): void {
    const report = this.#reports.get(outcome);
    // A retry that has ended all the same was cancelled, and is noted.
    const isMeant = answer === (outcome.kind === "final" ? "done" : "retrying");
    if (report !== undefined && isMeant) this.#parts.reporter?.add(report);
  }

  /** @param chord what follows because the run has found a chord to be complete */
  #final(
    run: ClaimedRun,
    outcome: Final,
    children: readonly string[],
    chord: Aftermath = nothing,
  ): Outcome | Promise<Outcome> {
    const { aftermath, results, reporter } = this.#parts;
    // Revoked before it was called, or while.
    const end = { ...outcome, hadBegun: outcome.error?.name !== "TaskRevokedError" };
    const sent = children.map((id): Json => [[id, null], null]);
    const own = aftermathOf(run, end, sent, aftermath);
    const [follow, chords] = [
      [...own.follow, ...chord.follow],
      [...own.chords, ...chord.chords],
    ];
    const [records, counted] = [
      [...own.records, ...chord.records],
      [...own.counted, ...chord.counted],
    ];
    const isTold = reporter !== undefined && records.length + counted.length > 0;
    if (reporter === undefined && counted.length + chords.length > 0) this.#warn();
    const whole: Final = {
      ...outcome,
      ...(follow.length > 0 && { follow }),
      ...(isTold && { report: true }),
    };
    if (isTold) this.#reports.set(whole, { ...reportOf(run.id, run.unrecorded ? "message" : "row"), records, counted });
    if (chords.length === 0 || results === undefined) return whole;
    return this.#startChords(chords, results).then(() => whole);
  }

  async #startChords(chords: ReturnType<typeof aftermathOf>["chords"], results: ResultBackend): Promise<void> {
    const { clock, failing } = this.#parts;
    for (const { groupId, size, members } of chords) {
      await patiently(() => results.startChord(groupId, size, members), clock, failing);
    }
  }

  #tell(runId: string, record: Report["records"][number] | undefined): void {
    if (record !== undefined) this.#parts.reporter?.add({ ...reportOf(runId, null), records: [record] });
  }

  #warn(): void {
    if (this.#hasWarned) return;
    this.#hasWarned = true;
    this.#parts.logger.warn(
      {},
      "a chord's member has run here, and there is no result backend to count it: the chord's body waits for ever; name the clients' one as 'results'",
    );
  }
}

function reportOf(runId: string, notedBy: Report["notedBy"]): Report {
  return { runId, notedBy, records: [], counted: [] };
}
