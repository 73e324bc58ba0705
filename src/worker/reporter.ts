import type { Clock, Stop } from "../base/clock.ts";
import { isHyoshiError } from "../base/error.ts";
import type { Random } from "../base/random.ts";
import type { Service } from "../base/service.ts";
import { failureOf } from "../result/join-chord.ts";
import type { ChordCounter, ResultBackend } from "../result/result-backend.ts";
import { isFinal } from "../run/run.ts";
import type { RunArchive } from "../run/run-archive.ts";
import type { ReportedRuns, RunStore } from "../run/run-store.ts";
import { type Aftermath, type AftermathParts, aftermathOf, aftermathOfChord, type CountedEnd } from "./aftermath.ts";
import type { Destinations } from "./destinations.ts";

export interface ReporterParts {
  /** Undefined: nobody is told of results. */
  readonly results: Pick<ResultBackend, "store"> | undefined;
  readonly chords: ChordCounter;
  readonly archive: Pick<RunArchive, "add">;
  readonly runs: Pick<RunStore, "add" | "find"> & ReportedRuns;
  readonly aftermath: AftermathParts;
  readonly destinations: Pick<Destinations, "placed">;
  readonly clock: Clock;
  readonly random: Random;
  /** Told of each failure; what failed is done again. */
  readonly failing: (error: unknown) => void;
}

/** What is to be told of a run. */
export interface Report extends Pick<Aftermath, "records" | "counted" | "unreached"> {
  readonly runId: string;
  /**
   * What remembers that it is to be told, and wants to know when it was: a row of the store's, which another worker finds, or the run's message, which
   * is acknowledged then. Null: nothing does.
   */
  readonly notedBy: "row" | "message" | null;
}

const REPORTS_AT_ONCE = 200;
/** So many of these are on their way at the same time: while one is answered, the next ones travel. */
const UNDER_WAY = 3;
/** Chords that are counted at the same time. */
const COUNTED_AT_ONCE = 20;
/** What is noted waits in the database, and not in memory, beyond so many. */
const MOST_WAITING = 10_000;
const LOOK_EVERY_MS = 1_000;
/** What has ended so long ago and was not told is somebody's who has died. */
const LEFT_AFTER_MS = 1_000;
/** Several processes look for what was left: each takes a part of these. */
const LEFT_LOOKED_AT = 1_000;
/** After so many it looks again a second later: what the backend refuses stays where it is, and is met each time. */
const ROUNDS_AT_ONCE = 50;
const FIRST_WAIT_MS = 50;
const LONGEST_WAIT_MS = 2_000;

/**
 * Tells the result backend what became of runs, after their end is committed: stores the records, counts the members of chords, and sends the bodies of
 * chords that are complete. What was noted with a run's end is told until the backend has it: by the worker that ended it or, when that has
 * died, by any other. All of it may be told twice, and means the same then.
 */
export class Reporter implements Service {
  readonly #parts: ReporterParts;
  readonly #waiting: Report[] = [];
  /** Waiting, or being told. */
  readonly #mine = new Set<string>();
  #telling: Promise<void> | undefined;
  #looking: Promise<void> = Promise.resolve();
  #isRunning = false;
  #stopTimer: Stop = () => {};

  constructor(parts: ReporterParts) {
    this.#parts = parts;
  }

  async start(): Promise<void> {
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.#tick();
  }

  /** Resolves when all that was added was told, or tried once more in vain: others tell then what is noted. */
  async stop(): Promise<void> {
    this.#isRunning = false;
    this.#stopTimer();
    await this.#looking;
    await this.#telling;
  }

  add(report: Report): void {
    if (report.notedBy === "row") {
      if (this.#waiting.length >= MOST_WAITING) return;
      this.#mine.add(report.runId);
    }
    this.#waiting.push(report);
    this.#telling ??= this.#tellAll();
  }

  async #tellAll(): Promise<void> {
    // All that ends in one turn of the event loop is told together.
    await new Promise<void>((resolve) => setImmediate(resolve));
    const underWay: { readonly reports: readonly Report[]; readonly told: Promise<void> }[] = [];
    while (this.#waiting.length > 0 || underWay.length > 0) {
      while (this.#waiting.length > 0 && underWay.length < UNDER_WAY) {
        const reports = this.#waiting.splice(0, REPORTS_AT_ONCE);
        const told = this.#tell(reports);
        // Looked at when its turn comes.
        told.catch(() => {});
        underWay.push({ reports, told });
      }
      try {
        await underWay[0]?.told;
        this.#done(underWay.shift()?.reports ?? []);
      } catch {
        // Told again one after the other: what was told first of a run must not be the last that is heard of it.
        await Promise.allSettled(underWay.map(({ told }) => told));
        for (const { reports } of underWay.splice(0)) {
          await this.#tellPatiently(reports);
          this.#done(reports);
        }
      }
    }
    this.#telling = undefined;
  }

  #done(reports: readonly Report[]): void {
    for (const { runId } of reports) this.#mine.delete(runId);
  }

  async #tellPatiently(reports: readonly Report[]): Promise<void> {
    for (let wait = FIRST_WAIT_MS; ; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
      try {
        await this.#tell(reports);
        return;
      } catch (error) {
        this.#parts.failing(error);
        if (!isAway(error)) return this.#tellApart(reports);
      }
      if (!this.#isRunning) return;
      await new Promise<void>((resolve) => {
        this.#parts.clock.after(wait, resolve);
      });
    }
  }

  /** One that the backend refuses keeps no other back. Its row is left where it is; a message would keep its worker from stopping. */
  async #tellApart(reports: readonly Report[]): Promise<void> {
    const { runs, failing } = this.#parts;
    for (const report of reports) {
      await this.#tell([report]).catch(async (error: unknown) => {
        failing(error);
        if (report.notedBy === "message") await runs.reported([report.runId]).catch(failing);
      });
    }
  }

  async #tell(reports: readonly Report[]): Promise<void> {
    const { runs } = this.#parts;
    await this.#store(
      reports.flatMap(({ records }) => records),
      reports.flatMap(({ unreached }) => unreached),
    );
    await this.#countAll(reports.flatMap(({ counted }) => counted));
    const noted = reports.filter(({ notedBy }) => notedBy !== null).map(({ runId }) => runId);
    if (noted.length > 0) await runs.reported(noted);
  }

  async #store(records: Report["records"], unreached: Report["unreached"]): Promise<void> {
    const { results, archive } = this.#parts;
    if (unreached.length > 0) await archive.add(unreached);
    if (records.length > 0) await results?.store(records);
  }

  async #countAll(counted: readonly CountedEnd[]): Promise<void> {
    for (let from = 0; from < counted.length; from += COUNTED_AT_ONCE) {
      await Promise.all(counted.slice(from, from + COUNTED_AT_ONCE).map((end) => this.#count(end)));
    }
  }

  async #count({ part, record, after }: CountedEnd): Promise<void> {
    const { chords, aftermath, clock } = this.#parts;
    const { groupId, groupIndex, body } = part;
    const completion =
      record.state === "SUCCESS"
        ? await chords.chordPart({ groupId, groupIndex, record, body })
        : // Nobody waits for the others' sake: with one of them the chord has failed.
          ({ kind: "failed", message: failureOf(record.id, record.result) } as const);
    if (completion.kind === "incomplete") return;
    const next = aftermathOfChord({ groupId, body }, completion, after, clock.now(), aftermath);
    await this.#send(next);
    await this.#store(next.records, next.unreached);
    await this.#countAll(next.counted);
    // The last thing: whoever counts a member again after a crash finds the chord complete until then.
    await chords.endChord(groupId);
  }

  /** What follows, with the chords that begin with it told before. Their runs' ids are fixed: what was sent already is known to be there. */
  async #send(after: Pick<Aftermath, "chords" | "follow" | "unplaced">): Promise<void> {
    const { chords: counter, runs, destinations } = this.#parts;
    const { chords, follow } = await destinations.placed(after);
    for (const { groupId, size, members } of chords) await counter.startChord(groupId, size, members);
    if (follow.length > 0) await runs.add(follow);
  }

  #tick(): void {
    this.#stopTimer = this.#parts.clock.after(LOOK_EVERY_MS, () => {
      this.#looking = this.#takeOver().catch(this.#parts.failing);
      void this.#looking.then(() => {
        if (this.#isRunning) this.#tick();
      });
    });
  }

  /** What others have left, and what ended without a worker: expired, cancelled before it began, lost. A backlog is told without a pause. */
  async #takeOver(): Promise<void> {
    if (this.#waiting.length > 0) return;
    for (let round = 0; round < ROUNDS_AT_ONCE && this.#isRunning; round += 1) {
      if ((await this.#takeSome()) < REPORTS_AT_ONCE) return;
      await this.#telling;
    }
  }

  /** Answers how many. */
  async #takeSome(): Promise<number> {
    const { runs, clock, random } = this.#parts;
    const before = clock.now() - LEFT_AFTER_MS;
    const left = await runs.unreported({ limit: LEFT_LOOKED_AT, before });
    const others = left.filter(({ id }) => !this.#mine.has(id));
    const from = Math.floor(random.fraction() * Math.max(0, others.length - REPORTS_AT_ONCE + 1));
    const taken = others.slice(from, from + REPORTS_AT_ONCE);
    for (const { id } of taken) if (this.#isRunning) await this.#takeOne(id);
    return taken.length;
  }

  async #takeOne(id: string): Promise<void> {
    const { runs, aftermath } = this.#parts;
    const run = await runs.find(id);
    if (run === undefined || !isFinal(run.state) || run.endedAt === undefined) {
      // Retention was quicker.
      await runs.reported([id]);
      return;
    }
    const { state, result, error, endedAt } = run;
    const end = {
      ...{ state, endedAt, hadBegun: run.startedAt !== undefined },
      ...(result !== undefined && { result }),
      ...(error !== undefined && { error }),
    };
    const after = aftermathOf(run, end, [], { ...aftermath, node: run.worker ?? aftermath.node });
    // Nobody knows whether its end was written with what follows; a sweep does not.
    await this.#send(after);
    this.add({ runId: id, notedBy: "row", ...pick(after) });
  }
}

const pick = ({ records, counted, unreached }: Aftermath) => ({ records, counted, unreached });

/** Whether everything will be well once something is back, and nothing until then. */
export function isAway(error: unknown): boolean {
  return (
    isHyoshiError(error) &&
    /^(?:results_away|broker_away|result_tables_missing|driver_missing|database_.*)$/.test(error.code)
  );
}
