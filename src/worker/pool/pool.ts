import type { Stop } from "../../base/clock.ts";
import type { ClaimedRun } from "../../run/run-store.ts";
import type { PoolKind } from "../../task/pool-options.ts";
import type { RegisteredTask } from "../../task/registry.ts";
import type { Attempt } from "../attempt.ts";

/** Where attempts are made. It neither claims runs nor writes what came of them: that stays with the worker. */
export interface Pool {
  readonly kind: PoolKind;
  /** How many more attempts may begin now. Infinity: the worker's slots are the only bound. */
  readonly free: number;
  /** Starts what so many more attempts need, as far as its size allows; they are free when they are ready. */
  prepare(attempts: number): void;
  /** Calls `changed` whenever there may be more free places. */
  onChange(changed: () => void): Stop;
  /**
   * An attempt of this run, to be begun by its `outcome`; it has its place from now on. A crash of where it is made ends it as a lost attempt, and nothing
   * else. Only where something is free.
   */
  attempt(run: ClaimedRun, task: RegisteredTask): Attempt;
  /** So many at once from now on; what is being executed goes on. */
  resize(size: number): void;
  /** Threads or processes that ended unasked. */
  readonly crashes: number;
  /** The threads or processes that are there now. */
  children(): readonly PoolChild[];
  /** Ends all threads and processes, and with them by force what is still executed there. */
  close(): Promise<void>;
}

export interface PoolChild {
  /** Of its process; a thread has its worker's. */
  readonly pid: number;
  /** The run that is being executed there. */
  readonly runId: string | undefined;
  /** Attempts that ended there. */
  readonly executed: number;
  /** As of its last attempt's end. */
  readonly memoryBytes: number | undefined;
}
