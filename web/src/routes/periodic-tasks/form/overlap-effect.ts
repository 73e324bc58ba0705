export interface OverlapPolicy {
  overlap: "allow" | "skip" | "queue" | "replace";
  /** How many may run at once under a rule other than `allow`. */
  limit: number;
  /** How many may wait under `queue`. */
  queue: number;
}

export interface OverlapEffect {
  /** Runs that reach their end. */
  finished: number;
  skipped: number;
  /** Runs that had to wait for another's end, and the longest that one did. */
  waited: number;
  longestWaitMs: number;
  /** Runs that were cancelled for a later one. */
  cancelled: number;
  /** The most that ran at one moment. */
  atOnce: number;
}

/**
 * What becomes of a schedule's times when every run takes this long and its rule decides. A cancelled run counts as gone at once,
 * which is the best that a task which watches for it can do.
 */
export function overlapEffect(
  times: readonly number[],
  durationMs: number,
  { overlap, limit, queue }: OverlapPolicy,
): OverlapEffect {
  const effect: OverlapEffect = { finished: 0, skipped: 0, waited: 0, longestWaitMs: 0, cancelled: 0, atOnce: 0 };
  const ends: number[] = [];
  const waiting: number[] = [];
  const begin = (at: number, since = at) => {
    ends.push(at + durationMs);
    effect.atOnce = Math.max(effect.atOnce, ends.length);
    if (at === since) return;
    effect.waited += 1;
    effect.longestWaitMs = Math.max(effect.longestWaitMs, at - since);
  };
  const finishUntil = (now: number) => {
    for (let end = ends[0]; end !== undefined && end <= now; end = ends[0]) {
      ends.shift();
      effect.finished += 1;
      const since = waiting.shift();
      if (since !== undefined) begin(end, since);
    }
  };
  for (const at of times) {
    finishUntil(at);
    if (overlap === "allow" || ends.length < limit) begin(at);
    else if (overlap === "queue" && waiting.length < queue) waiting.push(at);
    else if (overlap === "replace") {
      ends.shift();
      effect.cancelled += 1;
      begin(at);
    } else effect.skipped += 1;
  }
  finishUntil(Number.POSITIVE_INFINITY);
  return effect;
}
