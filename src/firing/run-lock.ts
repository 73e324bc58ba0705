import type { Reason } from "./decision.ts";

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

/** What an unfinished run has alone: a lock has as many slots as runs may be unfinished at once. */
export function slotOf(key: string, index: number): string {
  return `${key}/${index}`;
}

/** The lock's key where the text is one of its slots; undefined for the key itself, which is what a waiting run has. */
export function keyOfSlot(lockKey: string): string | undefined {
  const end = lockKey.lastIndexOf("/");
  return end === -1 ? undefined : lockKey.slice(0, end);
}

export function slotIndex(slot: string): number {
  return Number(slot.slice(slot.lastIndexOf("/") + 1));
}

/** The first of `limit` slots that nobody has. */
export function freeSlot(key: string, limit: number, holders: readonly Pick<SlotHolder, "slot">[]): string | undefined {
  const taken = new Set(holders.map(({ slot }) => slot));
  for (let index = 0; index < limit; index += 1) {
    const slot = slotOf(key, index);
    if (!taken.has(slot)) return slot;
  }
  return undefined;
}

/** The texts from `first` to before `end` are the slots of a key, and no other's. */
export function slotRange(key: string): { readonly first: string; readonly end: string } {
  // "0" comes right after "/".
  return { first: `${key}/`, end: `${key}0` };
}

/** A run that is unfinished and has a slot of the lock. */
export interface SlotHolder {
  readonly id: string;
  readonly slot: string;
  readonly isExecuted: boolean;
  /** It is to stop already. */
  readonly isStopping: boolean;
}

/** What stands in the way of a new run: both the oldest first. */
export interface LockState {
  readonly holders: readonly SlotHolder[];
  /** The ids of the runs that wait for a slot. */
  readonly waiting: readonly string[];
}

/** What becomes of a new run. */
export type Placement =
  /** It has the slot; a run that nobody had begun leaves it, where `instead` names one. */
  | { readonly kind: "slot"; readonly slot: string; readonly instead?: string }
  /** It waits; the runs of `drop` do not wait any more, and those of `stop` are to stop once it does. */
  | {
      readonly kind: "wait";
      readonly behind: string;
      readonly drop: readonly string[];
      readonly stop: readonly string[];
    }
  | {
      readonly kind: "locked";
      readonly reason: Extract<Reason, "overlap" | "limit" | "queue_full">;
      readonly by: string;
    };

/** Decides the overlap rule. Nobody overtakes a run that waits. */
export function placed(lock: RunLock, { holders, waiting }: LockState): Placement {
  const [oldest] = holders;
  const slot = waiting.length === 0 ? freeSlot(lock.key, lock.limit, holders) : undefined;
  if (slot !== undefined) return { kind: "slot", slot };
  const behind = oldest?.id ?? waiting[0] ?? "";
  if (lock.rule === "skip") return { kind: "locked", reason: lock.limit === 1 ? "overlap" : "limit", by: behind };
  if (lock.rule === "queue") {
    if (waiting.length >= lock.queue) return { kind: "locked", reason: "queue_full", by: behind };
    return { kind: "wait", behind, drop: [], stop: [] };
  }
  const victim = holders.find(({ isStopping }) => !isStopping);
  // All are to stop already: of those that wait for it, the latest count.
  if (victim === undefined) return { kind: "wait", behind, drop: waiting.slice(0, 1), stop: [] };
  if (!victim.isExecuted && waiting.length === 0) return { kind: "slot", slot: victim.slot, instead: victim.id };
  return { kind: "wait", behind: victim.id, drop: [], stop: [victim.id] };
}
