import type { Stop } from "../base/clock.ts";
import { messageOf } from "../base/error.ts";
import type { Logger } from "../base/logger.ts";
import { currentLog } from "./console-capture.ts";

/**
 * A promise that a task left lying and that was rejected would end the process, and every other task's run with it. It is told instead, in
 * the run's log where the run is still known.
 */
export function watchStrayRejections(logger: Logger): Stop {
  const heard = (error: unknown) => {
    const log = currentLog();
    log?.error("hyoshi: a promise that nothing waits for was rejected:", error);
    logger.error({ err: error, runId: log?.runId }, `a task left a promise that was rejected: ${messageOf(error)}`);
  };
  process.on("unhandledRejection", heard);
  return () => void process.off("unhandledRejection", heard);
}
