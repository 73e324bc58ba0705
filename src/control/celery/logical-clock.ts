/** Lamport's clock, one for each process: Celery's processes order what they say to each other by it. */
export class LogicalClock {
  #value = 0;

  get value(): number {
    return this.#value;
  }

  /** Before something is said. */
  tick(): number {
    this.#value += 1;
    return this.#value;
  }

  /** After something was heard; what is no clock is passed over. */
  hear(value: unknown): void {
    if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 0) return;
    this.#value = Math.max(this.#value, value) + 1;
  }
}
