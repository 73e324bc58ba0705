import type { Instant } from "../base/clock.ts";
import type { Page } from "../base/page.ts";
import type { Pause } from "../ledger/pause-store.ts";
import type { LogChunk } from "../run/log-store.ts";
import { type Attempt, isFinal } from "../run/run.ts";
import { limitOfKey } from "../run/run-limits.ts";
import type { ChildRun, ListedRun, RunQuery, RunRecord } from "../run/run-reader.ts";
import type { CatalogParts } from "./catalog-parts.ts";
import { noRun } from "./run-requests.ts";
import { shownPayload } from "./shown-payload.ts";
import { readTaskDirectory, type TaskDirectory } from "./task-directory.ts";
import {
  queuePaused,
  queueWithoutWorker,
  taskWithoutWorker,
  unknownTask,
  type Warning,
  waitsForRate,
  waitsForSlot,
} from "./warning.ts";

/** A run as people see it. */
export type SeenRun<Run extends ListedRun = ListedRun> = Run & {
  /** From its first start to its end, or to now; null before it began. */
  readonly durationMs: number | null;
  /** Why it waits. */
  readonly warnings: readonly Warning[];
};

/** A run with everything about it. */
export type WholeRun = SeenRun<RunRecord> & {
  readonly attempts: readonly Attempt[];
  readonly children: readonly ChildRun[];
};

/** A part of a run's log. */
export interface LogPart {
  readonly items: readonly LogChunk[];
  /** The chunk to ask for next. */
  readonly next: number;
  /** No more will come. */
  readonly complete: boolean;
}

/** Reads runs, with what their reader should know about them. */
export class RunListing {
  readonly #parts: CatalogParts;

  constructor(parts: CatalogParts) {
    this.#parts = parts;
  }

  /** Fails with `invalid_cursor`. */
  async list(query: RunQuery): Promise<Page<SeenRun>> {
    const page = await this.#parts.readers.runs.list(query);
    const waits = page.items.some(isWaiting);
    const directory = waits ? await this.#directory() : undefined;
    const now = this.#parts.clock.now();
    const held = waits ? await this.#parts.pauses.holds(now) : [];
    return { ...page, items: page.items.map((run) => seen(run, directory, held, now)) };
  }

  /** Fails with `not_found`. */
  async get(id: string): Promise<WholeRun> {
    const { readers, clock } = this.#parts;
    const run = await readers.runs.find(id);
    if (run === undefined) throw noRun(id);
    const attempts = await readers.runs.attempts(id);
    const children = await readers.runs.children(id);
    const all = await this.#directory();
    const directory = isWaiting(run) ? all : undefined;
    const payload = shownPayload(run.payload, all.find(run.task));
    const held = directory === undefined ? [] : await this.#parts.pauses.holds(clock.now());
    return { ...seen({ ...run, payload }, directory, held, clock.now()), attempts, children };
  }

  /** Why it waits. */
  async warningsOf(run: ListedRun): Promise<readonly Warning[]> {
    if (!isWaiting(run)) return [];
    const now = this.#parts.clock.now();
    return seen(run, await this.#directory(), await this.#parts.pauses.holds(now), now).warnings;
  }

  /** The chunks from the one numbered `from` on. Fails with `not_found`. */
  async log(id: string, from: number, limit: number): Promise<LogPart> {
    const { readers, logs } = this.#parts;
    // First the state and then the chunks: what is written before the end is then never taken for missing.
    const run = await readers.runs.find(id);
    if (run === undefined) throw noRun(id);
    const items = await logs.read(id, from, limit);
    const last = items.at(-1);
    const next = last === undefined ? from : last.chunk + 1;
    return { items, next, complete: isFinal(run.state) && items.length < limit };
  }

  #directory(): Promise<TaskDirectory> {
    const { readers, clock, defaultQueue } = this.#parts;
    return readTaskDirectory(readers.processes, { now: clock.now(), defaultQueue });
  }
}

const isWaiting = ({ state }: ListedRun): boolean => state !== "running" && !isFinal(state);

function seen<Run extends ListedRun>(
  run: Run,
  directory: TaskDirectory | undefined,
  held: readonly Pause[],
  now: Instant,
): SeenRun<Run> {
  const { startedAt, endedAt } = run;
  const until = endedAt ?? (isFinal(run.state) ? undefined : now);
  return {
    ...run,
    durationMs: startedAt === undefined || until === undefined ? null : Math.max(until - startedAt, 0),
    warnings:
      directory === undefined || !isWaiting(run) ? [] : [...whyItIsHeld(run, held), ...whyItWaits(run, directory)],
  };
}

function whyItIsHeld({ task, queue, waitsFor }: ListedRun, held: readonly Pause[]): Warning[] {
  const paused = held.find(({ scope, scopeId }) => scope === "queue" && scopeId === queue);
  const warnings = paused === undefined ? [] : [queuePaused(paused)];
  if (waitsFor === undefined) return warnings;
  const limit = limitOfKey(waitsFor);
  return [...warnings, limit.kind === "rate" ? waitsForRate(task) : waitsForSlot(task, limit.key)];
}

function whyItWaits({ task, queue }: ListedRun, directory: TaskDirectory): Warning[] {
  const known = directory.find(task);
  const warnings = known === undefined ? [unknownTask(task)] : [];
  if (directory.workersOf(queue) === 0) warnings.push(queueWithoutWorker(queue));
  else if (known?.workers === 0) warnings.push(taskWithoutWorker(task));
  return warnings;
}
