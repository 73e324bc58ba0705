import type { ClaimedRun } from "./run-store.ts";

/** All that a worker knows about where runs come from. */
export interface Inbox {
  /** Waits until there is at least one run, or the signal aborts (then: none). */
  take(limit: number, signal: AbortSignal): Promise<readonly ClaimedRun[]>;
  giveBack(claims: readonly ClaimedRun[]): Promise<void>;
  /** Takes from one more queue from now on, or from one less; what was taken stays. */
  addQueue(queue: string): Promise<void>;
  removeQueue(queue: string): Promise<void>;
  /** Takes nothing more. What was taken, and what the broker handed out and was not taken, is others'. */
  close?(): Promise<void>;
}
