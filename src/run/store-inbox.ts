import type { Clock } from "../base/clock.ts";
import { ClockGuard } from "../base/clock-guard.ts";
import type { Wake } from "../base/wake.ts";
import type { Inbox } from "./inbox.ts";
import type { ClaimedRun, RunStore } from "./run-store.ts";
import { RUNS_TOPIC } from "./topics.ts";

/** Behind every hint there is a look each second. */
const TICK_MS = 1_000;

export interface StoreInboxOptions {
  readonly runs: RunStore;
  readonly wake: Wake;
  readonly clock: Clock;
  readonly processId: number;
  readonly queues: readonly string[];
}

/** The inbox of a database that is its own broker: the run's row is the message. */
export class StoreInbox implements Inbox {
  readonly #options: StoreInboxOptions;
  readonly #guard: ClockGuard;
  readonly #queues: Set<string>;

  constructor(options: StoreInboxOptions) {
    this.#options = options;
    this.#guard = new ClockGuard(() => options.clock.monotonic());
    this.#queues = new Set(options.queues);
  }

  async take(limit: number, signal: AbortSignal): Promise<readonly ClaimedRun[]> {
    const { runs, clock, wake, processId } = this.#options;
    let heard = false;
    let wakeUp = () => {};
    const hear = () => {
      heard = true;
      wakeUp();
    };
    const stopListening = wake.on(RUNS_TOPIC, hear);
    signal.addEventListener("abort", hear);
    try {
      while (!signal.aborted) {
        heard = false;
        const claims = await runs.claim({ processId, queues: [...this.#queues], limit, now: clock.now() });
        if (claims.length > 0) return claims;
        const nextAt = await runs.nextScheduledAt();
        // A clock that was set would make ready, and expire, what is not due.
        const isBelieved = this.#guard.look(clock.now()).state !== "held";
        const untilNext = isBelieved ? (nextAt ?? Number.POSITIVE_INFINITY) - clock.now() : TICK_MS;
        const wait = Math.min(TICK_MS, Math.max(0, untilNext));
        if (!heard && wait > 0) {
          await new Promise<void>((resolve) => {
            const stop = clock.after(wait, resolve);
            wakeUp = () => {
              stop();
              resolve();
            };
          });
        }
        // What is due by now is made ready here and not by the next sweep, which may be a second away.
        if (isBelieved && nextAt !== undefined && nextAt <= clock.now()) await runs.sweep(clock.now());
      }
      return [];
    } finally {
      stopListening();
      signal.removeEventListener("abort", hear);
    }
  }

  giveBack(claims: readonly ClaimedRun[]): Promise<void> {
    return this.#options.runs.giveBack(claims);
  }

  async addQueue(queue: string): Promise<void> {
    this.#queues.add(queue);
    // Whoever waits looks again.
    this.#options.wake.tell(RUNS_TOPIC);
  }

  async removeQueue(queue: string): Promise<void> {
    this.#queues.delete(queue);
  }
}
