import type { Stop } from "../base/clock.ts";
import { messageOf } from "../base/error.ts";
import type { Logger } from "../base/logger.ts";
import { currentLog } from "./console-capture.ts";
import type { RunLog } from "./run-log.ts";

/**
 * Tells runs what their tasks let slip, in the log of each where that is not closed yet: a rejected promise that nothing waits for, which
 * ends nothing; and an error that was thrown in a timer or an event's listener, for which `threw` is called. What the process makes
 * of the latter is not decided here.
 */
export function watchStrayErrors(logger: Logger, threw: (log: RunLog, error: unknown) => void): Stop {
  const rejected = (error: unknown) => {
    const log = currentLog();
    log?.error("hyoshi: a promise that nothing waits for was rejected:", error);
    logger.error({ err: error, runId: log?.runId }, `a task left a promise that was rejected: ${messageOf(error)}`);
  };
  const caught = (error: unknown, origin: NodeJS.UncaughtExceptionOrigin) => {
    const log = currentLog();
    if (log === undefined || origin === "unhandledRejection") return;
    log.error("hyoshi: an error was thrown where nothing could catch it:", error);
    threw(log, error);
  };
  process.on("unhandledRejection", rejected);
  process.on("uncaughtExceptionMonitor", caught);
  return () => {
    process.off("unhandledRejection", rejected);
    process.off("uncaughtExceptionMonitor", caught);
  };
}
