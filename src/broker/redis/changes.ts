import type { Clock } from "../../base/clock.ts";
import type { RedisLink } from "./redis-link.ts";

/** What nobody tells of is found by looking: each second, or soon where the server cannot tell. */
const LOOK_EVERY_MS = 1_000;
const LOOK_OFTEN_MS = 10;

/** Whether there may be something new in the lists, counted so that nothing is missed between a look and the wait that follows it. */
export class Changes {
  readonly #clock: Clock;
  readonly #waiting = new Set<() => void>();
  #count = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get count(): number {
    return this.#count;
  }

  tell(): void {
    this.#count += 1;
    for (const wake of [...this.#waiting]) wake();
  }

  /** Resolves with the first change after those that were seen, when it is time to look, or when the signal aborts. */
  async after(seen: number, { tracks }: Pick<RedisLink, "tracks">, signal?: AbortSignal): Promise<void> {
    if (this.#count !== seen || signal?.aborted) return;
    await new Promise<void>((resolve) => {
      const wake = () => {
        this.#waiting.delete(wake);
        stop();
        signal?.removeEventListener("abort", wake);
        resolve();
      };
      const stop = this.#clock.after(tracks ? LOOK_EVERY_MS : LOOK_OFTEN_MS, wake);
      this.#waiting.add(wake);
      signal?.addEventListener("abort", wake);
    });
  }
}
