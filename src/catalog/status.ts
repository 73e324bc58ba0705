import type { Instant } from "../base/clock.ts";
import type { ProcessRecord } from "../control/process-reader.ts";
import type { Pause } from "../ledger/pause-store.ts";
import type { LastOutcome } from "../ledger/periodic-task-reader.ts";
import type { QueueDepth } from "../run/run-reader.ts";
import type { CatalogParts } from "./catalog-parts.ts";
import { type Health, healthOf } from "./health.ts";
import { replanDue } from "./plan-warnings.ts";
import type { RunListing, SeenRun } from "./run-listing.ts";
import { type KnownTask, queuesOf, readTaskDirectory, type TaskDirectory } from "./task-directory.ts";

export interface SeenProcess extends ProcessRecord {
  readonly live: boolean;
  readonly queues: readonly string[];
  /** Why it takes nothing; null: it takes what comes. */
  readonly drain: Pause | null;
}

export interface SeenQueue extends QueueDepth {
  /** Living workers that serve it. */
  readonly workers: number;
  /** Null: workers take from it. */
  readonly paused: Pause | null;
}

export interface Overview {
  /** Periodic tasks whose last run failed within a day. */
  readonly failing: readonly (LastOutcome & { readonly periodicTaskId: number; readonly name: string })[];
  readonly running: readonly SeenRun[];
  /** Within the next hour. */
  readonly upcoming: readonly { readonly periodicTaskId: number; readonly name: string; readonly at: number }[];
}

const HOUR_MS = 3_600_000;
const SHOWN = 50;
const BROKEN_SHOWN = 5;

/** What there is and how it does: tasks, processes, queues. */
export class Status {
  readonly #parts: CatalogParts;
  readonly #runs: RunListing;

  constructor(parts: CatalogParts, runs: RunListing) {
    this.#parts = parts;
    this.#runs = runs;
  }

  /** Tasks that processes have announced, by name. */
  async tasks(): Promise<readonly KnownTask[]> {
    return (await this.#directory()).tasks();
  }

  async task(name: string): Promise<KnownTask | undefined> {
    return (await this.#directory()).find(name);
  }

  async processes(): Promise<readonly SeenProcess[]> {
    const now = this.#parts.clock.now();
    const processes = await this.#parts.readers.processes.processes();
    const held = await this.#parts.pauses.holds(now);
    return processes.map((process) => ({
      ...process,
      live: process.leaseUntil >= now,
      queues: queuesOf(process.info),
      drain: drainOf(process, held),
    }));
  }

  /** Every queue that somebody serves, something waits in, or a task goes to, by name. */
  async queues(): Promise<readonly SeenQueue[]> {
    const directory = await this.#directory();
    const depths = new Map((await this.#parts.readers.runs.queues()).map((depth) => [depth.name, depth]));
    const paused = await this.#paused();
    const names = new Set([
      this.#parts.defaultQueue,
      ...paused.keys(),
      ...depths.keys(),
      ...directory.servedQueues(),
      ...directory.tasks().map(({ announced }) => announced.queue),
    ]);
    return [...names].sort().map((name) => ({
      ...(depths.get(name) ?? { ...EMPTY, name }),
      workers: directory.workersOf(name),
      paused: paused.get(name) ?? null,
    }));
  }

  async #paused(): Promise<ReadonlyMap<string, Pause>> {
    const { pauses, clock } = this.#parts;
    const held = await pauses.holds(clock.now());
    return new Map(held.filter(({ scope }) => scope === "queue").map((pause) => [pause.scopeId, pause]));
  }

  async health(): Promise<Health> {
    const { readers, ledger, tzVersion } = this.#parts;
    const outdated = await readers.plans.outdated(tzVersion);
    const directory = await this.#directory();
    return healthOf({
      now: await ledger.clock(),
      processes: await readers.processes.processes(),
      queues: await readers.runs.queues(),
      workersOf: (queue) => directory.workersOf(queue),
      nextWakeAt: await ledger.nextWakeAt(),
      broken: await readers.periodicTasks.broken(BROKEN_SHOWN),
      replanDue: outdated.count === 0 ? undefined : replanDue(outdated, tzVersion).text,
    });
  }

  async overview(): Promise<Overview> {
    const { readers, clock } = this.#parts;
    const now = clock.now();
    const upcoming = await readers.periodicTasks.upcoming(SHOWN);
    return {
      failing: await readers.periodicTasks.failing(now - 24 * HOUR_MS, SHOWN),
      running: (await this.#runs.list({ states: ["running"], limit: SHOWN })).items,
      upcoming: await this.#firing(
        upcoming.filter(({ at }) => at <= now + HOUR_MS),
        now + HOUR_MS,
      ),
    };
  }

  /** When they fire: their cursors wait for times that fall away as well. */
  async #firing(waiting: Overview["upcoming"], end: Instant): Promise<Overview["upcoming"]> {
    if (waiting.length === 0) return [];
    const { readers, compile } = this.#parts;
    const periodicTaskIds = waiting.map(({ periodicTaskId }) => periodicTaskId);
    const rows = await readers.plans.select({ kind: "tasks", periodicTaskIds }, { after: 0, limit: 50 * SHOWN });
    const next = new Map<number, number>();
    for (const { periodicTaskId, plan, on, held, nextAt, accountedTo } of rows) {
      if (plan === undefined || !on || held || nextAt === null || nextAt > end) continue;
      const at = firstOf(() => compile(plan).next(accountedTo));
      if (at !== undefined) next.set(periodicTaskId, Math.min(next.get(periodicTaskId) ?? at, at));
    }
    return waiting
      .flatMap((one) => {
        const at = next.get(one.periodicTaskId);
        return at === undefined ? [] : [{ ...one, at }];
      })
      .filter(({ at }) => at <= end)
      .sort((a, b) => a.at - b.at);
  }

  #directory(): Promise<TaskDirectory> {
    const { readers, clock, defaultQueue } = this.#parts;
    return readTaskDirectory(readers.processes, { now: clock.now(), defaultQueue });
  }
}

/** A worker's drain ends with it: one of its name that was started later takes what comes. */
function drainOf({ kind, name, host, startedAt }: ProcessRecord, held: readonly Pause[]): Pause | null {
  if (kind !== "worker") return null;
  const found = held.find(
    ({ scope, scopeId, fromAt }) =>
      (scope === "worker" && scopeId === name && fromAt >= startedAt) || (scope === "host" && scopeId === host),
  );
  return found ?? null;
}

function firstOf(compute: () => number | undefined): number | undefined {
  try {
    return compute();
  } catch {
    return undefined;
  }
}

const EMPTY = { ready: 0, scheduled: 0, held: 0, running: 0, capped: false, oldestReadyAt: null };
