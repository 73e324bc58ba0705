import { LONGEST_TIMER_MS, type Stop } from "./clock.ts";

let timer: NodeJS.Timeout | undefined;
let reasons = 0;

/** Keeps the process alive until what it answers is called: the clock's timers do not, and a program that waits for one alone would end in the middle, without a word. */
export function keepAlive(): Stop {
  timer ??= setInterval(() => {}, LONGEST_TIMER_MS);
  if (reasons === 0) timer.ref();
  reasons += 1;
  let isDone = false;
  return () => {
    if (isDone) return;
    isDone = true;
    reasons -= 1;
    if (reasons === 0) timer?.unref();
  };
}

/** The same until `work` has ended. */
export function keptAlive<T>(work: Promise<T>): Promise<T> {
  return work.finally(keepAlive());
}
