import type { Instant, Stop } from "../../base/clock.ts";
import { HyoshiError } from "../../base/error.ts";
import type { ClaimedRun, Outcome } from "../../run/run-store.ts";
import type { RegisteredTask } from "../../task/registry.ts";
import type { Attempt } from "../attempt.ts";
import { lostOutcome, stoppedOutcome } from "../attempt-outcome.ts";
import { isOnce, softTimeLimitOf, timeLimitOf } from "../attempt-rules.ts";
import { type ExecutorParts, STOP_GRACE_MS } from "../executor.ts";
import type { RunLog } from "../run-log.ts";
import { type StopReason, stopError } from "../stop-reason.ts";
import type { FromChild, ToChild } from "./child-message.ts";

/** What an attempt has of the child that it is made in. */
export interface AttemptChild {
  send(message: ToChild): void;
  /** Ends it by force; `gone` follows. */
  kill(): void;
}

/**
 * An attempt in a thread or another process. The task, its input and its result are handled there, as an {@link Execution} does it here; this end of it keeps
 * the run's log, and ends the child by force where it does not stop: at its hard limit at once, and otherwise when its grace time is over. What the end means is
 * the same as in the loop. Where the child crashes, the attempt is lost.
 */
export class ChildAttempt implements Attempt {
  readonly run: ClaimedRun;
  readonly task: RegisteredTask;
  readonly parts: ExecutorParts;
  readonly log: RunLog;
  readonly startedAt: Instant;
  readonly since: number;
  readonly timeLimitMs: number;
  children: readonly string[] = [];
  isBegun = false;
  readonly #child: AttemptChild;
  #stopping: { readonly reason: StopReason; readonly error: HyoshiError } | undefined;
  #stopTimer: Stop = () => {};
  #resolve: (outcome: Outcome) => void = () => {};
  /** The child is gone before it was given the run. */
  #early: Outcome | undefined;
  #isRunning = false;

  constructor(run: ClaimedRun, task: RegisteredTask, parts: ExecutorParts, child: AttemptChild) {
    this.run = run;
    this.task = task;
    this.parts = parts;
    this.log = parts.output.open(run);
    this.timeLimitMs = timeLimitOf(run, task, parts);
    this.startedAt = parts.clock.now();
    this.since = parts.clock.monotonic();
    this.#child = child;
  }

  get stopReason(): StopReason | undefined {
    return this.#stopping?.reason;
  }

  get isOnce(): boolean {
    return isOnce(this.run, this.task);
  }

  stop(reason: StopReason, graceMs = STOP_GRACE_MS): void {
    if (this.#stopping !== undefined) return;
    const error = stopError(reason, { task: this.run.task, timeLimitMs: this.timeLimitMs });
    this.#stopping = { reason, error };
    this.#stopTimer();
    if (reason === "time_limit") {
      this.#force(error.message);
      return;
    }
    this.#child.send({ kind: "stop", reason });
    this.#stopTimer = this.parts.clock.after(graceMs, () => {
      this.#force(`${error.message}; the task has not ended ${graceMs} ms after its signal was aborted`);
    });
  }

  /** Told by its child, which knows what it is doing. */
  threw(): void {}

  outcome(): Promise<Outcome> {
    const { promise, resolve } = Promise.withResolvers<Outcome>();
    this.#isRunning = true;
    this.#resolve = resolve;
    if (this.#early !== undefined) this.#end(this.#early);
    else if (this.#stopping === undefined) {
      this.#stopTimer = this.parts.clock.after(this.timeLimitMs, () => this.stop("time_limit"));
      this.#child.send({ kind: "run", run: this.#sent() });
    } else this.#end(stoppedOutcome(this, this.#stopping));
    return promise;
  }

  heard(message: FromChild): void {
    if (message.kind === "wrote") for (const line of message.lines) this.log.write(message.level, [line]);
    if (message.kind === "progress") this.parts.output.progress(this.run, message.progress);
    if (message.kind !== "ended") return;
    this.children = message.children;
    this.#end({ ...message.outcome, startedAt: this.startedAt });
  }

  /** The child has ended, and has not said what came of this. */
  gone(how: string): void {
    const crash = new HyoshiError("attempt_crashed", `what task '${this.run.task}' was executed in has ended: ${how}`);
    if (this.#stopping === undefined) this.log.error(`hyoshi: ${crash.message}`);
    const outcome = this.#stopping === undefined ? lostOutcome(this, crash) : stoppedOutcome(this, this.#stopping);
    if (this.#isRunning) this.#end(outcome);
    else this.#early = outcome;
  }

  #force(why: string): void {
    this.log.warn(`hyoshi: ${why}: it is ended by force`);
    this.#child.kill();
  }

  #end(outcome: Outcome): void {
    this.#stopTimer();
    this.log.close();
    this.#resolve(outcome);
  }

  /** With the limits that hold for it, whoever has set them. */
  #sent(): ClaimedRun {
    const softTimeLimitMs = softTimeLimitOf(this.run, this.task, this.parts);
    const limits = { timeLimitMs: this.timeLimitMs, ...(softTimeLimitMs !== null && { softTimeLimitMs }) };
    return { ...this.run, options: { ...this.run.options, ...limits } };
  }
}
