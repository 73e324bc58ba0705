/** What waits in several queues, handed out in turns: each queue's own in order, and none starves behind another. */
export class FairBuffer<T> {
  /** The queue whose turn it is comes first. */
  readonly #queues = new Map<string, T[]>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** How many queues have something. */
  get queues(): number {
    return this.#queues.size;
  }

  put(queue: string, item: T): void {
    const items = this.#queues.get(queue);
    if (items === undefined) this.#queues.set(queue, [item]);
    else items.push(item);
    this.#size += 1;
  }

  /** At most `limit`. */
  take(limit: number): T[] {
    const taken: T[] = [];
    while (taken.length < limit && this.#size > 0) {
      for (const [queue, items] of [...this.#queues]) {
        if (taken.length >= limit) break;
        const item = items.shift();
        this.#queues.delete(queue);
        if (item === undefined) continue;
        taken.push(item);
        this.#size -= 1;
        if (items.length > 0) this.#queues.set(queue, items);
      }
    }
    return taken;
  }

  /** Takes out all of one queue. */
  remove(queue: string): T[] {
    const items = this.#queues.get(queue) ?? [];
    this.#queues.delete(queue);
    this.#size -= items.length;
    return items;
  }

  clear(): void {
    this.#queues.clear();
    this.#size = 0;
  }
}
