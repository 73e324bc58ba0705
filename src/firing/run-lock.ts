/** What unfinished runs of one periodic task mean for a run of it that is sent. */
export interface RunLock {
  /** What the runs have in common. */
  readonly key: string;
  /** What becomes of the new one when `limit` are unfinished: it is not sent, it waits, or it takes the place of the oldest. */
  readonly rule: "skip" | "queue" | "replace";
  readonly limit: number;
  /** Under `queue`: how many may wait. */
  readonly queue: number;
}

/** How a periodic task's options say it. */
export interface OverlapOptions {
  readonly overlap: "allow" | "skip" | "queue" | "replace";
  readonly overlapLimit?: number;
  readonly overlapQueue?: number;
}

/** Null: any number may be unfinished at once. */
export function runLockOf(periodicTaskId: number, options: OverlapOptions): RunLock | null {
  const { overlap, overlapLimit = 1, overlapQueue = 1 } = options;
  // What was edited by hand to something else must not keep anything from being sent.
  if (overlap !== "skip" && overlap !== "queue" && overlap !== "replace") return null;
  return { key: `periodic-task:${periodicTaskId}`, rule: overlap, limit: overlapLimit, queue: overlapQueue };
}

/** What an unfinished run has alone: as many of them as runs may be unfinished at once. */
export function slotOf(key: string, index: number): string {
  return `${key}/${index}`;
}

/** The key that a slot belongs to; what waits has the key itself. */
export function keyOfSlot(lockKey: string): string {
  const end = lockKey.lastIndexOf("/");
  return end === -1 ? lockKey : lockKey.slice(0, end);
}
