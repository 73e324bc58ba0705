import type { Clock } from "../base/clock.ts";
import { isHyoshiError } from "../base/error.ts";
import type { Logger } from "../base/logger.ts";

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 5_000;

export interface Patience {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Ends the waiting, with what it was aborted with. */
  readonly signal: AbortSignal;
}

/** What a service waits for the end of. */
const awaited = ["database_unavailable", "database_busy", "database_not_migrated"];

/**
 * What `work` brings, which is called again while the database is away, has no connection to spare or is not migrated; says once
 * that it waits. `work` leaves nothing behind where it fails.
 */
export async function whenDatabaseAnswers<T>(work: () => Promise<T>, { clock, logger, signal }: Patience): Promise<T> {
  let told: string | undefined;
  for (let wait = FIRST_WAIT_MS; ; ) {
    try {
      const result = await work();
      if (told !== undefined) logger.info({}, "the database answers again, and is migrated");
      return result;
    } catch (error) {
      if (!isHyoshiError(error) || !awaited.includes(error.code)) throw error;
      if (told !== error.code) logger.warn(error.fields, `waiting: ${error.message}`);
      told = error.code;
    }
    await pause(clock, wait, signal);
    // Missing tables are looked for steadily; a server that is away is left in peace.
    wait = told === "database_not_migrated" ? FIRST_WAIT_MS : Math.min(wait * 2, LONGEST_WAIT_MS);
  }
}

/** Keeps the process alive meanwhile, unlike the clock's own timers. */
function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
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
