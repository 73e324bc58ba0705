import type { HyoshiError } from "../base/error.ts";

/**
 * Where attempts are made. `loop`: in the worker's own event loop, many at once, the best for tasks that wait. `threads`: one at a time in a thread of the worker's
 * process, for work that computes. `processes`: one at a time in a process of its own, which a crash or a hard limit ends without harm to anything else.
 */
export type PoolKind = (typeof poolKinds)[number];
export const poolKinds = ["loop", "threads", "processes"] as const;

export interface PoolOptions {
  /**
   * Where its attempts are made: `"loop"`, `"threads"` or `"processes"`. In the last two each attempt has the thread or the process to itself, and is ended by force
   * when its time is up. Default: what its worker has as `--pool`, which is the loop unless told otherwise.
   */
  readonly pool?: PoolKind;
}

export interface ResolvedPoolOptions {
  /** Null: the worker's. */
  readonly pool: PoolKind | null;
}

export function resolvePool(
  { pool }: PoolOptions,
  refuse: (option: string, value: unknown, accepted: string) => HyoshiError,
): ResolvedPoolOptions {
  if (pool !== undefined && !poolKinds.includes(pool)) throw refuse("pool", pool, `"loop", "threads" or "processes"`);
  return { pool: pool ?? null };
}
