import { availableParallelism } from "node:os";
import { type PoolKind, poolKinds } from "../task/pool-options.ts";

/** What a worker may be told to execute tasks in. */
export const poolNames: readonly PoolKind[] = poolKinds;

const IN_THE_LOOP = 10;

/** How many runs a worker executes at a time where nobody has said it: a child computes, and more of them than processors only wait for each other. */
export function usualConcurrency(pool: PoolKind): number {
  return pool === "loop" ? IN_THE_LOOP : availableParallelism();
}
