import type { Clock, Stop } from "../../base/clock.ts";
import type { JsonObject } from "../../base/json.ts";
import type { ClaimedRun } from "../../run/run-store.ts";
import type { PoolKind } from "../../task/pool-options.ts";
import type { RegisteredTask } from "../../task/registry.ts";
import type { ExecutorParts } from "../executor.ts";
import type { LoopGuard } from "../loop-deadlines.ts";
import type { Slots } from "../slots.ts";
import { LoopPool } from "./loop-pool.ts";
import type { Pool, PoolChild } from "./pool.ts";

/** Makes the pools that have children; asked when the first run needs one. */
export type OpenPool = (kind: Exclude<PoolKind, "loop">, parts: ExecutorParts) => Pool;

export interface PoolsParts {
  readonly executor: ExecutorParts;
  /** Ends the process when a task blocks its loop beyond a hard limit; default: nobody does. */
  readonly guard?: LoopGuard;
  /** Of tasks that name none. */
  readonly byDefault: PoolKind;
  /** Absent: there is the loop alone, and what asks for another pool is executed there. */
  readonly open?: OpenPool;
  readonly clock: Clock;
  /** What waits here keeps a slot, so that no more is claimed for it. */
  readonly slots: Pick<Slots, "setWaiting">;
  /** Executes a run that has waited for a free place. */
  readonly execute: (run: ClaimedRun) => void;
  /** Gives a run back that has waited for too long. */
  readonly giveBack: (run: ClaimedRun) => void;
}

/** A run that has waited here so long for a free place is given back: another worker may have one. */
const WAITS_AT_MOST_MS = 3_000;

const MOST_TOLD = 100;
const MIB = 1024 * 1024;

function toldChild(pool: PoolKind, { pid, runId, executed, memoryBytes }: PoolChild): JsonObject {
  return {
    ...{ pool, pid, executed },
    ...(memoryBytes !== undefined && { memoryMb: Math.round(memoryBytes / MIB) }),
    ...(runId !== undefined && { runId }),
  };
}

/** The pools of one worker, each made when a task first needs it, and the runs that wait until one has a place. */
export class Pools {
  readonly #parts: PoolsParts;
  readonly #loop: LoopPool;
  readonly #byDefault: PoolKind;
  readonly #opened = new Map<PoolKind, Pool>();
  readonly #waiting = new Map<Pool, ClaimedRun[]>();
  readonly #stops: Stop[] = [];

  constructor(parts: PoolsParts) {
    this.#parts = parts;
    this.#loop = new LoopPool(parts.executor, parts.guard);
    this.#byDefault = parts.open === undefined ? "loop" : parts.byDefault;
  }

  of({ task }: RegisteredTask): Pool {
    const kind = task.options.pool ?? this.#byDefault;
    return kind === "loop" || this.#parts.open === undefined ? this.#loop : this.#childPool(kind);
  }

  /** The runs that wait for a free place: claimed and not begun. */
  get waiting(): readonly ClaimedRun[] {
    return [...this.#waiting.values()].flat();
  }

  /** Keeps a run until its pool has a place, or gives it back after a while. */
  wait(run: ClaimedRun, pool: Pool): void {
    const line = this.#waiting.get(pool) ?? [];
    line.push(run);
    this.#waiting.set(pool, line);
    this.#changed();
    pool.prepare(line.length);
    this.#parts.clock.after(WAITS_AT_MOST_MS, () => {
      const at = line.indexOf(run);
      if (at < 0) return;
      line.splice(at, 1);
      this.#parts.giveBack(run);
      this.#changed();
    });
  }

  resize(size: number): void {
    this.#opened.get(this.#byDefault)?.resize(size);
  }

  /** For whoever looks at the worker. */
  told(): JsonObject {
    const opened = [...this.#opened.values()];
    const children = opened.flatMap((pool) => pool.children().map((child) => toldChild(pool.kind, child)));
    const crashes = opened.reduce((sum, pool) => sum + pool.crashes, 0);
    return {
      pool: this.#byDefault,
      ...(children.length > 0 && { children: children.slice(0, MOST_TOLD) }),
      ...(crashes > 0 && { crashes }),
    };
  }

  /** The pool of tasks that name none, and its processes, where it has other ones than `own`. */
  usual(own: number): { readonly kind: PoolKind; readonly pids: readonly number[] } {
    const kind = this.#byDefault;
    const children = kind === "processes" ? (this.#opened.get(kind)?.children() ?? []) : [];
    return { kind, pids: children.length > 0 ? children.map(({ pid }) => pid) : [own] };
  }

  /** Nothing waits any longer. Answers what did. */
  clear(): readonly ClaimedRun[] {
    const waiting = [...this.#waiting.values()].flatMap((line) => line.splice(0));
    this.#changed();
    return waiting;
  }

  /** Starts what the default pool needs for so many attempts. */
  prepare(attempts: number): void {
    if (this.#byDefault !== "loop") this.#childPool(this.#byDefault).prepare(attempts);
  }

  async close(): Promise<void> {
    for (const stop of this.#stops.splice(0)) stop();
    await Promise.all([...this.#opened.values()].map((pool) => pool.close()));
    this.#opened.clear();
    this.#waiting.clear();
  }

  #childPool(kind: Exclude<PoolKind, "loop">): Pool {
    const there = this.#opened.get(kind);
    if (there !== undefined) return there;
    const pool = (this.#parts.open as OpenPool)(kind, this.#parts.executor);
    this.#opened.set(kind, pool);
    this.#stops.push(pool.onChange(() => this.#handOut(pool)));
    return pool;
  }

  #handOut(pool: Pool): void {
    const line = this.#waiting.get(pool);
    while (line !== undefined && line.length > 0 && pool.free > 0) {
      const run = line.shift();
      if (run !== undefined) this.#parts.execute(run);
    }
    this.#changed();
  }

  #changed(): void {
    let count = 0;
    for (const line of this.#waiting.values()) count += line.length;
    this.#parts.slots.setWaiting(count);
  }
}
