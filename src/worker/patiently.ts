import type { Clock } from "../base/clock.ts";

const FIRST_WAIT_MS = 50;
const LONGEST_WAIT_MS = 2_000;

/**
 * Repeats `work` until it succeeds, later and later, and tells each failure: a database that is away or full comes back, and what a
 * worker holds must not be lost meanwhile.
 */
export async function patiently<T>(
  work: () => Promise<T>,
  clock: Clock,
  failing: (error: unknown) => void,
): Promise<T> {
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
    try {
      return await work();
    } catch (error) {
      failing(error);
      await new Promise<void>((resolve) => {
        clock.after(wait, resolve);
      });
    }
  }
}
