import { type HookCaller, hookRun } from "../run/hook-caller.ts";
import type { ClaimedRun, Outcome } from "../run/run-store.ts";
import type { HookWorker } from "../task/hooks.ts";

/** Tells the project's hooks what becomes of a worker's runs. */
export class RunObserver {
  readonly #hooks: HookCaller;
  readonly #worker: string;
  readonly #ending = new WeakMap<Outcome, ClaimedRun>();

  constructor(hooks: HookCaller, worker: string) {
    this.#hooks = hooks;
    this.#worker = worker;
  }

  started(run: ClaimedRun): void {
    this.#hooks.tell("runStarted", () => this.#attempt(run));
  }

  /** Its outcome is about to be written. */
  ending(run: ClaimedRun, outcome: Outcome): void {
    this.#ending.set(outcome, run);
  }

  /** Told of each outcome that is written, and tells what has become of the run by it. */
  written(outcome: Outcome, answer: "done" | "retrying" | "fenced"): void {
    const run = this.#ending.get(outcome);
    if (run === undefined || answer === "fenced") return;
    const end = () => ({ ...this.#attempt(run), startedAt: outcome.startedAt, endedAt: outcome.endedAt });
    const { name = "Error", message = "", ...rest } = outcome.error ?? {};
    const failure = () => ({ ...end(), error: { name, message, ...rest } });
    if (answer === "done" && outcome.kind === "retry") {
      // It was to be tried again, and was cancelled.
      this.#hooks.tell("runCancelled", end);
      return;
    }
    if (outcome.kind === "retry") {
      // Nobody failed where a worker hands back what it was executing.
      if (!outcome.handedBack) this.#hooks.tell("runRetried", () => ({ ...failure(), nextAt: outcome.availableAt }));
      return;
    }
    const { state, result = null } = outcome;
    if (state === "succeeded") this.#hooks.tell("runSucceeded", () => ({ ...end(), result }));
    else if (state === "cancelled") this.#hooks.tell("runCancelled", end);
    else if (state === "failed" || state === "lost") this.#hooks.tell("runFailed", () => ({ ...failure(), state }));
  }

  #attempt(run: ClaimedRun) {
    return { ...hookRun(run), attempt: run.attempt, worker: this.#worker };
  }
}

/** How long a hook may keep a worker from stopping. */
const STOPPING_WITHIN_MS = 5_000;

/** Resolves when the hook has done what it does, or has taken too long. */
export async function tellStopping(
  hooks: HookCaller,
  worker: HookWorker,
  after: (ms: number, then: () => void) => () => void,
) {
  const told = hooks.told("workerStopping", () => worker);
  if (told === undefined) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const stop = after(STOPPING_WITHIN_MS, resolve);
  await Promise.race([told, promise]);
  stop();
}
