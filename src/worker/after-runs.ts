import type { Clock } from "../base/clock.ts";
import type { Json } from "../base/json.ts";
import type { Logger } from "../base/logger.ts";
import type { Random } from "../base/random.ts";
import type { Service } from "../base/service.ts";
import type { ChordCounter, ResultBackend } from "../result/result-backend.ts";
import type { RunArchive } from "../run/run-archive.ts";
import type { ClaimedRun, Outcome, ReportedRuns, RunStore } from "../run/run-store.ts";
import type { TaskRegistry } from "../task/registry.ts";
import {
  type Aftermath,
  type AftermathParts,
  aftermathOf,
  hasAftermath,
  retryRecord,
  startedRecord,
} from "./aftermath.ts";
import { lookAtChord } from "./chord-unlock.ts";
import { Destinations, type WhereTasksWait } from "./destinations.ts";
import { patiently } from "./patiently.ts";
import { LOOK_AGAIN_MS, readReplaced } from "./replaced-run.ts";
import { isAway, type Report, Reporter } from "./reporter.ts";
import { runError } from "./run-error.ts";

/** Who is told of results besides the store, and who counts chords. */
export interface WorkerReporting {
  /** Undefined: nobody is told. */
  readonly results: ResultBackend | undefined;
  readonly chords: ChordCounter;
  readonly runs: ReportedRuns;
  /** Keeps what ends without having begun. */
  readonly archive: Pick<RunArchive, "add">;
  /** Where runs wait that follow others, of tasks that this process does not have. Default: with those that they follow. */
  readonly elsewhere?: WhereTasksWait;
  /** Whether it is told that a run has begun (Celery's `track_started`). Default: false. */
  readonly trackStarted?: boolean;
}

export interface AfterRunsParts {
  readonly runs: RunStore;
  readonly reporting: WorkerReporting | undefined;
  /** Which end of the priorities in Celery's signatures comes first on the project's broker. */
  readonly priorities: AftermathParts["priorities"] | undefined;
  readonly registry: TaskRegistry;
  /** `name@host` of the worker. */
  readonly node: string;
  readonly pid: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly failing: (error: unknown) => void;
}

type Final = Outcome & { readonly kind: "final" };

const nothing: Aftermath = { follow: [], unplaced: new Map(), chords: [], records: [], counted: [], unreached: [] };
/** A result backend that is away is asked for a chord's members again after so long. */
const UNLOCK_AGAIN_MS = 5_000;

/**
 * What a worker does because of a run's end: what follows it is handed to the store with the end, in one transaction; what is told to the result backend
 * is told after that.
 */
export class AfterRuns implements Service {
  readonly #parts: AfterRunsParts;
  readonly #aftermath: AftermathParts;
  readonly #destinations: Destinations;
  readonly #results: ResultBackend | undefined;
  readonly #chords: ChordCounter | undefined;
  readonly #reporter: Reporter | undefined;
  /** What is to be told of outcomes that are being written. */
  readonly #reports = new WeakMap<Outcome, Report>();
  #hasWarned = false;

  constructor(parts: AfterRunsParts) {
    const { runs, reporting, priorities, registry, node, clock, random, failing } = parts;
    this.#parts = parts;
    this.#results = reporting?.results;
    this.#chords = reporting?.chords;
    this.#destinations = new Destinations({ registry, elsewhere: reporting?.elsewhere, clock });
    this.#aftermath = {
      results: reporting?.results,
      node,
      destinationOf: (task) => this.#destinations.of(task),
      ...(priorities !== undefined && { priorities }),
    };
    if (reporting === undefined) return;
    const reported = reportedRuns(runs, reporting.runs);
    this.#reporter = new Reporter({
      ...{ results: reporting.results, chords: reporting.chords, archive: reporting.archive },
      ...{ runs: reported, aftermath: this.#aftermath, destinations: this.#destinations },
      ...{ clock, random, failing },
    });
  }

  async start(): Promise<void> {
    await this.#reporter?.start();
  }

  /** To be called when all outcomes are written. */
  async stop(): Promise<void> {
    await this.#reporter?.stop();
  }

  started(run: ClaimedRun): void {
    const { reporting, pid } = this.#parts;
    if (!reporting?.trackStarted) return;
    const record = startedRecord(run, pid, this.#aftermath);
    if (record !== undefined) this.#reporter?.add({ ...reportOf(run.id, null), records: [record] });
  }

  /**
   * The outcome with what follows it. Waits only where a chord begins, whose size is told before any of its members is sent, and where a task follows that this process does not
   * have: its queue is asked for.
   *
   * @param children the ids of the runs that the task has sent
   */
  of(run: ClaimedRun, outcome: Outcome, children: readonly string[]): Outcome | Promise<Outcome> {
    if (!hasAftermath(run, this.#aftermath)) return outcome;
    if (outcome.kind === "final") return this.#final(run, outcome, children);
    const record = outcome.handedBack || outcome.lost ? undefined : retryRecord(run, outcome.error, this.#aftermath);
    if (record !== undefined) this.#reports.set(outcome, { ...reportOf(run.id, null), records: [record] });
    return outcome;
  }

  /** Told of each outcome that is written. */
  written(outcome: Outcome, answer: "done" | "retrying" | "fenced"): void {
    const report = this.#reports.get(outcome);
    // A retry that has ended all the same was cancelled, and is noted.
    const isMeant = answer === (outcome.kind === "final" ? "done" : "retrying");
    if (report !== undefined && isMeant) this.#reporter?.add(report);
  }

  /** Executes Celery's `chord_unlock`: looks whether a chord is complete; `waitMs`: it is not, and is to be looked at again then. Never fails. */
  async unlock(run: ClaimedRun): Promise<{ readonly waitMs: number } | { readonly outcome: Outcome }> {
    const { id, claim, attempt } = run;
    const startedAt = this.#parts.clock.now();
    const times = () => ({ id, claim, attempt, startedAt, endedAt: this.#parts.clock.now() });
    try {
      const look = await lookAtChord(run, this.#results, this.#aftermath, startedAt);
      if (look.kind === "wait") return { waitMs: look.ms };
      const outcome = { ...times(), kind: "final", state: "succeeded" } as const;
      return { outcome: await this.#final(run, outcome, [], look.aftermath) };
    } catch (error) {
      if (isAway(error)) return { waitMs: UNLOCK_AGAIN_MS };
      const outcome = { ...times(), kind: "final", state: "failed", error: runError(error) } as const;
      return { outcome: await this.#final(run, outcome, []) };
    }
  }

  /** Tells a run of the end of what was sent in its place: it ends as that did. Never fails. */
  async replaced(told: ClaimedRun): Promise<{ readonly waitMs: number } | { readonly outcome: Outcome }> {
    const { id, claim, attempt } = told;
    const { runs, clock, failing } = this.#parts;
    const startedAt = clock.now();
    try {
      const read = await readReplaced(told, runs, clock);
      if (read.kind === "later") return { waitMs: LOOK_AGAIN_MS };
      if (read.kind === "end") {
        const whole = (await this.of(read.run, read.outcome, [])) as Final;
        const answer = await runs.endWaiting(whole);
        this.written(whole, answer);
      }
    } catch (error) {
      failing(error);
      return { waitMs: UNLOCK_AGAIN_MS };
    }
    return { outcome: { id, claim, attempt, startedAt, endedAt: clock.now(), kind: "final", state: "succeeded" } };
  }

  /** @param chord what follows because the run has found a chord to be complete */
  #final(
    run: ClaimedRun,
    outcome: Final,
    children: readonly string[],
    chord: Aftermath = nothing,
  ): Outcome | Promise<Outcome> {
    // Revoked before it was called, or while.
    const end = { ...outcome, hadBegun: outcome.error?.name !== "TaskRevokedError" };
    const sent = children.map((id): Json => [[id, null], null]);
    const own = this.#readable(run, end, sent);
    const after: Aftermath = {
      follow: [...own.follow, ...chord.follow],
      unplaced: new Map([...own.unplaced, ...chord.unplaced]),
      chords: [...own.chords, ...chord.chords],
      records: [...own.records, ...chord.records],
      counted: [...own.counted, ...chord.counted],
      unreached: [...own.unreached, ...chord.unreached],
    };
    if (after.unplaced.size === 0) return this.#with(after, run, outcome);
    const { clock, failing } = this.#parts;
    return patiently(() => this.#destinations.placed(after), clock, failing).then((placed) =>
      this.#with(placed, run, outcome),
    );
  }

  #with(after: Aftermath, run: ClaimedRun, outcome: Final): Outcome | Promise<Outcome> {
    const { follow, chords, records, counted, unreached } = after;
    const isTold = this.#reporter !== undefined && records.length + counted.length + unreached.length > 0;
    if (this.#reporter === undefined && counted.length + chords.length > 0) this.#warn();
    const whole: Final = { ...outcome, ...(follow.length > 0 && { follow }), ...(isTold && { report: true }) };
    if (isTold)
      this.#reports.set(whole, {
        ...reportOf(run.id, run.unrecorded ? "message" : "row"),
        ...{ records, counted, unreached },
      });
    if (chords.length === 0 || this.#chords === undefined) return whole;
    return this.#startChords(chords, this.#chords).then(() => whole);
  }

  /** What a client has written there may be anything: a run ends all the same. */
  #readable(run: ClaimedRun, end: Parameters<typeof aftermathOf>[1], sent: readonly Json[]): Aftermath {
    try {
      return aftermathOf(run, end, sent, this.#aftermath);
    } catch (error) {
      this.#parts.logger.error(
        { err: error, runId: run.id },
        "what follows a run cannot be read from its message, and is left out",
      );
      const { embed: _embed, ...wire } = run.wire ?? {};
      return aftermathOf({ ...run, wire }, end, sent, this.#aftermath);
    }
  }

  async #startChords(started: Aftermath["chords"], counter: ChordCounter): Promise<void> {
    const { clock, failing } = this.#parts;
    for (const { groupId, size, members } of started) {
      await patiently(() => counter.startChord(groupId, size, members), clock, failing);
    }
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
  return { runId, notedBy, records: [], counted: [], unreached: [] };
}

function reportedRuns(runs: RunStore, reported: ReportedRuns): Pick<RunStore, "add" | "find"> & ReportedRuns {
  return {
    add: (added) => runs.add(added),
    find: (id) => runs.find(id),
    reported: (ids) => reported.reported(ids),
    unreported: (request) => reported.unreported(request),
  };
}
