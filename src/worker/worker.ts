import type { Clock, Stop } from "../base/clock.ts";
import { messageOf } from "../base/error.ts";
import type { Logger } from "../base/logger.ts";
import type { Random } from "../base/random.ts";
import type { Service } from "../base/service.ts";
import type { Wake } from "../base/wake.ts";
import type { Client } from "../client/client.ts";
import type { Announcement, ProcessInfo, ProcessRegistry, Registration } from "../control/process-registry.ts";
import type { Inbox } from "../run/inbox.ts";
import type { LogStore } from "../run/log-store.ts";
import type { ClaimedRun, RunStore } from "../run/run-store.ts";
import { RUNS_TOPIC } from "../run/topics.ts";
import type { TaskRegistry } from "../task/registry.ts";
import { captureConsole } from "./console-capture.ts";
import { Execution, type ExecutorParts, type StopReason, type TaskDatabase } from "./executor.ts";
import { Finisher } from "./finisher.ts";
import { RunOutput } from "./run-output.ts";

export interface WorkerOptions {
  readonly runs: RunStore;
  readonly logs: LogStore;
  readonly processes: ProcessRegistry;
  /** Where runs come from, for a process that is registered under this id. */
  readonly inbox: (processId: number, queues: readonly string[]) => Inbox;
  readonly wake: Wake;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly client: Pick<Client, "as">;
  readonly registry: TaskRegistry;
  readonly announcements: readonly Announcement[];
  readonly openDatabase: (task: string) => TaskDatabase;
  readonly name: string;
  readonly host: string;
  readonly pid: number;
  readonly queues: readonly string[];
  /** Attempts at once. */
  readonly concurrency: number;
  /** How long `stop` waits for what is being executed. */
  readonly graceMs: number;
}

/** Runs that are claimed together, where they are short. */
const LARGEST_CLAIM = 200;
/** As many are claimed as will probably be done in so long: two milliseconds of claiming for ten of working. */
const CLAIM_AHEAD_MS = 10;
/** A claimed run that has waited so long for a free slot is given back: another worker may have one. */
const RESERVED_AT_MOST_MS = 50;
/** An attempt that takes so long is noted as begun; most are over before. */
const BEGIN_NOTED_AFTER_MS = 10;
const TICK_MS = 1_000;
/** A run whose task this worker does not know waits so long for one that does. */
const UNKNOWN_AGAIN_AFTER_MS = 5_000;
/** The weight of one run in the mean duration. */
const SMOOTHING = 0.05;

/** What has happened since the start, for the admin, logs and tests. */
export interface WorkerStatistics {
  executed: number;
  fenced: number;
}

interface Reserved {
  readonly run: ClaimedRun;
  readonly since: number;
}

/**
 * Takes runs and executes them in this process's event loop, `concurrency` at once.
 *
 * A run passes through three places. *Reserved*: claimed and waiting for a slot; given back when it waits too long, when the worker
 * stops, and never charged with an attempt. *Executing*: it has a slot. *Finishing*: its outcome is being written with others.
 *
 * The lease belongs to the process and is renewed by a thread. When it is lost all the same (a machine that slept), others have the
 * runs: what is being executed is asked to stop, whatever it brings is fenced, and the worker goes on under a new lease.
 */
export class Worker implements Service {
  readonly #options: WorkerOptions;
  readonly #output: RunOutput;
  readonly #finisher: Finisher;
  readonly #executorParts: ExecutorParts;
  readonly #executing = new Map<string, Execution>();
  readonly statistics: WorkerStatistics = { executed: 0, fenced: 0 };
  #reserved: Reserved[] = [];
  #registration: Registration | undefined;
  #taking = new AbortController();
  #loop: Promise<void> = Promise.resolve();
  #running = false;
  #stops: Stop[] = [];
  #stopTick: Stop = () => {};
  /** A suspect is being executed: nothing is begun beside it. */
  #alone = false;
  #meanMs = RESERVED_AT_MOST_MS;
  #slotFree: () => void = () => {};
  #beginScheduled = false;
  #checking = false;
  #failures = 0;
  #told = "";

  constructor(options: WorkerOptions) {
    this.#options = options;
    const { runs, logs, clock, random, client, openDatabase } = options;
    const failing = (error: unknown) => this.#failing(error);
    this.#output = new RunOutput({ logs, runs, clock, failed: failing });
    this.#finisher = new Finisher({
      runs,
      clock,
      failing,
      fenced: (outcome) => {
        this.statistics.fenced += 1;
        options.logger.warn(
          { runId: outcome.id },
          "a run ended here that this worker no longer held; what it brought is kept on the attempt",
        );
      },
    });
    this.#executorParts = { clock, random, client, openDatabase, output: this.#output };
  }

  async start(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    this.#stops.push(captureConsole());
    await this.#register();
    const { wake } = this.#options;
    this.#stops.push(wake.on(RUNS_TOPIC, () => void this.#checkCancelled()));
    this.#tick();
    this.#loop = this.#run();
  }

  /**
   * Warm: takes nothing more, gives back what has not begun, and waits up to `graceMs` for the rest, which is then asked to stop and handed
   * back as it is. `quick`, when aborted, ends the waiting.
   */
  async stop(quick?: AbortSignal): Promise<void> {
    if (!this.#running) return;
    this.#running = false;
    this.#stopTick();
    this.#taking.abort();
    this.#slotFree();
    await this.#loop;
    await this.#giveBackReserved();
    await this.#untilIdle(this.#options.graceMs, quick);
    for (const execution of this.#executing.values()) execution.stop("stopping", 1_000);
    await this.#untilIdle(5_000);
    await this.#output.flush().catch(() => {});
    await this.#finisher.flush();
    for (const stop of this.#stops.splice(0)) stop();
    await this.#registration?.leave();
  }

  async #register(): Promise<void> {
    const { processes, clock, announcements, name, host, pid } = this.#options;
    const registration = await processes.register({ kind: "worker", name, host, pid, info: this.#info() }, clock.now());
    await processes.announce(registration.id, announcements, clock.now());
    this.#registration = registration;
    void registration.lost.then(() => this.#leaseLost(registration));
  }

  async #leaseLost(registration: Registration): Promise<void> {
    if (!this.#running || this.#registration !== registration) return;
    this.#options.logger.error({}, "this worker's lease was lost: others may have its runs; going on under a new one");
    this.#reserved = [];
    for (const execution of this.#executing.values()) execution.stop("lost");
    await registration.leave();
    this.#taking.abort();
    try {
      await this.#register();
    } catch (error) {
      this.#failing(error);
      this.#options.clock.after(TICK_MS, () => void this.#leaseLost(registration));
    }
  }

  #info(): ProcessInfo["info"] {
    const { queues, concurrency } = this.#options;
    return { queues, concurrency, running: this.#executing.size, pool: "event loop" };
  }

  /** Claims, and hands out to free slots, until the worker stops. */
  async #run(): Promise<void> {
    const { inbox, queues, clock } = this.#options;
    let processId: number | undefined;
    let source: Inbox | undefined;
    while (this.#running) {
      if (source === undefined || processId !== this.#registration?.id) {
        processId = this.#registration?.id ?? 0;
        source = inbox(processId, queues);
        this.#taking = new AbortController();
      }
      const room = this.#room();
      if (room <= 0) {
        await this.#untilSlotFree();
        continue;
      }
      try {
        const claims = await source.take(room, this.#taking.signal);
        // A lease that was lost meanwhile took these with it.
        if (processId !== this.#registration?.id) continue;
        if (!this.#running) {
          await source.giveBack(claims);
          return;
        }
        const since = clock.monotonic();
        for (const run of claims) this.#reserved.push({ run, since });
        this.#handOut();
        if (this.#reserved.length > 0) clock.after(RESERVED_AT_MOST_MS, () => void this.#giveBackStale());
        this.#recovered();
        // Other work of this process has its turn, however full the queue is.
        await new Promise<void>((resolve) => setImmediate(resolve));
      } catch (error) {
        this.#failing(error);
        await new Promise<void>((resolve) => {
          clock.after(Math.min(50 * 2 ** Math.min(this.#failures, 6), TICK_MS), resolve);
        });
      }
    }
  }

  /** How many runs to claim now: as many as there are free slots, and more where runs are so short that they pass through at once. */
  #room(): number {
    const { concurrency } = this.#options;
    if (this.#reserved.length > 0) return 0;
    const free = concurrency - this.#executing.size;
    if (free <= 0) return 0;
    const passing = Math.floor((concurrency * CLAIM_AHEAD_MS) / Math.max(this.#meanMs, 0.01));
    return Math.max(free, Math.min(passing, LARGEST_CLAIM));
  }

  #handOut(): void {
    const { concurrency } = this.#options;
    while (this.#reserved.length > 0 && this.#executing.size < concurrency && !this.#alone) {
      // A suspect may have killed its last worker, and must not take others along.
      if (this.#reserved[0]?.run.suspect && this.#executing.size > 0) break;
      const next = this.#reserved.shift();
      if (next !== undefined) void this.#execute(next.run);
    }
    if (this.#reserved.length === 0) this.#slotFree();
  }

  async #execute(run: ClaimedRun): Promise<void> {
    const { registry, runs, clock, logger } = this.#options;
    const task = registry.find(run.task);
    if (task === undefined) {
      logger.warn(
        { runId: run.id, task: run.task },
        `this worker does not know task '${run.task}': the run waits for one that does`,
      );
      await runs.giveBack([run], clock.now() + UNKNOWN_AGAIN_AFTER_MS).catch((error: unknown) => this.#failing(error));
      return;
    }
    const execution = new Execution(run, task, this.#executorParts);
    this.#executing.set(run.id, execution);
    this.#alone = run.suspect;
    const startedAt = clock.monotonic();
    try {
      if (
        (run.suspect || run.options.onLost === "fail" || task.task.options.onLost === "fail") &&
        !(await this.#begin([execution]))
      )
        return;
      this.#scheduleBegin();
      const outcome = await execution.outcome();
      await execution.closeLog().catch((error: unknown) => this.#failing(error));
      this.statistics.executed += 1;
      this.#meanMs += (clock.monotonic() - startedAt - this.#meanMs) * SMOOTHING;
      this.#executing.delete(run.id);
      this.#finisher.add(outcome, this.#executing.size === 0 && this.#reserved.length === 0);
    } catch (error) {
      this.#failing(error);
    } finally {
      this.#executing.delete(run.id);
      if (run.suspect) this.#alone = false;
      this.#handOut();
      this.#slotFree();
    }
  }

  /** Notes what is still being executed after a moment; one timer for all. */
  #scheduleBegin(): void {
    if (this.#beginScheduled) return;
    this.#beginScheduled = true;
    this.#options.clock.after(BEGIN_NOTED_AFTER_MS, () => {
      this.#beginScheduled = false;
      const unnoted = [...this.#executing.values()].filter((execution) => !execution.begun);
      if (unnoted.length === 0) return;
      void this.#begin(unnoted).catch((error: unknown) => {
        this.#failing(error);
        this.#scheduleBegin();
      });
    });
  }

  /** Whether the claims are still held; one that is not is asked to stop. */
  async #begin(executions: readonly Execution[]): Promise<boolean> {
    for (const execution of executions) execution.begun = true;
    const held = await this.#options.runs
      .begin(
        executions.map(({ run }) => run),
        this.#options.clock.now(),
      )
      .catch((error: unknown) => {
        for (const execution of executions) execution.begun = false;
        throw error;
      });
    held.forEach((answer, index) => {
      const execution = executions[index];
      // It may also have ended, and been written, while this was on its way.
      if (!answer && execution !== undefined && this.#executing.get(execution.run.id) === execution)
        execution.stop("lost");
    });
    return held.every((answer) => answer);
  }

  async #giveBackStale(): Promise<void> {
    const now = this.#options.clock.monotonic();
    const oldest = this.#reserved[0];
    if (oldest === undefined || now - oldest.since < RESERVED_AT_MOST_MS) return;
    // They are not as short as they were thought to be.
    this.#meanMs = Math.max(this.#meanMs, RESERVED_AT_MOST_MS);
    await this.#giveBackReserved();
  }

  async #giveBackReserved(): Promise<void> {
    const given = this.#reserved.map(({ run }) => run);
    this.#reserved = [];
    if (given.length > 0) await this.#options.runs.giveBack(given).catch((error: unknown) => this.#failing(error));
    this.#slotFree();
  }

  /** Once a second: what nobody hinted at. */
  #tick(): void {
    const { runs, clock, random } = this.#options;
    const again = () => {
      if (!this.#running) return;
      void this.#checkCancelled();
      runs.sweep(clock.now()).catch((error: unknown) => this.#failing(error));
      this.#tellInfo();
      this.#stopTick = clock.after(TICK_MS * (0.9 + random.fraction() / 5), again);
    };
    this.#stopTick = clock.after(TICK_MS, again);
  }

  #tellInfo(): void {
    const info = this.#info();
    const text = JSON.stringify(info);
    if (text === this.#told) return;
    this.#told = text;
    this.#registration?.update(info);
  }

  /** Asks runs to stop that are to; only those that are long enough to have been noted. */
  async #checkCancelled(): Promise<void> {
    if (this.#checking || this.#registration === undefined) return;
    const begun = [...this.#executing.values()].filter(({ begun, stopReason }) => begun && stopReason === undefined);
    if (begun.length === 0) return;
    this.#checking = true;
    try {
      const { runs } = this.#options;
      const claims = await runs.cancelled(
        this.#registration.id,
        begun.map(({ run }) => run),
      );
      for (const { id } of claims) {
        const run = await runs.find(id);
        const reason: StopReason = run?.cancelRequestedAt === undefined ? "lost" : "cancelled";
        this.#executing.get(id)?.stop(reason);
      }
    } catch (error) {
      this.#failing(error);
    } finally {
      this.#checking = false;
    }
  }

  #untilSlotFree(): Promise<void> {
    return new Promise((resolve) => {
      this.#slotFree = () => {
        this.#slotFree = () => {};
        resolve();
      };
      if (this.#room() > 0 || !this.#running) this.#slotFree();
    });
  }

  async #untilIdle(withinMs: number, quick?: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    const deadline = clock.monotonic() + withinMs;
    while (this.#executing.size > 0 && clock.monotonic() < deadline && !quick?.aborted) {
      await new Promise<void>((resolve) => {
        this.#slotFree = resolve;
        clock.after(Math.min(50, deadline - clock.monotonic()), resolve);
      });
    }
  }

  #failing(error: unknown): void {
    this.#failures += 1;
    if (this.#failures === 1)
      this.#options.logger.error(
        { err: error },
        `the worker meets a failure: ${messageOf(error)}; trying again until it passes`,
      );
  }

  #recovered(): void {
    if (this.#failures > 0) this.#options.logger.info({ failures: this.#failures }, "the worker is well again");
    this.#failures = 0;
  }
}
