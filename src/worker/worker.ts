import type { Stop } from "../base/clock.ts";
import { ClockGuard } from "../base/clock-guard.ts";
import type { HyoshiError } from "../base/error.ts";
import type { Service } from "../base/service.ts";
import { REPLACED } from "../canvas/replacement.ts";
import { nodeName } from "../control/node-name.ts";
import type { ProcessInfo, Registration } from "../control/process-registry.ts";
import type { WorkerControl } from "../control/worker-control.ts";
import type { ClaimedRun, Outcome } from "../run/run-store.ts";
import { HOLDS_TOPIC, RUNS_TOPIC } from "../run/topics.ts";
import { AfterRuns } from "./after-runs.ts";
import type { Attempt } from "./attempt.ts";
import { Autoscaler } from "./autoscaler.ts";
import { BeginNotes } from "./begin-notes.ts";
import { builtInTasks } from "./built-in-tasks.ts";
import { CancelWatch } from "./cancel-watch.ts";
import { CHORD_UNLOCK } from "./chord-unlock.ts";
import { captureConsole } from "./console-capture.ts";
import { Consumer } from "./consumer.ts";
import { Controls, endOf, executingRun, workerRun } from "./controls.ts";
import { logFailure } from "./failure-log.ts";
import { Finisher } from "./finisher.ts";
import { HoldWatch } from "./hold-watch.ts";
import { LimitGate } from "./limit-gate.ts";
import { patiently } from "./patiently.ts";
import { Pools } from "./pool/pools.ts";
import { runError } from "./run-error.ts";
import { RunOutput } from "./run-output.ts";
import { Slots } from "./slots.ts";
import { watchStrayErrors } from "./stray-errors.ts";
import { Trouble } from "./trouble.ts";
import type { WorkerOptions } from "./worker-options.ts";

const TICK_MS = 1_000;
/** A run whose task this worker does not know waits so long for one that does. */
const UNKNOWN_AGAIN_AFTER_MS = 5_000;
/** What may have killed a worker is executed alone for so long. What it does later it does beside others, which are noted as begun. */
const SUSPECT_ALONE_MS = 1_000;
/** What was asked to stop because the worker stops is left to itself after so long. */
const STOPPING_GRACE_MS = 1_000;
/** How long `stop` tries to write what became of runs when the database does not answer. */
const WRITE_WITHIN_MS = 10_000;

/** A run for which none of its pool's places became free comes back so much later. */
const POOL_FULL_AGAIN_AFTER_MS = 500;

/** What has happened since the start. */
export interface WorkerStatistics {
  executed: number;
  /** Ended here when the worker no longer held them. */
  fenced: number;
}

/** What a worker holds as long as its lease lasts. */
interface Lease {
  readonly registration: Registration;
  readonly consumer: Consumer;
}

/**
 * Takes runs and executes them in this process's event loop, `concurrency` at once.
 *
 * A run passes through three places. *Reserved*, in the {@link Consumer}: claimed, and waiting for a slot. *Executing*, in the
 * {@link Slots}: an {@link Attempt}. *Finishing*, in the {@link Finisher}: its outcome is being written together with others'.
 *
 * The lease belongs to the process and is renewed by a thread. When it is lost all the same (a machine that slept), others have the
 * runs: what is being executed is asked to stop, whatever it brings is fenced, and the worker goes on under a new lease.
 */
export class Worker implements Service {
  readonly statistics: WorkerStatistics = { executed: 0, fenced: 0 };
  readonly #options: WorkerOptions;
  readonly #slots: Slots;
  readonly #output: RunOutput;
  readonly #finisher: Finisher;
  readonly #beginNotes: BeginNotes;
  readonly #cancelWatch: CancelWatch;
  readonly #guard: ClockGuard;
  readonly #pools: Pools;
  readonly #autoscaler: Autoscaler | undefined;
  readonly #trouble: Trouble;
  readonly #failing: (error: unknown) => void;
  readonly #controls: Controls;
  readonly #afterRuns: AfterRuns;
  readonly #gate: LimitGate | undefined;
  readonly #holdWatch: HoldWatch;
  readonly #builtIns: ReturnType<typeof builtInTasks>;
  #lease: Lease | undefined;
  #isRunning = false;
  #stops: Stop[] = [];
  #stopTick: Stop = () => {};
  #toldInfo = "";
  /** Tasks that were asked for and are not known here, each told once. */
  readonly #unknown = new Set<string>();

  constructor(options: WorkerOptions) {
    const { runs, logs, clock, random, client, logger, openDatabase, previousSuccess, secrets } = options;
    this.#options = options;
    this.#trouble = new Trouble(clock, logger);
    const failing = (error: unknown) => this.#trouble.failing(error);
    this.#failing = failing;
    this.#slots = new Slots(options.concurrency, clock);
    this.#output = new RunOutput({ logs, runs, clock, logger, failing });
    this.#builtIns = builtInTasks(options.registry, secrets);
    const { reporting, priorities, registry, pid } = options;
    const node = nodeName(options.name, options.host);
    this.#afterRuns = new AfterRuns({
      ...{ runs, reporting, priorities, registry, node, pid, clock, random, logger, failing },
    });
    this.#finisher = new Finisher({
      ...{ runs, output: this.#output, clock, failing },
      fenced: ({ id }) => this.#fenced(id),
      backlog: (unwritten) => this.#slots.setUnwritten(unwritten),
      written: (outcome, answer) => {
        this.#afterRuns.written(outcome, answer);
        options.observer?.written(outcome, answer);
        this.#gate?.written(outcome);
      },
    });
    this.#holdWatch = new HoldWatch({
      holds: options.holds ?? (async () => []),
      ...{ clock, failing, name: options.name, host: options.host },
      queues: () => this.#controls.queues(),
      inbox: () => this.#lease?.consumer,
    });
    const fail = (run: ClaimedRun, error: HyoshiError) => this.#endUnlimited(run, error);
    this.#gate =
      options.limits &&
      new LimitGate({
        ...{ limits: options.limits, registry, clock, failing, fail },
        ...(secrets !== undefined && { secrets }),
      });
    this.#beginNotes = new BeginNotes({ runs, clock, slots: this.#slots, failing });
    this.#guard = new ClockGuard(() => clock.monotonic());
    this.#cancelWatch = new CancelWatch({ runs, clock, slots: this.#slots, failing });
    const resize = (count: number) => this.#resize(count);
    this.#autoscaler =
      options.autoscale && new Autoscaler({ slots: this.#slots, clock, bounds: options.autoscale, resize });
    this.#controls = new Controls({
      node,
      pid,
      queues: options.queues,
      registry,
      clock,
      slots: this.#slots,
      pool: () => this.#pools.usual(pid),
      consumer: () => this.#lease?.consumer,
      applyQueues: () => this.#holdWatch.apply(),
      resize,
      autoscaler: this.#autoscaler,
      lookForCancelled: () => this.#cancelWatch.hear(() => this.#lease?.registration.id),
      shutDown: () => options.shutDown?.(),
    });
    const timeLimitsOf = (task: string) => this.#controls.timeLimitsOf(task);
    this.#pools = new Pools({
      executor: {
        ...{ clock, random, client, openDatabase, previousSuccess, timeLimitsOf, output: this.#output },
        ...(secrets !== undefined && { secrets }),
        ...(options.trace !== undefined && { trace: options.trace }),
      },
      byDefault: options.pool ?? "loop",
      ...(options.guard !== undefined && { guard: options.guard }),
      ...(options.openPool !== undefined && { open: options.openPool }),
      ...{ clock, slots: this.#slots },
      execute: (run) => void this.#execute(run),
      giveBack: (run) => void this.#wait(run, POOL_FULL_AGAIN_AFTER_MS),
    });
  }

  /** For whoever asks and commands it over the broker. */
  get control(): WorkerControl {
    return this.#controls;
  }

  /** Fails when the process cannot be registered, and leaves nothing behind then. */
  async start(): Promise<void> {
    if (this.#isRunning) return;
    this.#isRunning = true;
    const lease = await this.#takeLease().catch((error: unknown) => {
      this.#isRunning = false;
      throw error;
    });
    const { wake, logger } = this.#options;
    const processId = () => this.#lease?.registration.id;
    this.#stops = [
      captureConsole(),
      watchStrayErrors(logger, (log, error) => {
        for (const execution of this.#slots.executing) if (execution.log === log) execution.threw(error);
      }),
      wake.on(RUNS_TOPIC, () => this.#cancelWatch.hear(processId)),
      wake.on(HOLDS_TOPIC, () => this.#holdWatch.hear()),
    ];
    this.#tick();
    await this.#afterRuns.start();
    this.#pools.prepare(this.#slots.concurrency);
    this.#autoscaler?.start();
    lease.consumer.start();
  }

  /**
   * Warm: takes nothing more, gives back what has not begun, and waits up to `graceMs` for the rest, which is then asked to stop and
   * handed back as it is. `quick`, when aborted, ends the waiting.
   */
  async stop(quick?: AbortSignal): Promise<void> {
    if (!this.#isRunning) return;
    this.#isRunning = false;
    this.#stopTick();
    this.#autoscaler?.stop();
    const lease = this.#lease;
    this.#lease = undefined;
    const givenBack = lease?.consumer.close(this.#pools.clear());
    await this.#slots.untilIdle(this.#options.graceMs, quick);
    for (const execution of this.#slots.executing) execution.stop("worker_stopped", STOPPING_GRACE_MS);
    await this.#slots.untilIdle(WRITE_WITHIN_MS);
    const written = Promise.all([givenBack, this.#finisher.flush()]);
    await this.#withinTime(written.then(() => this.#afterRuns.stop()));
    await this.#withinTime(Promise.all([this.#gate?.stop(), this.#holdWatch.stop()]));
    await this.#pools.close();
    for (const stop of this.#stops.splice(0)) stop();
    await lease?.registration.leave();
  }

  /** What a database that does not answer keeps from being written, others take over when the lease has ended. */
  #withinTime(work: Promise<unknown>): Promise<void> {
    return new Promise((resolve) => {
      const stopTimer = this.#options.clock.after(WRITE_WITHIN_MS, () => {
        this.#options.logger.error(
          {},
          "not everything could be written before the worker stopped; others will do it again",
        );
        resolve();
      });
      void work.then(() => {
        stopTimer();
        resolve();
      });
    });
  }

  async #takeLease(): Promise<Lease> {
    const { processes, clock, announcements, name, host, pid, inbox, listener } = this.#options;
    const queues = await this.#holdWatch.begin();
    const registration = await processes.register({ kind: "worker", name, host, pid, info: this.#info() }, clock.now());
    try {
      await processes.announce(registration.id, announcements, clock.now());
    } catch (error) {
      await registration.leave();
      throw error;
    }
    const taking = inbox(registration.id, queues);
    const consumer = new Consumer({
      inbox: this.#gate?.guard(taking) ?? taking,
      slots: this.#slots,
      clock,
      ...(listener !== undefined && { received: (run) => listener.received(workerRun(run)) }),
      execute: (run) => void this.#execute(run),
      failing: this.#failing,
    });
    const lease = { registration, consumer };
    this.#lease = lease;
    void registration.lost.then(() => this.#leaseLost(lease));
    return lease;
  }

  async #leaseLost(lease: Lease): Promise<void> {
    if (this.#lease !== lease) return;
    const { clock, logger } = this.#options;
    logger.error({}, "this worker's lease was lost: others may have its runs; going on under a new one");
    this.#lease = undefined;
    lease.consumer.drop();
    this.#pools.clear();
    for (const execution of this.#slots.executing) execution.stop("lost");
    await lease.registration.leave();
    const next = await patiently(async () => (this.#isRunning ? this.#takeLease() : undefined), clock, this.#failing);
    if (this.#isRunning) next?.consumer.start();
    // Stopped meanwhile, and `stop` did not know of it.
    else await next?.registration.leave();
  }

  /** Never fails: a run that is claimed here and neither ended nor given back would be nobody's. */
  async #execute(run: ClaimedRun): Promise<void> {
    const task = this.#options.registry.find(run.task) ?? this.#builtIns.get(run.task);
    if (task === undefined) {
      return run.task === CHORD_UNLOCK || run.task === REPLACED ? this.#lookAt(run) : this.#putOff(run);
    }
    if (this.#options.isRevoked?.(workerRun(run))) return this.#endRevoked(run);
    const wait = this.#controls.rates.waitOf(run);
    if (wait > 0) return this.#wait(run, wait);
    const pool = this.#pools.of(task);
    if (pool.free <= 0) return this.#pools.wait(run, pool);
    const execution = pool.attempt(run, task);
    this.#slots.enter(execution);
    // What was being executed when a worker died may be what killed it.
    const isSuspect = run.suspect || run.lost > 0;
    const release = isSuspect && pool.kind === "loop" ? this.#slots.hold(SUSPECT_ALONE_MS) : () => {};
    if ((isSuspect || execution.isOnce) && !(await this.#beginNotes.now(execution))) {
      // Others have it.
      this.#slots.leave(execution);
      return release();
    }
    this.#beginNotes.soon();
    const { listener, observer } = this.#options;
    listener?.started(executingRun(execution));
    observer?.started(run);
    this.#afterRuns.started(run);
    const outcome = await execution.outcome();
    if (outcome.error !== undefined) logFailure(this.#options.logger, run, outcome);
    const ended = this.#afterRuns.of(run, outcome, execution.children);
    // It keeps its slot meanwhile: a worker that stops waits for it.
    const whole = ended instanceof Promise ? await ended : ended;
    this.statistics.executed += 1;
    this.#controls.countExecuted(run.task);
    this.#slots.leave(execution);
    release();
    if (listener !== undefined) {
      const runtimeMs = this.#options.clock.monotonic() - execution.since;
      const wasForced = execution.stopReason !== undefined;
      listener.ended(executingRun(execution), endOf(outcome, wasForced), runtimeMs);
    }
    this.#gate?.ending(run);
    observer?.ending(run, whole);
    this.#finisher.add(whole, execution.log, this.#slots.executing.size === 0);
  }

  /** More of its task may not begin now: it comes back when it has its turn. */
  async #wait(run: ClaimedRun, ms: number): Promise<void> {
    const { runs, clock } = this.#options;
    // What has no row can wait nowhere else; a worker that has stopped leaves it to its broker.
    if (run.unrecorded) clock.after(ms, () => void (this.#isRunning && this.#execute(run)));
    else await patiently(() => runs.giveBack([run], Math.ceil(clock.now() + ms)), clock, this.#failing);
  }

  /** Nobody knows which limit it is bound by. */
  #endUnlimited(run: ClaimedRun, fault: HyoshiError): void {
    const { id, claim, attempt } = run;
    const now = this.#options.clock.now();
    const times = { startedAt: now, endedAt: now };
    this.#endAside(run, { id, claim, attempt, ...times, kind: "final", state: "failed", error: runError(fault) });
  }

  #endRevoked(run: ClaimedRun): void {
    const { clock, listener } = this.#options;
    const { id, claim, attempt } = run;
    const now = clock.now();
    const error = { name: "TaskRevokedError", message: "revoked" };
    const times = { startedAt: now, endedAt: now };
    const outcome = { id, claim, attempt, ...times, kind: "final", state: "cancelled", error } as const;
    const ended = this.#afterRuns.of(run, outcome, []);
    // Nothing is sent because of it, so there is nothing to wait for.
    this.#endAside(run, ended instanceof Promise ? outcome : ended);
    listener?.ended(workerRun(run), { kind: "cancelled", terminated: false }, 0);
  }

  /** Looks whether a chord is complete, or a run waits for this one, beside the slots: most of the time it is not. */
  async #lookAt(run: ClaimedRun): Promise<void> {
    const answer = await (run.task === REPLACED ? this.#afterRuns.replaced(run) : this.#afterRuns.unlock(run));
    if ("waitMs" in answer) return this.#wait(run, answer.waitMs);
    this.#endAside(run, answer.outcome);
  }

  /** Writes the end of a run that no task was called for. */
  #endAside(run: ClaimedRun, outcome: Outcome): void {
    const log = this.#output.open(run);
    log.close();
    this.#gate?.ending(run);
    this.#options.observer?.ending(run, outcome);
    this.#finisher.add(outcome, log, true);
  }

  async #putOff(run: ClaimedRun): Promise<void> {
    const { runs, clock, logger } = this.#options;
    if (!this.#unknown.has(run.task)) {
      this.#unknown.add(run.task);
      logger.warn(
        { task: run.task, runId: run.id },
        `task '${run.task}' is not known here: its runs wait for a worker that knows it`,
      );
    }
    const again = () => runs.giveBack([run], clock.now() + UNKNOWN_AGAIN_AFTER_MS);
    await patiently(again, clock, this.#failing);
  }

  /** Once a second, with jitter: what nobody hinted at, and what is any process's duty. */
  #tick(): void {
    const { runs, clock, random } = this.#options;
    this.#stopTick = clock.after(TICK_MS * (0.9 + random.fraction() / 5), () => {
      const { registration } = this.#lease ?? {};
      if (registration !== undefined) {
        void this.#cancelWatch.look(registration.id);
        this.#tellInfo(registration);
      }
      // A clock that was set would end what has not expired and is not abandoned.
      if (this.#guard.look(clock.now()).state !== "held") runs.sweep(clock.now()).catch(this.#failing);
      this.#gate?.look();
      void this.#holdWatch.look();
      this.#trouble.look();
      this.#tick();
    });
  }

  #resize(concurrency: number): void {
    this.#slots.setConcurrency(concurrency);
    this.#pools.resize(concurrency);
  }

  #info(): ProcessInfo["info"] {
    const queues = this.#controls.queues();
    const { concurrency, executing } = this.#slots;
    const { drain } = this.#holdWatch;
    return {
      queues,
      concurrency,
      running: executing.size,
      ...this.#pools.told(),
      ...(this.#autoscaler !== undefined && { autoscale: { ...this.#autoscaler.bounds } }),
      ...(this.#options.restarts !== undefined && { restarts: this.#options.restarts }),
      ...(drain !== undefined && { drain: drain.scope }),
    };
  }

  #tellInfo(registration: Registration): void {
    const info = this.#info();
    const text = JSON.stringify(info);
    if (text !== this.#toldInfo) registration.update(info);
    this.#toldInfo = text;
  }

  #fenced(runId: string): void {
    this.statistics.fenced += 1;
    this.#options.logger.warn(
      { runId },
      "a run ended here that this worker no longer held; what it brought is kept on the attempt",
    );
  }
}
