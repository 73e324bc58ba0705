/**
 * A computation in parts, each of at most a few milliseconds. When it is told to stop it answers with what it has.
 *
 * Each `yield` gives the answer of whoever drives it: whether to stop.
 */
export type Sliced<Result> = Generator<void, Result, boolean | undefined>;

export interface SliceOptions {
  /** Milliseconds on a clock that only moves forward. */
  readonly monotonic: () => number;
  /** Lets everything else in the process have its turn. */
  readonly breathe: () => Promise<void>;
  /** How long the process may be busy at a stretch. Default: 15 ms. */
  readonly sliceMs?: number;
  /** After so long the computation is told to stop. Default: it is not. */
  readonly budgetMs?: number;
}

/** Carries a computation out with pauses between its parts. */
export async function inSlices<Result>(computation: Sliced<Result>, options: SliceOptions): Promise<Result> {
  const { monotonic, breathe, sliceMs = 15, budgetMs = Number.POSITIVE_INFINITY } = options;
  const began = monotonic();
  let sliceBegan = began;
  let step = computation.next();
  while (step.done !== true) {
    const now = monotonic();
    if (now - sliceBegan >= sliceMs) {
      await breathe();
      sliceBegan = monotonic();
    }
    step = computation.next(now - began >= budgetMs);
  }
  return step.value;
}

/** Carries a computation out at once. */
export function atOnce<Result>(computation: Sliced<Result>): Result {
  let step = computation.next();
  while (step.done !== true) step = computation.next(false);
  return step.value;
}
