import type { Clock } from "../base/clock.ts";
import { type HyoshiError, isHyoshiError } from "../base/error.ts";
import type { Logger } from "../base/logger.ts";

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 5_000;

export interface Patience {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Ends the waiting, with what it was aborted with. */
  readonly signal: AbortSignal;
}

/** Whether a service waits for the end of this. */
export function isPassing(error: unknown): error is HyoshiError {
  return isHyoshiError(error, "database_unavailable") || isHyoshiError(error, "database_busy");
}

/**
 * What `work` brings, which is called again, less and less often, while the database is away or has no connection to spare; says once
 * that it waits. `work` leaves nothing behind where it fails.
 */
export async function whenDatabaseAnswers<T>(work: () => Promise<T>, { clock, logger, signal }: Patience): Promise<T> {
  let told: string | undefined;
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
    try {
      const result = await work();
      if (told !== undefined) logger.info({}, "the database answers again");
      return result;
    } catch (error) {
      if (!isPassing(error)) throw error;
      if (told !== error.code) logger.warn(error.fields, `waiting: ${error.message}`);
      told = error.code;
    }
    await pause(clock, wait, signal);
  }
}

/** Keeps the process alive meanwhile, unlike the clock's own timers. */
export function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const alive = setInterval(() => {}, 2 ** 30);
    const settle = (then: () => void) => {
      clearInterval(alive);
      stop();
      signal.removeEventListener("abort", aborted);
      then();
    };
    const aborted = () => settle(() => reject(signal.reason as Error));
    const stop = clock.after(ms, () => settle(resolve));
    signal.addEventListener("abort", aborted);
  });
}
