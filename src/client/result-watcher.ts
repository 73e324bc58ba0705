import type { Clock, Instant, Stop } from "../base/clock.ts";
import { messageOf } from "../base/error.ts";
import type { Logger } from "../base/logger.ts";
import type { Service } from "../base/service.ts";
import type { ResultBackend, ResultRecord, ResultWatch } from "../result/result-backend.ts";
import type { AwaitedRun, AwaitedRuns } from "../run/awaited-runs.ts";
import type { ObservedRun, ObservedRuns } from "../run/observed-runs.ts";
import { observedOf } from "./observed-result.ts";

export interface ResultWatcherParts {
  readonly results: Pick<ResultBackend, "watch" | "read">;
  readonly awaited: AwaitedRuns;
  readonly observed: ObservedRuns;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Which runs are waited for is looked up so often; what is new is subscribed to then. */
const LOOK_EVERY_MS = 1_000;
const RUNS_AT_ONCE = 500;
/** As long as there are more of them than are looked up at once, the next ones follow so soon. */
const NEXT_AFTER_MS = 100;
/** Runs whose records are pushed to this process. Those beyond, and those that our own workers may take, are only looked at in turns. */
const MOST_WATCHED = 5_000;
/** What was heard while the database was away is kept up to so many. */
const MOST_HEARD = 10_000;
/** What was told together is written together. */
const WRITE_AFTER_MS = 20;

/**
 * Brings home what became of runs that hyoshi sent and workers of another kind executed: their results, exceptions and states come from the result
 * backend into the run's record. It hears of them where the backend tells, and looks at all of them in turns, so that nothing is
 * missed. Any number of processes may do so at the same time; a run's own worker decides where it is one of ours.
 */
export class ResultWatcher implements Service {
  readonly #parts: ResultWatcherParts;
  #watch: ResultWatch | undefined;
  #watched = new Set<string>();
  #after: AwaitedRun | undefined;
  /** Those seen in this round, which become the watched ones when it is through. */
  #seen = new Set<string>();
  #heard = new Map<string, ResultRecord>();
  #stopTimer: Stop = () => {};
  #stopWriting: Stop = () => {};
  #isRunning = false;
  #work: Promise<void> = Promise.resolve();
  #failedSince: Instant | undefined;

  constructor(parts: ResultWatcherParts) {
    this.#parts = parts;
  }

  async start(): Promise<void> {
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.#watch = this.#parts.results.watch((record) => this.#hear(record));
    this.#tick(0);
  }

  /** Brings this one home at once when it ends, if a worker of another kind executes it. */
  await(id: string): void {
    if (!this.#isRunning || this.#watched.has(id) || this.#watched.size >= MOST_WATCHED) return;
    // This round may have passed it.
    this.#seen.add(id);
    this.#watched.add(id);
    this.#watch?.add(id);
  }

  async stop(): Promise<void> {
    if (!this.#isRunning) return;
    this.#isRunning = false;
    this.#stopTimer();
    this.#stopWriting();
    await this.#work;
    await this.#watch?.[Symbol.asyncDispose]();
    this.#watched = new Set();
  }

  #tick(ms: number): void {
    this.#stopTimer = this.#parts.clock.after(ms, () => {
      this.#work = this.#look().then(
        () => this.#noteWell(),
        (error: unknown) => this.#noteFailure(error),
      );
      void this.#work.then(() => {
        if (!this.#isRunning) return;
        this.#tick(this.#after === undefined || this.#failedSince !== undefined ? LOOK_EVERY_MS : NEXT_AFTER_MS);
      });
    });
  }

  /** The next part of the round: those that are new are watched, and all of them asked about. */
  async #look(): Promise<void> {
    const { awaited, results } = this.#parts;
    const runs = await awaited.list({ limit: RUNS_AT_ONCE, ...(this.#after && { after: this.#after }) });
    for (const { id, isForeign } of runs) {
      if (!isForeign || this.#seen.size >= MOST_WATCHED) continue;
      this.#seen.add(id);
      if (this.#watched.has(id)) continue;
      this.#watched.add(id);
      this.#watch?.add(id);
    }
    this.#after = runs.length < RUNS_AT_ONCE ? undefined : runs.at(-1);
    if (this.#after === undefined) this.#endRound();
    if (runs.length === 0) return;
    const records = await results.read(runs.map(({ id }) => id));
    await this.#write(records.filter((record) => record !== undefined));
  }

  /** What was not met in the whole round has ended. */
  #endRound(): void {
    for (const id of this.#watched) {
      if (this.#seen.has(id)) continue;
      this.#watched.delete(id);
      this.#watch?.remove(id);
    }
    this.#seen = new Set();
  }

  #hear(record: ResultRecord): void {
    const isFirst = this.#heard.size === 0;
    if (this.#heard.size < MOST_HEARD) this.#heard.set(record.id, record);
    if (isFirst) this.#writeHeard(WRITE_AFTER_MS);
  }

  #writeHeard(afterMs: number): void {
    if (!this.#isRunning) return;
    this.#stopWriting = this.#parts.clock.after(afterMs, () => {
      const heard = this.#heard;
      this.#heard = new Map();
      this.#write([...heard.values()]).catch((error: unknown) => {
        this.#noteFailure(error);
        // What a backend only sends (`rpc`) could not be met again.
        this.#heard = new Map([...heard, ...this.#heard]);
        this.#writeHeard(LOOK_EVERY_MS);
      });
    });
  }

  async #write(records: readonly ResultRecord[]): Promise<void> {
    const { observed, clock } = this.#parts;
    const now = clock.now();
    const runs = records
      .map((record) => observedOf(record, now))
      .filter((run): run is ObservedRun => run !== undefined);
    if (runs.length > 0) await observed.apply(runs);
  }

  #noteFailure(error: unknown): void {
    if (this.#failedSince !== undefined) return;
    this.#failedSince = this.#parts.clock.now();
    this.#parts.logger.warn(
      { err: error },
      `results of other workers cannot be read: ${messageOf(error)}; trying again until they can`,
    );
  }

  #noteWell(): void {
    if (this.#failedSince === undefined) return;
    this.#failedSince = undefined;
    this.#parts.logger.info({}, "results of other workers can be read again");
  }
}
