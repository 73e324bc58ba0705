import type { OutgoingMessage } from "../broker.ts";

/** A message that waits in memory. */
export interface WaitingMessage extends OutgoingMessage {
  readonly redelivered: boolean;
}

const PRIORITIES = 10;

/** What all {@link MemoryBroker}s share that stand for processes on one broker. */
export class MemoryQueues {
  readonly #queues = new Map<string, WaitingMessage[][]>();
  readonly #waiting = new Set<() => void>();

  add(message: OutgoingMessage): void {
    this.#listOf(message)?.push({ ...message, redelivered: false });
    this.#wake();
  }

  /** In front of what waits with the same priority. */
  putBack(message: OutgoingMessage): void {
    this.#listOf(message)?.unshift({ ...message, redelivered: true });
    this.#wake();
  }

  /** The oldest of the highest priority, from the first of the queues that has one of it. */
  take(queues: readonly string[]): WaitingMessage | undefined {
    for (let priority = PRIORITIES - 1; priority >= 0; priority -= 1) {
      for (const queue of queues) {
        const message = this.#queues.get(queue)?.[priority]?.shift();
        if (message !== undefined) return message;
      }
    }
    return undefined;
  }

  depth(queue: string): number {
    return (this.#queues.get(queue) ?? []).reduce((sum, list) => sum + list.length, 0);
  }

  purge(queue: string): number {
    const count = this.depth(queue);
    this.#queues.delete(queue);
    return count;
  }

  /** Resolves when something has been added, or the signal aborts. */
  changed(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        this.#waiting.delete(wake);
        signal.removeEventListener("abort", wake);
        resolve();
      };
      this.#waiting.add(wake);
      signal.addEventListener("abort", wake);
      if (signal.aborted) wake();
    });
  }

  #listOf({ queue, priority }: OutgoingMessage): WaitingMessage[] | undefined {
    let lists = this.#queues.get(queue);
    if (lists === undefined) {
      lists = Array.from({ length: PRIORITIES }, () => []);
      this.#queues.set(queue, lists);
    }
    return lists[Math.min(Math.max(Math.trunc(priority), 0), PRIORITIES - 1)];
  }

  #wake(): void {
    for (const wake of [...this.#waiting]) wake();
  }
}
