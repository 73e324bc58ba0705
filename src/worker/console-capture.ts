import { AsyncLocalStorage } from "node:async_hooks";
import type { LogLevel, RunLog } from "./run-log.ts";

const levels = {
  debug: "DEBUG",
  log: "INFO",
  info: "INFO",
  warn: "WARN",
  error: "ERROR",
  trace: "DEBUG",
} as const satisfies Record<string, LogLevel>;

const current = new AsyncLocalStorage<RunLog>();
let users = 0;
let restore = () => {};

/** Runs `work` so that what it writes to the console, now or later, goes to the run's log. */
export function withConsole<T>(log: RunLog, work: () => T): T {
  return current.run(log, work);
}

/** The log of the run that is being executed here. */
export function currentLog(): RunLog | undefined {
  return current.getStore();
}

/** From now on the console of a task writes to its run's log. Answers what ends it. */
export function captureConsole(): () => void {
  users += 1;
  if (users === 1) restore = replaceConsole();
  let ended = false;
  return () => {
    if (ended) return;
    ended = true;
    users -= 1;
    if (users === 0) restore();
  };
}

function replaceConsole(): () => void {
  const originals = Object.keys(levels).map((name) => [name, console[name as keyof typeof levels]] as const);
  for (const [name, original] of originals) {
    const key = name as keyof typeof levels;
    console[key] = (...parts: unknown[]) => {
      const log = current.getStore();
      if (log === undefined) original.apply(console, parts);
      else log.write(levels[key], parts);
    };
  }
  return () => {
    for (const [name, original] of originals) console[name as keyof typeof levels] = original;
  };
}
