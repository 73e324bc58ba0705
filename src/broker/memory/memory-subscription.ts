import type { Delivery, Subscription } from "../broker.ts";
import type { MemoryQueues, WaitingMessage } from "./memory-queues.ts";

export class MemorySubscription implements Subscription {
  readonly #queues: MemoryQueues;
  readonly #names: Set<string>;
  readonly #prefetch: number;
  /** In the order in which they were handed out. */
  readonly #held = new Map<string, WaitingMessage>();
  readonly #closed = new AbortController();
  #lastTag = 0;
  /** Told when a place within the prefetch is free again, or the queues are others. */
  #changed = new AbortController();

  constructor(queues: MemoryQueues, { queues: names, prefetch }: { queues: readonly string[]; prefetch: number }) {
    this.#queues = queues;
    this.#names = new Set(names);
    this.#prefetch = prefetch;
  }

  async receive(limit: number, signal: AbortSignal): Promise<readonly Delivery[]> {
    for (;;) {
      if (signal.aborted || this.#closed.signal.aborted) return [];
      const deliveries = this.#take(Math.min(limit, this.#prefetch - this.#held.size));
      if (deliveries.length > 0) return deliveries;
      await this.#queues.changed(AbortSignal.any([signal, this.#closed.signal, this.#changed.signal]));
    }
  }

  async acknowledge(deliveries: readonly Delivery[]): Promise<void> {
    for (const { tag } of deliveries) this.#held.delete(tag);
    this.#tellChanged();
  }

  async giveBack(deliveries: readonly Delivery[]): Promise<void> {
    const tags = new Set(deliveries.map(({ tag }) => tag));
    // The newest first, so that the oldest is in front in the end.
    const given = [...this.#held].filter(([tag]) => tags.has(tag)).reverse();
    for (const [tag, message] of given) {
      this.#held.delete(tag);
      this.#queues.putBack(message);
    }
    this.#tellChanged();
  }

  async refuse(deliveries: readonly Delivery[]): Promise<void> {
    await this.acknowledge(deliveries);
  }

  async renew(deliveries: readonly Delivery[]): Promise<readonly Delivery[]> {
    return deliveries.filter(({ tag }) => !this.#held.has(tag));
  }

  async add(queue: string): Promise<void> {
    this.#names.add(queue);
    this.#tellChanged();
  }

  async remove(queue: string): Promise<void> {
    this.#names.delete(queue);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed.abort();
    await this.giveBack([...this.#held].map(([tag, message]) => ({ ...message, tag })));
  }

  #take(count: number): Delivery[] {
    const deliveries: Delivery[] = [];
    while (deliveries.length < count) {
      const message = this.#queues.take([...this.#names]);
      if (message === undefined) break;
      // Whose turn it was is the last one the next time.
      this.#names.delete(message.queue);
      this.#names.add(message.queue);
      this.#lastTag += 1;
      const tag = String(this.#lastTag);
      this.#held.set(tag, message);
      deliveries.push({ ...message, tag });
    }
    return deliveries;
  }

  #tellChanged(): void {
    const told = this.#changed;
    this.#changed = new AbortController();
    told.abort();
  }
}
