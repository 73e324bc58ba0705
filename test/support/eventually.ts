import { setTimeout as sleep } from "node:timers/promises";

/** Waits until `holds` answers true (or another value that is not false or undefined), and answers that. */
export async function eventually<T>(
  holds: () => T | false | undefined | Promise<T | false | undefined>,
  {
    within = 20_000,
    every = 20,
    what = () => "the condition",
  }: { within?: number; every?: number; what?: () => string } = {},
): Promise<T> {
  const deadline = performance.now() + within;
  for (;;) {
    const answer = await holds();
    if (answer !== false && answer !== undefined) return answer;
    if (performance.now() > deadline) throw new Error(`waited ${within} ms in vain for ${what()}`);
    await sleep(every);
  }
}
