import { setTimeout as sleep } from "node:timers/promises";
import type { App } from "../app/app.ts";
import { taskSurroundings } from "../app/task-surroundings.ts";
import { HyoshiError } from "../base/error.ts";
import { LEASE_MS } from "../control/process-registry.ts";
import { decide } from "../firing/decide.ts";
import type { ClaimedRun, Outcome } from "../run/run-store.ts";
import { AfterRuns } from "../worker/after-runs.ts";
import { builtInTasks } from "../worker/built-in-tasks.ts";
import { captureConsole } from "../worker/console-capture.ts";
import { Execution } from "../worker/executor.ts";
import { RunObserver } from "../worker/run-observer.ts";
import { RunOutput } from "../worker/run-output.ts";
import type { TestClock } from "./test-clock.ts";

/** Runs that are executed at once. */
const AT_ONCE = 100;
/** While tasks are executed, elapsed time passes in steps of so many ms, as it does really. */
const STEP_MS = 5;

/** Executes what is queued, in this process and under a clock that stands still: a worker and a beat that are called. */
export class RunDriver {
  readonly #app: App;
  readonly #clock: TestClock;
  readonly #output: RunOutput;
  readonly #afterRuns: AfterRuns;
  readonly #builtIns: ReturnType<typeof builtInTasks>;
  readonly #executing = new Map<string, { readonly task: string; readonly ended: Promise<void> }>();
  readonly #observer: RunObserver | undefined;
  readonly #release: () => void;
  #processId = 0;
  #renewedAt: number | undefined;
  #fault: unknown;

  constructor(app: App, clock: TestClock) {
    this.#app = app;
    this.#clock = clock;
    const { runs, logs, logger, random, results, chords, archive, discovery } = app;
    const failing = (error: unknown) => {
      this.#fault ??= error;
    };
    this.#output = new RunOutput({ logs, runs, clock, logger, failing });
    this.#builtIns = builtInTasks(discovery.registry, app.secrets);
    this.#afterRuns = new AfterRuns({
      ...{ runs, clock, random, logger, failing },
      reporting: { results, chords, runs, archive },
      priorities: undefined,
      registry: discovery.registry,
      node: "test@here",
      pid: process.pid,
    });
    this.#observer = app.hooks && new RunObserver(app.hooks, "test");
    this.#release = captureConsole();
  }

  async start(): Promise<void> {
    const row = {
      ...{ kind: "worker", name: "test", host: "here", pid: process.pid, loop_lag: 0, info: "{}" },
      ...{ started_at: this.#clock.now(), lease_until: 0 },
    };
    const { db } = this.#app.database;
    const { id } = await db.insertInto("process").values(row).returning("id").executeTakeFirstOrThrow();
    this.#processId = id;
    await this.#afterRuns.start();
  }

  async stop(): Promise<void> {
    await this.#afterRuns.stop();
    await this.#output.flush();
    this.#release();
  }

  /** When something that waits for its time is next to happen. */
  async nextAt(): Promise<number | undefined> {
    const { ledger, runs } = this.#app;
    const times = [await ledger.nextWakeAt(), await runs.nextScheduledAt()].filter((at) => at !== undefined);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  /** Fires what is due. */
  async fire(): Promise<void> {
    const { ledger, compile } = this.#app;
    for (;;) {
      const now = this.#clock.now();
      const due = await ledger.nextWakeAt();
      if (due === undefined || due > now) return;
      const { schedules } = await ledger.fireDue({ now, limit: 500, decide: (one, at) => decide(one, at, compile) });
      if (schedules === 0) return;
    }
  }

  /** Executes what may begin, with what follows from it. Fails with `not_idle` when something is still executed after so long, in real time. */
  async untilIdle(withinMs: number): Promise<void> {
    const { runs } = this.#app;
    const steps = Math.ceil(withinMs / STEP_MS);
    for (let step = 0; ; ) {
      await this.#renewLease();
      await runs.sweep(this.#clock.now());
      const claimed = await this.#claim();
      for (const run of claimed) this.#begin(run);
      if (this.#fault !== undefined) throw this.#fault;
      if (claimed.length > 0) continue;
      if (this.#executing.size === 0) return this.#output.flush();
      step += 1;
      if (step > steps) throw this.#notIdle(withinMs);
      const passed = sleep(STEP_MS).then(() => this.#clock.elapse(STEP_MS));
      await Promise.race([passed, ...[...this.#executing.values()].map(({ ended }) => ended)]);
    }
  }

  /** However far the clock was moved, nobody is dead. */
  async #renewLease(): Promise<void> {
    const now = this.#clock.now();
    if (this.#renewedAt === now) return;
    this.#renewedAt = now;
    const update = this.#app.database.db.updateTable("process").set({ lease_until: now + LEASE_MS });
    await update.where("id", "=", this.#processId).execute();
  }

  /** Whichever queue they are in. */
  async #claim(): Promise<readonly ClaimedRun[]> {
    const { runs, database } = this.#app;
    const limit = AT_ONCE - this.#executing.size;
    if (limit <= 0) return [];
    const ready = database.reader.selectFrom("run_live").select("queue").distinct().where("state", "=", "ready");
    const queues = (await ready.execute()).map(({ queue }) => queue);
    if (queues.length === 0) return [];
    return runs.claim({ processId: this.#processId, queues, limit, now: this.#clock.now() });
  }

  #begin(run: ClaimedRun): void {
    const ended = this.#execute(run)
      .catch((error: unknown) => {
        this.#fault ??= error;
      })
      .finally(() => this.#executing.delete(run.id));
    this.#executing.set(run.id, { task: run.task, ended });
  }

  async #execute(run: ClaimedRun): Promise<void> {
    const { runs, discovery, client, random, secrets } = this.#app;
    const task = discovery.registry.find(run.task) ?? this.#builtIns.get(run.task);
    if (task === undefined) {
      await runs.giveBack([run], Number.MAX_SAFE_INTEGER);
      throw new HyoshiError(
        "unknown_task",
        `no task is called '${run.task}': name it among the test app's tasks or apps`,
      );
    }
    const execution = new Execution(run, task, {
      ...taskSurroundings(this.#app),
      ...{ clock: this.#clock, client, random, secrets, output: this.#output },
    });
    this.#observer?.started(run);
    await runs.begin([run], this.#clock.now());
    const outcome: Outcome = await execution.outcome();
    const whole = await this.#afterRuns.of(run, outcome, execution.children);
    await this.#output.keep([execution.log]);
    const [answer = "done"] = await runs.finish([whole]);
    this.#afterRuns.written(whole, answer);
    this.#observer?.ending(run, whole);
    this.#observer?.written(whole, answer);
  }

  #notIdle(withinMs: number): HyoshiError {
    const tasks = [...new Set([...this.#executing.values()].map(({ task }) => task))];
    return new HyoshiError(
      "not_idle",
      `after ${withinMs} ms ${tasks.map((task) => `'${task}'`).join(", ")} had not ended: what a task waits for has to come while it is executed`,
      { fields: { tasks } },
    );
  }
}
