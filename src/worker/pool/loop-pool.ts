import type { ClaimedRun } from "../../run/run-store.ts";
import type { RegisteredTask } from "../../task/registry.ts";
import { Execution, type ExecutorParts } from "../executor.ts";
import type { Pool, PoolChild } from "./pool.ts";

/** Attempts in this process's event loop, as many at once as the worker has slots. */
export class LoopPool implements Pool {
  readonly kind = "loop";
  readonly free = Number.POSITIVE_INFINITY;
  readonly #parts: ExecutorParts;

  constructor(parts: ExecutorParts) {
    this.#parts = parts;
  }

  attempt(run: ClaimedRun, task: RegisteredTask): Execution {
    return new Execution(run, task, this.#parts);
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
