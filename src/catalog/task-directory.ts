import type { Instant } from "../base/clock.ts";
import type { AnnouncedTask, ProcessReader, ProcessRecord } from "../control/process-reader.ts";
import type { Announcement } from "../control/process-registry.ts";
import type { QueueFilter } from "../ledger/periodic-task-reader.ts";
import type { QueueOf } from "../task/routes.ts";

/** A task that some process told of. */
export interface KnownTask {
  /** As the latest living process tells it; else the latest of all. */
  readonly announced: AnnouncedTask;
  /** Living workers that have it. */
  readonly workers: number;
  /** The different schemas that living processes tell: two of them while a deploy is under way. */
  readonly versions: readonly AnnouncedTask[];
}

/** Which tasks there are and who serves which queue, at one instant. */
export class TaskDirectory {
  readonly #tasks = new Map<string, KnownTask>();
  readonly #workersOfQueue = new Map<string, number>();
  readonly #defaultQueue: string;
  readonly #unannounced: QueueOf;

  constructor(
    processes: readonly ProcessRecord[],
    announcements: readonly AnnouncedTask[],
    { now, defaultQueue, queueOf }: { now: Instant; defaultQueue: string; queueOf?: QueueOf | undefined },
  ) {
    this.#defaultQueue = defaultQueue;
    this.#unannounced = queueOf ?? (() => defaultQueue);
    const alive = new Map(
      processes.filter(({ leaseUntil }) => leaseUntil >= now).map((process) => [process.id, process]),
    );
    for (const process of alive.values()) {
      if (!isWorker(process)) continue;
      for (const queue of queuesOf(process.info)) this.#workersOfQueue.set(queue, this.workersOf(queue) + 1);
    }
    for (const [name, told] of Map.groupBy(announcements, ({ task }) => task)) {
      told.sort((a, b) => b.announcedAt - a.announcedAt);
      const living = told.filter(({ processId }) => alive.has(processId));
      // A Celery worker tells a name only: whoever tells more is believed, as long as it lives.
      const described = living.filter(({ processId }) => alive.get(processId)?.kind !== "celery");
      const [announced] = described.length > 0 ? described : living.length > 0 ? living : told;
      if (announced === undefined) continue;
      const schemas = described.length > 0 ? described : living;
      const versions = [...new Map(schemas.toReversed().map((one) => [one.schemaHash, one])).values()].toReversed();
      const workers = living.filter(({ processId }) => isWorker(alive.get(processId))).length;
      this.#tasks.set(name, { announced, workers, versions: versions.length > 0 ? versions : [announced] });
    }
  }

  /** By its name, or one that it had before. */
  find(task: string): KnownTask | undefined {
    return this.#tasks.get(task);
  }

  /** In the order of their names; each once, under the name that it has now. */
  tasks(): readonly KnownTask[] {
    return this.#named().filter(({ announced }) => announced.currentName === undefined);
  }

  names(): Iterable<string> {
    return this.tasks().map(({ announced }) => announced.task);
  }

  #named(): readonly KnownTask[] {
    return [...this.#tasks.values()].sort((a, b) => (a.announced.task < b.announced.task ? -1 : 1));
  }

  /** Queues that living workers serve. */
  servedQueues(): Iterable<string> {
    return this.#workersOfQueue.keys();
  }

  /** Living workers that serve a queue. */
  workersOf(queue: string): number {
    return this.#workersOfQueue.get(queue) ?? 0;
  }

  /** Where runs of a task go that name no queue of their own. */
  queueOf(task: string): string {
    return this.find(task)?.announced.queue ?? this.#unannounced(task);
  }

  /** Which periodic tasks' runs go to a queue. */
  goingTo(queue: string): QueueFilter {
    const isDefault = queue === this.#defaultQueue;
    const tasks = this.#named()
      .filter(({ announced }) => (announced.queue === queue) !== isDefault)
      .map(({ announced }) => announced.task);
    // What nobody announces goes to the default queue.
    return { name: queue, tasks, except: isDefault };
  }
}

/** What is known of a task where this process has it in its own project, which nobody may have announced yet. */
export function withOwn(known: KnownTask | undefined, own: Announcement | undefined): KnownTask | undefined {
  if (own === undefined) return known;
  const announced: AnnouncedTask = { ...own, processId: 0, announcedAt: 0 };
  const others = known?.versions.filter(({ schemaHash }) => schemaHash !== own.schemaHash) ?? [];
  return { announced, workers: known?.workers ?? 0, versions: [announced, ...others] };
}

export async function readTaskDirectory(
  reader: ProcessReader,
  at: { now: Instant; defaultQueue: string },
): Promise<TaskDirectory> {
  return new TaskDirectory(await reader.processes(), await reader.announcements(), { ...at, queueOf: reader.queueOf });
}

/** Whether it executes runs: one of hyoshi's workers, or a Celery worker. */
export function isWorker(process: Pick<ProcessRecord, "kind"> | undefined): boolean {
  return process?.kind === "worker" || process?.kind === "celery";
}

/** What a worker tells of itself in its registration. */
export function queuesOf(info: ProcessRecord["info"]): readonly string[] {
  const { queues } = info;
  return Array.isArray(queues) ? queues.filter((queue): queue is string => typeof queue === "string") : [];
}
