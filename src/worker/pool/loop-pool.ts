import type { ClaimedRun } from "../../run/run-store.ts";
import type { RegisteredTask } from "../../task/registry.ts";
import { DEFAULT_TIME_LIMIT_MS } from "../../task/task-options.ts";
import { Execution, type ExecutorParts } from "../executor.ts";
import { LoopDeadlines, type LoopGuard } from "../loop-deadlines.ts";
import type { Pool, PoolChild } from "./pool.ts";

/** Attempts in this process's event loop, as many at once as the worker has slots. */
export class LoopPool implements Pool {
  readonly kind = "loop";
  readonly crashes = 0;
  readonly free = Number.POSITIVE_INFINITY;
  readonly #parts: ExecutorParts;
  readonly #deadlines: LoopDeadlines | undefined;

  /** `guard`: ends the process when a task blocks it beyond a hard limit; default: nobody does. */
  constructor(parts: ExecutorParts, guard?: LoopGuard) {
    this.#parts = parts;
    this.#deadlines = guard && new LoopDeadlines(guard, parts.clock);
  }

  attempt(run: ClaimedRun, task: RegisteredTask): Execution {
    const execution = new Execution(run, task, this.#parts);
    // The limit that everything has is not worth a guard.
    if (this.#deadlines === undefined || execution.timeLimitMs >= DEFAULT_TIME_LIMIT_MS) return execution;
    return new GuardedExecution(run, task, this.#parts, this.#deadlines);
  }

  onChange() {
    return () => {};
  }

  prepare(): void {}

  resize(): void {}

  children(): readonly PoolChild[] {
    return [];
  }

  async close(): Promise<void> {}
}

class GuardedExecution extends Execution {
  readonly #deadlines: LoopDeadlines;

  constructor(run: ClaimedRun, task: RegisteredTask, parts: ExecutorParts, deadlines: LoopDeadlines) {
    super(run, task, parts);
    this.#deadlines = deadlines;
  }

  override async outcome(): ReturnType<Execution["outcome"]> {
    this.#deadlines.enter(this);
    try {
      return await super.outcome();
    } finally {
      this.#deadlines.leave(this);
    }
  }
}
