import type { Stop } from "./clock.ts";

/** A hint that something may have changed; never the truth. Whoever hears it looks; whoever misses it looks each second anyway. */
export interface Wake {
  on(topic: string, heard: () => void): Stop;
  tell(topic: string): void;
  /** Hints every topic: something changed, nobody knows what. */
  tellAll(): void;
}

/** A {@link Wake} inside one process. */
export class LocalWake implements Wake {
  readonly #listeners = new Map<string, Set<() => void>>();

  on(topic: string, heard: () => void): Stop {
    const listeners = this.#listeners.get(topic) ?? new Set();
    this.#listeners.set(topic, listeners);
    listeners.add(heard);
    return () => {
      listeners.delete(heard);
    };
  }

  tell(topic: string): void {
    for (const heard of this.#listeners.get(topic) ?? []) heard();
  }

  tellAll(): void {
    for (const topic of this.#listeners.keys()) this.tell(topic);
  }
}
