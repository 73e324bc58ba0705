import { isJsonObject } from "../../base/json.ts";
import { keyOfSlot, type LockState, slotIndex } from "../../firing/run-lock.ts";

/** An unfinished run of a lock: one that has a slot, or one that waits. */
export interface LockRow {
  readonly id: string;
  readonly lock_key: string;
  readonly state: string;
  readonly cancel_requested_at: number | null;
  readonly seq: number;
}

/** Whether a run has a slot of its lock: so has one that is held for another limit's sake. The words of the index. */
export const hasLockSlot = (alias = "") =>
  `${alias}lock_key is not null and (${alias}state <> 'held' or ${alias}waits_for is not null)`;

/** The unfinished runs of a lock, in no order: PostgreSQL would walk all runs in theirs. The parameters are the key and the ends of {@link slotRange}. */
export const lockRowsSql = (key: string, first: string, end: string) => `
  select id, lock_key, state, cancel_requested_at, seq from run_live
  where ${hasLockSlot()} and lock_key >= ${first} and lock_key < ${end}
  union all
  select id, lock_key, state, cancel_requested_at, seq from run_live where state = 'held' and lock_key = ${key}`;

export function lockState(unsorted: readonly LockRow[]): LockState {
  const rows = unsorted.toSorted((a, b) => a.seq - b.seq);
  return {
    holders: rows.filter(isHolder).map(({ id, lock_key: slot, state, cancel_requested_at }) => ({
      id,
      slot,
      isExecuted: state === "running",
      isStopping: cancel_requested_at !== null,
    })),
    waiting: rows.filter((row) => !isHolder(row)).map(({ id }) => id),
  };
}

/** Who waits has the key itself. */
const isHolder = ({ lock_key: slot, state }: LockRow) => state !== "held" || keyOfSlot(slot) !== undefined;

/**
 * How many runs of a periodic task may be unfinished at once, by its options as they are now. Where it has none any more: as many as
 * keep the slot that has become free.
 */
export function limitOf(options: string | undefined, freed: string | undefined): number {
  if (options === undefined) return freed === undefined ? 1 : slotIndex(freed) + 1;
  try {
    const value: unknown = JSON.parse(options);
    if (!isJsonObject(value)) return 1;
    if (value.overlap === "allow") return Number.MAX_SAFE_INTEGER;
    return typeof value.overlapLimit === "number" ? value.overlapLimit : 1;
  } catch {
    return 1;
  }
}

/** Keys of locks that runs wait for, after another, in their order: a part of them at a time. */
export const waitedForSql = (after: string, limit: string) =>
  `select distinct lock_key from run_live where state = 'held' and waits_for is null and lock_key > ${after} order by lock_key limit ${limit}`;
