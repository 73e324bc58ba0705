import type { Instant, Stop } from "../base/clock.ts";
import { HyoshiError } from "../base/error.ts";
import { replacementOf } from "../canvas/replacement.ts";
import type { Client } from "../client/client.ts";
import type { Sender } from "../client/new-run.ts";
import type { TimeLimits } from "../control/worker-control.ts";
import type { ClaimedRun, Outcome } from "../run/run-store.ts";
import type { SecretSeal } from "../run/secret-seal.ts";
import type { TaskContext } from "../task/context.ts";
import { registerSecret, SHORTEST_SECRET } from "../task/registered-secrets.ts";
import type { RegisteredTask } from "../task/registry.ts";
import { ReplaceRequest } from "../task/replace-request.ts";
import { RetryRequest } from "../task/retry-request.ts";
import { validate } from "../task/schema.ts";
import type { SendOptions, SentCanvas, SentRun } from "../task/send.ts";
import { parseInput } from "../task/task-input.ts";
import { cutValue, jsonError, toJson } from "../task/to-json.ts";
import type { AttemptTrace } from "../task/tracing.ts";
import type { Attempt } from "./attempt.ts";
import {
  type Ended,
  failedOutcome,
  finalOutcome,
  isInterruption,
  type OutcomeParts,
  stoppedOutcome,
} from "./attempt-outcome.ts";
import { isOnce, softTimeLimitOf, timeLimitOf } from "./attempt-rules.ts";
import { withConsole } from "./console-capture.ts";
import { noting, notingMany } from "./noted-sends.ts";
import { openedPayload } from "./opened-payload.ts";
import type { RunLog } from "./run-log.ts";
import { idsAfter } from "./run-message.ts";
import type { RunOutput } from "./run-output.ts";
import { shownProgress } from "./shown.ts";
import { type StopReason, stopError } from "./stop-reason.ts";

/** How long a task that was asked to stop may take before it is left to itself. */
export const STOP_GRACE_MS = 5_000;

/** Tables for a run that asks for them. */
export interface TaskDatabase {
  readonly open: TaskContext["db"];
  release(): void;
}

export interface ExecutorParts extends OutcomeParts {
  readonly client: Pick<Client, "as" | "manyAs">;
  readonly output: Pick<RunOutput, "open" | "progress">;
  /** Whoever started it ends it by force at its hard limit, or when it does not stop: here nothing is abandoned. Default: false. */
  readonly isGuarded?: boolean;
  /** Opens the secrets of inputs. Absent: what is sealed stays so. */
  readonly secrets?: SecretSeal;
  /** Limits that were set for a task while the worker works. */
  readonly timeLimitsOf?: (task: string) => TimeLimits;
  /** Traces attempts; default: nobody does. */
  readonly trace?: (run: ClaimedRun) => AttemptTrace;
  /** Called when a run asks for the database the first time. */
  readonly openDatabase: (task: string) => TaskDatabase;
  /** When the last successful run of a periodic task ended. */
  readonly previousSuccess: (periodicTaskId: number) => Promise<Instant | undefined>;
}

/**
 * One attempt, from its start to its outcome: parse the input, call the task, accept its result.
 *
 * It can be asked to stop once, for one reason: its signal is aborted, and the task has {@link STOP_GRACE_MS} to end. One that does not
 * is abandoned: the attempt ends without it, its log says so, and nothing that it still does is listened to. What
 * the end means depends on the reason:
 *
 * The soft time limit asks as well, and says nothing of the end: what returns has succeeded, what throws has failed, and the hard limit stays.
 *
 * - `cancelled`: the run is cancelled, and keeps what the task returned, if it did.
 * - `time_limit`: the attempt has failed, whatever the task returned; the task's retry policy decides.
 * - `worker_stopped`, `lost`: what returned has succeeded. What threw was interrupted, and is tried again at once, or is `lost` where
 *   the task must not be begun again. (After `lost` the store fences it: others have the run.)
 */
export class Execution implements Attempt {
  readonly run: ClaimedRun;
  readonly task: RegisteredTask;
  readonly parts: ExecutorParts;
  readonly log: RunLog;
  readonly startedAt: Instant;
  /** The same moment on the monotonic clock. */
  readonly since: number;
  readonly timeLimitMs: number;
  /** The ids of the runs that the task has sent, the first of them. */
  readonly children: string[] = [];
  /** Whether the store knows that it has begun. */
  isBegun = false;
  #stopping: { readonly reason: StopReason; readonly error: HyoshiError } | undefined;
  /** Made when the task looks at its signal. */
  #abort: AbortController | undefined;
  #database: TaskDatabase | undefined;
  #trace: AttemptTrace | undefined;
  #abandon: (error: unknown) => void = () => {};
  #stopTimer: Stop = () => {};
  /** Its signal was aborted for the soft limit's sake: how it ends is its own affair. */
  #softLimit: HyoshiError | undefined;
  #stopSoftTimer: Stop = () => {};

  constructor(run: ClaimedRun, task: RegisteredTask, parts: ExecutorParts) {
    this.run = run;
    this.log = parts.output.open(run);
    this.task = task;
    this.parts = parts;
    this.timeLimitMs = timeLimitOf(run, task, parts);
    this.startedAt = parts.clock.now();
    this.since = parts.clock.monotonic();
  }

  get stopReason(): StopReason | undefined {
    return this.#stopping?.reason;
  }

  /** Whether it must not be begun again once it was begun. */
  get isOnce(): boolean {
    return isOnce(this.run, this.task);
  }

  stop(reason: StopReason, graceMs = STOP_GRACE_MS): void {
    if (this.#stopping !== undefined) return;
    const error = stopError(reason, { task: this.run.task, timeLimitMs: this.timeLimitMs });
    this.#stopping = { reason, error };
    this.#stopTimer();
    this.#abort?.abort(error);
    if (this.parts.isGuarded) return;
    this.#stopTimer = this.parts.clock.after(graceMs, () => {
      this.log.warn(
        `hyoshi: ${error.message}; the task has not ended ${graceMs} ms after its signal was aborted, and is left to itself: it may still be doing something`,
      );
      this.#abandon(error);
    });
  }

  /** The task threw where it could not be caught: what it still waits for may never come, so the attempt ends with that. */
  threw(error: unknown): void {
    this.#abandon(error);
  }

  /** Says what came of it. Never fails. */
  async outcome(): Promise<Outcome> {
    this.#trace = this.parts.trace?.(this.run);
    try {
      const outcome = await this.#execute();
      this.#trace?.ended({ ...outcome, state: outcome.kind === "final" ? outcome.state : "retried" });
      return outcome;
    } finally {
      this.#stopTimer();
      this.#stopSoftTimer();
      this.log.close();
      this.#database?.release();
    }
  }

  async #execute(): Promise<Outcome> {
    let input: unknown;
    try {
      assertAccepted(this.run, this.task);
      let payload = openedPayload(this.run, this.task.task, this.parts.secrets, (secret) =>
        this.log.secrets.add(secret),
      );
      if (payload instanceof Promise) payload = await payload;
      input = parseInput(this.task.task, payload);
      if (input instanceof Promise) input = await input;
    } catch (error) {
      // What does not fit will not fit later either.
      return finalOutcome(this, "failed", { error });
    }
    const ended = await this.#call(input);
    if (this.#stopping === undefined) {
      return ended.kind === "threw" ? failedOutcome(this, ended.error) : this.#returned(ended.value);
    }
    // What returns although nobody wants it to go on has succeeded.
    if (ended.kind === "returned" && isInterruption(this.#stopping.reason)) return this.#returned(ended.value);
    return stoppedOutcome(this, this.#stopping, ended);
  }

  async #call(input: unknown): Promise<Ended> {
    try {
      const run = () => this.task.task.run(input, this.#context());
      const value = withConsole(this.log, () => (this.#trace === undefined ? run() : this.#trace.within(run)));
      return { kind: "returned", value: isThenable(value) ? await this.#settled(value) : value };
    } catch (error) {
      return { kind: "threw", error };
    }
  }

  /** The task's own end, or the moment when it is no longer waited for. */
  #settled(value: PromiseLike<unknown>): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#abandon = reject;
      if (this.#stopping === undefined) {
        if (!this.parts.isGuarded) {
          this.#stopTimer = this.parts.clock.after(this.timeLimitMs, () => this.stop("time_limit"));
        }
        const softMs = softTimeLimitOf(this.run, this.task, this.parts);
        if (softMs !== null) this.#stopSoftTimer = this.parts.clock.after(softMs, () => this.#warn(softMs));
      }
      value.then(resolve, reject);
    });
  }

  #warn(softMs: number): void {
    if (this.#stopping !== undefined) return;
    const what = `task '${this.run.task}' has taken longer than its soft limit of ${softMs} ms`;
    this.#softLimit = new HyoshiError("soft_time_limit", what, { fields: { softTimeLimitMs: softMs } });
    this.#abort?.abort(this.#softLimit);
  }

  async #returned(value: unknown): Promise<Outcome> {
    const { name, output } = this.task.task;
    const what = `the result of task '${name}'`;
    try {
      let accepted = output === null ? value : validate(output, value, "invalid_output", what);
      if (accepted instanceof Promise) accepted = await accepted;
      const { value: result, issue } = toJson(accepted);
      if (issue?.isTooLarge) {
        // The work is done, and a result that nobody can keep does not undo it.
        this.log.warn(`hyoshi: ${what} is ${issue.message}, and was cut`);
        return finalOutcome(this, "succeeded", { result: cutValue(accepted) });
      }
      if (issue !== undefined) throw jsonError("result_not_json", what, issue);
      return finalOutcome(this, "succeeded", { result });
    } catch (error) {
      // The work is done: another attempt would do it twice, and end in the same way.
      return finalOutcome(this, "failed", { error });
    }
  }

  #signal(): AbortSignal {
    if (this.#abort === undefined) {
      this.#abort = new AbortController();
      const reason = this.#stopping?.error ?? this.#softLimit;
      if (reason !== undefined) this.#abort.abort(reason);
    }
    return this.#abort.signal;
  }

  #context(): TaskContext {
    const { run, children } = this;
    const { client, output, openDatabase, previousSuccess } = this.parts;
    const { secrets } = this.log;
    const signal = () => this.#signal();
    const sender: Sender = { origin: { kind: "task" }, parentId: run.id, rootId: run.rootId ?? run.id };
    const note = (sent: SentRun | SentCanvas) => {
      const ids = "runIds" in sent ? (sent.runIds as readonly string[]) : [sent.id];
      children.push(...ids.slice(0, Math.max(0, MOST_CHILDREN - children.length)));
    };
    // What a cancelled run leaves behind would have to be cancelled with it.
    const maySend = (options?: SendOptions) => {
      if (this.#stopping?.reason === "cancelled" && !options?.detached) throw this.#stopping.error;
    };
    return {
      log: this.log,
      db: (models) => {
        this.#database ??= openDatabase(run.task);
        return this.#database.open(models);
      },
      // Most tasks look at neither, and a signal costs more than all the rest of a short run.
      get signal() {
        return signal();
      },
      get send() {
        return noting(client.as(sender), note, maySend);
      },
      get sendMany() {
        return notingMany(client.manyAs(sender), note, maySend);
      },
      progress: (done) => output.progress(run, shownProgress(done, secrets)),
      secret: (value) => {
        if (value.length < SHORTEST_SECRET) registerSecret(value);
        secrets.add(value);
        return value;
      },
      retry: (options) => {
        throw new RetryRequest(run.task, options);
      },
      replace: async (canvas) => {
        maySend();
        const newId = idsAfter(`${run.id} replaced`);
        const sent = await client.as({ ...sender, newId })(replacementOf(canvas, run));
        note(sent);
        throw new ReplaceRequest(sent.id);
      },
      runId: run.id,
      attempt: run.attempt,
      deadline: this.startedAt + this.timeLimitMs,
      queuedAt: run.queuedAt,
      nominalAt: run.nominalAt,
      previousSuccess: async () => (run.periodicTaskId === undefined ? undefined : previousSuccess(run.periodicTaskId)),
      periodicTask: run.periodicTaskId === undefined ? undefined : { id: run.periodicTaskId },
      app: this.task.app,
      headers: run.options.headers ?? {},
    };
  }
}

/** Who asked for a foreign run does not have the project's key. */
function assertAccepted({ wire }: ClaimedRun, { task }: RegisteredTask): void {
  if (task.options.accept === "anyone" || (wire?.from !== "celery" && wire?.foreign !== true)) return;
  throw new HyoshiError(
    "foreign_sender",
    `task '${task.name}' accepts only what the project's own processes send, and this came from elsewhere`,
  );
}

/** So many are told to who looks for the children of a run. */
const MOST_CHILDREN = 10_000;

/** Not `instanceof Promise`: query builders and other libraries' promises are waited for as well. */
function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}
