import type { Clock, Instant, Stop } from "../../base/clock.ts";
import { messageOf } from "../../base/error.ts";
import type { Logger } from "../../base/logger.ts";
import type { Service } from "../../base/service.ts";
import type { Bus, Heard } from "../../broker/bus.ts";
import type { ObservedRun, ObservedRuns } from "../../run/observed-runs.ts";
import type { ForeignWorkers } from "../foreign-workers.ts";
import type { RemoteControl, RemoteReplies } from "../remote-control.ts";
import { type CeleryEvent, isOwn, readEvents } from "./events.ts";
import { ObservedNodes } from "./observed-nodes.ts";
import { afterEvent, type ObservedTask, observedRunOf } from "./observed-task.ts";
import { UntoldEnds } from "./untold-ends.ts";

const WRITE_EVERY_MS = 250;
const RUNS_AT_ONCE = 500;
/** What waits to be written; beyond it events are dropped and counted. */
const MOST_WAITING = 10_000;
/** Runs whose events are remembered. */
const MOST_REMEMBERED = 20_000;
/** Workers' rows are brought up to date so often. */
const NODES_EVERY_MS = 2_500;
const ASKED_AT_ONCE = 50;
/** Runs without an end are asked about so often. */
const ENDS_EVERY_MS = 20_000;
const ANSWERS_WITHIN_MS = 2_000;
/** Celery's workers tell of their runs only when they are asked to; a restarted one has forgotten it. */
const ENABLE_EVERY_MS = 30_000;
const FORGET_AFTER_MS = 10 * 60_000;
/** A run that hyoshi sent may be heard of before its row is written, and its result be read a moment after its end was told. */
const PATIENCE_MS = 5_000;
/** The queue of a run whose worker has not told yet which it serves; no queue is called so. */
const UNTOLD_QUEUE = "";
const ASK_SOON_MS = 100;
const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 15_000;

/** Runs' ends as the result backend has them. */
export type ReadEnds = (ids: readonly string[]) => Promise<ReadonlyMap<string, ObservedRun>>;

export interface CeleryObserverParts {
  readonly bus: Pick<Bus, "listen">;
  readonly remote: RemoteControl;
  readonly workers: ForeignWorkers;
  readonly runs: ObservedRuns;
  /** Undefined where results are not kept where they can be read. */
  readonly readEnds?: ReadEnds;
  /** They come as messages to whoever sent the run, maybe after its end was told; else Celery's workers store them before they tell it. */
  readonly endsMayFollow?: boolean;
  /** Where runs come from whose queue nobody tells. */
  readonly defaultQueue: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

interface Remembered {
  task: ObservedTask;
  readonly since: Instant;
  /** Not written before. */
  notBefore: Instant;
  isWaiting: boolean;
}

/**
 * Listens to what workers of another kind tell of themselves and of their runs, and keeps it in the database as hyoshi's own workers and runs
 * are kept. Any number may observe: what they write is the same. It never holds anybody up: what comes faster than it can be written is
 * dropped, and counted at the worker that told it.
 */
export class CeleryObserver implements Service {
  readonly #parts: CeleryObserverParts;
  readonly #nodes: ObservedNodes;
  readonly #untoldEnds: UntoldEnds;
  readonly #tasks = new Map<string, Remembered>();
  readonly #waiting = new Set<string>();
  #listening: AsyncDisposable | undefined;
  #stopTimers = new Set<Stop>();
  #isRunning = false;
  #isAskingSoon = false;
  #work: Promise<void> = Promise.resolve();
  #enabledAt = Number.NEGATIVE_INFINITY;
  #failedSince: Instant | undefined;
  dropped = 0;

  constructor(parts: CeleryObserverParts) {
    this.#parts = parts;
    this.#nodes = new ObservedNodes(parts.clock);
    this.#untoldEnds = new UntoldEnds(parts);
  }

  /** Resolves at once: while the broker is away there is nothing to hear. */
  async start(): Promise<void> {
    if (this.#isRunning) return;
    this.#isRunning = true;
    void this.#listen(FIRST_RETRY_MS);
    this.#every(WRITE_EVERY_MS, () => this.#writeRuns());
    this.#every(NODES_EVERY_MS, () => this.#keepNodes());
    this.#every(ENDS_EVERY_MS, () => this.#untoldEnds.look());
  }

  async stop(): Promise<void> {
    if (!this.#isRunning) return;
    this.#isRunning = false;
    for (const stop of this.#stopTimers) stop();
    this.#stopTimers.clear();
    const listening = this.#listening;
    this.#listening = undefined;
    await listening?.[Symbol.asyncDispose]();
    await this.#work;
    await this.#writeRuns().catch(() => {});
  }

  async #listen(retryMs: number): Promise<void> {
    const { bus, logger } = this.#parts;
    try {
      const options = { topic: "#", name: "observer" };
      const listening = await bus.listen("celeryev", options, (heard) => this.#hear(heard));
      if (!this.#isRunning) return await listening[Symbol.asyncDispose]();
      this.#listening = listening;
      // Whoever is there says so now, and not at its next beat.
      await this.#parts.remote.tell({ command: "heartbeat" });
    } catch (error) {
      logger.debug({ err: error }, `events of Celery's workers cannot be heard yet: ${messageOf(error)}`);
      if (this.#isRunning && this.#listening === undefined) {
        this.#after(retryMs, () => void this.#listen(Math.min(retryMs * 2, LONGEST_RETRY_MS)));
      }
    }
  }

  #hear({ envelope }: Heard): void {
    if (isOwn(envelope)) return;
    for (const event of readEvents(envelope)) {
      if (event.type.startsWith("worker-")) this.#hearWorker(event);
      else if (event.type.startsWith("task-")) this.#hearTask(event);
    }
  }

  #hearWorker(event: CeleryEvent): void {
    if (event.type === "worker-offline") {
      this.#nodes.left(event.hostname);
      const { workers, clock } = this.#parts;
      void workers.left(event.hostname, clock.now()).catch((error: unknown) => this.#noteFailure(error));
    } else this.#heardOf(event);
  }

  /** A worker that is new is asked at once what it serves, and to tell of its runs. */
  #heardOf(event: CeleryEvent): void {
    if (!this.#nodes.heard(event)) return;
    this.#enabledAt = Number.NEGATIVE_INFINITY;
    if (this.#isAskingSoon) return;
    this.#isAskingSoon = true;
    this.#after(ASK_SOON_MS, () => {
      this.#isAskingSoon = false;
      const kept = this.#keepNodes().catch((error: unknown) => this.#noteFailure(error));
      this.#work = Promise.all([this.#work, kept]).then(() => {});
    });
  }

  #hearTask(event: CeleryEvent): void {
    const now = this.#parts.clock.now();
    const id = String(event.uuid).replaceAll("\0", "");
    // A client tells what it sent; everything else comes from a worker, and says that this lives.
    if (event.type !== "task-sent") this.#heardOf(event);
    const known = this.#tasks.get(id);
    if (known === undefined && this.#waiting.size >= MOST_WAITING) {
      this.dropped += 1;
      this.#nodes.dropped(event.hostname);
      return;
    }
    const task = afterEvent(known?.task, event, { now, queue: UNTOLD_QUEUE });
    // The last in the map is the one that was heard of last.
    this.#tasks.delete(id);
    const isToWrite = event.type !== "task-sent" && task.state !== undefined;
    this.#tasks.set(id, {
      task,
      since: known?.since ?? now,
      notBefore: known?.notBefore ?? now,
      isWaiting: (known?.isWaiting ?? false) || isToWrite,
    });
    if (isToWrite) this.#waiting.add(id);
    this.#trim();
  }

  #trim(): void {
    for (const [id, { isWaiting }] of this.#tasks) {
      if (this.#tasks.size <= MOST_REMEMBERED) return;
      if (isWaiting) continue;
      this.#tasks.delete(id);
    }
  }

  async #writeRuns(): Promise<void> {
    const { runs, clock } = this.#parts;
    for (;;) {
      const now = clock.now();
      const due = [...this.#waiting]
        .filter((id) => (this.#tasks.get(id)?.notBefore ?? 0) <= now)
        .slice(0, RUNS_AT_ONCE);
      if (due.length === 0) return;
      for (const id of due) this.#waiting.delete(id);
      const told = due.flatMap((id) => this.#told(id, now));
      try {
        const ended = await this.#withEnds(told, now);
        const answers = await runs.apply(ended);
        ended.forEach((run, index) => {
          if (answers[index] === "unknown") this.#again(run.id, now);
          else this.#written(run);
        });
      } catch (error) {
        // The database is away: it is told again, and what comes meanwhile is dropped when there is too much of it.
        for (const id of due) this.#waiting.add(id);
        throw error;
      }
      if (due.length < RUNS_AT_ONCE) return;
    }
  }

  /** What hyoshi sent gets no second row before its own had its time to come. */
  #told(id: string, now: Instant): ObservedRun | [] {
    const remembered = this.#tasks.get(id);
    const run = remembered && observedRunOf(remembered.task);
    if (remembered === undefined || run === undefined) return [];
    const isPatient = now - remembered.since < PATIENCE_MS;
    if (isOurKind(id) && isPatient) {
      const { facts: _, ...rest } = run;
      return rest;
    }
    const { facts } = run;
    const node = run.worker?.name;
    if (facts === undefined || node === undefined || facts.queue !== UNTOLD_QUEUE) return run;
    if (isPatient && !this.#nodes.hasAnswered(node)) {
      this.#later(remembered, id, now + PATIENCE_MS / 20);
      return [];
    }
    return { ...run, facts: { ...facts, queue: this.#nodes.queueOf(node, this.#parts.defaultQueue) } };
  }

  #later(remembered: Remembered, id: string, at: Instant): void {
    remembered.notBefore = at;
    this.#waiting.add(id);
  }

  /** The results themselves, where they can be read, in place of their display texts. */
  async #withEnds(runs: readonly ObservedRun[], now: Instant): Promise<readonly ObservedRun[]> {
    const { readEnds, endsMayFollow } = this.#parts;
    const ids = runs.filter(({ state }) => state === "succeeded" || state === "failed").map(({ id }) => id);
    if (readEnds === undefined || ids.length === 0) return runs;
    const ends = await readEnds(ids).catch(() => undefined);
    const mayCome = ends === undefined || endsMayFollow === true;
    return runs.flatMap((run) => {
      const end = ends?.get(run.id);
      if (end !== undefined && end.state === run.state) {
        const { result, error } = end;
        return { ...run, ...(result !== undefined && { result }), ...(error !== undefined && { error }) };
      }
      const remembered = this.#tasks.get(run.id);
      const isEnded = ids.includes(run.id);
      if (!mayCome || !isEnded || !isOurKind(run.id) || remembered === undefined) return run;
      // Somebody may wait for the result itself: whoever watches the result backend brings it.
      if (now - (run.endedAt ?? now) >= PATIENCE_MS) return run;
      this.#later(remembered, run.id, (run.endedAt ?? now) + PATIENCE_MS);
      return [];
    });
  }

  #again(id: string, now: Instant): void {
    const remembered = this.#tasks.get(id);
    if (remembered === undefined) return;
    if (remembered.task.facts === undefined || now - remembered.since >= PATIENCE_MS) {
      this.#tasks.delete(id);
      return;
    }
    this.#later(remembered, id, now + PATIENCE_MS / 10);
  }

  #written(run: ObservedRun): void {
    const remembered = this.#tasks.get(run.id);
    if (remembered === undefined || this.#waiting.has(run.id)) return;
    if (run.endedAt !== undefined) this.#tasks.delete(run.id);
    else {
      remembered.isWaiting = false;
      remembered.task = { ...remembered.task, retried: [] };
    }
  }

  async #keepNodes(): Promise<void> {
    const { workers, clock, remote } = this.#parts;
    await workers.seen(this.#nodes.takeChanged());
    const names = this.#nodes.names;
    if (names.length > 0 && clock.monotonic() - this.#enabledAt >= ENABLE_EVERY_MS) {
      this.#enabledAt = clock.monotonic();
      await remote.tell({ command: "enable_events", to: names }).catch(() => {});
    }
    const asked = this.#nodes.takeUnasked(ASKED_AT_ONCE);
    if (asked.length > 0) await this.#ask(asked);
    const before = clock.now() - FORGET_AFTER_MS;
    this.#nodes.forget(before);
    await workers.forget(before);
  }

  async #ask(to: readonly string[]): Promise<void> {
    const { remote, workers, defaultQueue, clock } = this.#parts;
    const ask = (command: "stats" | "active_queues" | "registered"): Promise<RemoteReplies> =>
      remote.ask({ command, to, timeoutMs: ANSWERS_WITHIN_MS }).catch(() => new Map());
    const [stats, queues, registered] = await Promise.all([ask("stats"), ask("active_queues"), ask("registered")]);
    this.#nodes.answered({ stats, queues, registered });
    for (const node of registered.keys()) {
      const queue = this.#nodes.queueOf(node, defaultQueue);
      await workers.announce(node, this.#nodes.tasksOf(node), queue, clock.now());
    }
    await workers.seen(this.#nodes.takeChanged());
  }

  /** Again and again, one after the other, whatever comes of it. */
  #every(ms: number, work: () => Promise<void>): void {
    this.#after(ms, () => {
      const done = work().then(
        () => this.#noteWell(),
        (error: unknown) => this.#noteFailure(error),
      );
      this.#work = Promise.all([this.#work, done]).then(() => {});
      void done.then(() => {
        if (this.#isRunning) this.#every(ms, work);
      });
    });
  }

  #after(ms: number, then: () => void): void {
    const stop = this.#parts.clock.after(ms, () => {
      this.#stopTimers.delete(stop);
      then();
    });
    this.#stopTimers.add(stop);
  }

  #noteFailure(error: unknown): void {
    if (this.#failedSince !== undefined) return;
    this.#failedSince = this.#parts.clock.now();
    this.#parts.logger.warn(
      { err: error },
      `what Celery's workers tell cannot be kept: ${messageOf(error)}; trying again until it can`,
    );
  }

  #noteWell(): void {
    if (this.#failedSince === undefined) return;
    this.#failedSince = undefined;
    this.#parts.logger.info({ dropped: this.dropped }, "what Celery's workers tell can be kept again");
  }
}

/** Ids that hyoshi gives are UUIDs of versions 7 and 8; Celery's are of version 4. */
function isOurKind(id: string): boolean {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-[78]/.test(id);
}
