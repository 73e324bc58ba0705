import type { Clock, Stop } from "../base/clock.ts";
import { HyoshiError, isHyoshiError } from "../base/error.ts";
import type { Random } from "../base/random.ts";
import type { Client } from "../client/client.ts";
import type { ClaimedRun, Outcome } from "../run/run-store.ts";
import type { TaskContext } from "../task/context.ts";
import type { RegisteredTask } from "../task/registry.ts";
import { nextAttemptAt } from "../task/retry-policy.ts";
import { validate } from "../task/schema.ts";
import { parseInput } from "../task/task-input.ts";
import { jsonError, toJson } from "../task/to-json.ts";
import { withConsole } from "./console-capture.ts";
import { runError } from "./run-error.ts";
import type { RunLog } from "./run-log.ts";
import type { RunOutput } from "./run-output.ts";

/** How long a task that was asked to stop may take before it is left to itself. */
export const STOP_GRACE_MS = 10_000;

/** Why an execution is to stop. `lost`: others have the run; what comes of this one is fenced. */
export type StopReason = "cancelled" | "stopping" | "lost";

/** Tables for a run that asks for them. */
export interface TaskDatabase {
  readonly open: TaskContext["db"];
  release(): void;
}

export interface ExecutorParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly client: Pick<Client, "as">;
  readonly output: RunOutput;
  /** Called when a run asks for the database the first time. */
  readonly openDatabase: (task: string) => TaskDatabase;
}

/** One attempt, from its start to its outcome. */
export class Execution {
  readonly run: ClaimedRun;
  readonly startedAt: number;
  /** Whether the store knows that it has begun. */
  begun = false;
  readonly #parts: ExecutorParts;
  readonly #task: RegisteredTask;
  readonly #abort = new AbortController();
  readonly #log: RunLog;
  readonly #timeLimitMs: number;
  #database: TaskDatabase | undefined;
  #stopReason: StopReason | "time limit" | undefined;
  #giveUp: (error: unknown) => void = () => {};
  #stopTimer: Stop = () => {};

  constructor(run: ClaimedRun, task: RegisteredTask, parts: ExecutorParts) {
    this.run = run;
    this.#task = task;
    this.#parts = parts;
    this.#log = parts.output.open(run);
    this.#timeLimitMs = run.options.timeLimitMs ?? task.task.options.timeLimitMs;
    this.startedAt = parts.clock.now();
  }

  get stopReason(): StopReason | "time limit" | undefined {
    return this.#stopReason;
  }

  /** Aborts the task's signal; a task that does not end within the grace is left to itself, and the attempt ends without it. */
  stop(reason: StopReason, graceMs = STOP_GRACE_MS): void {
    if (this.#stopReason !== undefined) return;
    this.#stopReason = reason;
    this.#stopTimer();
    const error = new HyoshiError(`run_${reason}`, stopTexts[reason]);
    this.#abort.abort(error);
    this.#stopTimer = this.#parts.clock.after(graceMs, () => this.#giveUp(error));
  }

  /** Parses the input, calls the task, and says what came of it. Never fails. */
  async outcome(): Promise<Outcome> {
    let outcome: Outcome;
    try {
      outcome = this.#succeeded(await this.#value());
    } catch (error) {
      outcome = this.#failed(error);
    }
    this.#stopTimer();
    this.#database?.release();
    return outcome;
  }

  /** What it has written is kept before its end is told. */
  closeLog(): Promise<void> {
    return this.#parts.output.close(this.#log);
  }

  async #value(): Promise<unknown> {
    const { task } = this.#task;
    const parsed = parseInput(task, this.run.payload);
    const input = parsed instanceof Promise ? await parsed : parsed;
    const value = withConsole(this.#log, () => task.run(input, this.#context()));
    const settled = value instanceof Promise ? await this.#orGivenUp(value) : value;
    if (task.output === null) return settled;
    return validate(task.output, settled, "invalid_output", `the result of task '${task.name}'`);
  }

  /** The task's own end, or the moment when it is no longer waited for. */
  #orGivenUp(value: Promise<unknown>): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#giveUp = reject;
      if (this.#stopReason === undefined) {
        this.#stopTimer = this.#parts.clock.after(this.#timeLimitMs, () => this.#timeIsUp());
      }
      value.then(resolve, reject);
    });
  }

  #timeIsUp(): void {
    this.#stopReason = "time limit";
    const error = new HyoshiError(
      "time_limit",
      `task '${this.run.task}' took longer than its limit of ${this.#timeLimitMs} ms; what it is doing cannot be stopped from outside unless it heeds its signal`,
      { fields: { timeLimitMs: this.#timeLimitMs } },
    );
    this.#abort.abort(error);
    this.#giveUp(error);
  }

  #succeeded(value: unknown): Outcome {
    const { value: result, issue } = toJson(value ?? null);
    if (issue !== undefined) throw jsonError("result_not_json", `the result of task '${this.run.task}'`, issue);
    return { ...this.#attempt(), kind: "final", state: "succeeded", result };
  }

  #failed(thrown: unknown): Outcome {
    const attempt = this.#attempt();
    const error = runError(thrown);
    if (this.#stopReason === "cancelled") return { ...attempt, kind: "final", state: "cancelled", error };
    const { options } = this.#task.task;
    if (this.#stopReason === "stopping") {
      if (options.onLost === "fail") return { ...attempt, kind: "final", state: "lost", error };
      return { ...attempt, kind: "retry", availableAt: attempt.endedAt, error };
    }
    const availableAt = this.#nextAttemptAt(thrown);
    if (availableAt !== undefined) return { ...attempt, kind: "retry", availableAt, error };
    return { ...attempt, kind: "final", state: "failed", error };
  }

  /** An input that does not fit will not fit later either. */
  #nextAttemptAt(error: unknown): number | undefined {
    if (isHyoshiError(error, "invalid_input")) return undefined;
    const { clock, random } = this.#parts;
    const failed = { error, retries: this.run.retries, now: clock.now(), fraction: random.fraction() };
    try {
      return nextAttemptAt(this.#task.task.options.retry, failed);
    } catch (fault) {
      this.#log.error("the task's retry.on failed, and the run is not tried again:", fault);
      return undefined;
    }
  }

  #attempt() {
    const { id, claim, attempt } = this.run;
    return { id, claim, attempt, startedAt: this.startedAt, endedAt: this.#parts.clock.now() };
  }

  #context(): TaskContext {
    const { run } = this;
    const { client, output, openDatabase } = this.#parts;
    return {
      log: this.#log,
      db: (models) => {
        this.#database ??= openDatabase(run.task);
        return this.#database.open(models);
      },
      signal: this.#abort.signal,
      progress: (done) => output.progress(run, done),
      send: client.as({ origin: { kind: "task" }, parentId: run.id, rootId: run.rootId ?? run.id }),
      runId: run.id,
      attempt: run.attempt,
      queuedAt: run.queuedAt,
      nominalAt: run.nominalAt,
      periodicTask: run.periodicTaskId === undefined ? undefined : { id: run.periodicTaskId },
      app: this.#task.app,
      headers: run.options.headers ?? {},
    };
  }
}

const stopTexts: Readonly<Record<StopReason, string>> = {
  cancelled: "the run was cancelled",
  stopping: "its worker was stopped before the task had ended",
  lost: "its worker's lease was lost, and another one has the run",
};
