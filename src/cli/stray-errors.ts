import { messageOf } from "../base/error.ts";
import type { Logger } from "../base/logger.ts";

export interface StrayErrors {
  /** Resolves with an error that was thrown where nobody could catch it: what the process still does cannot be relied on. */
  readonly fatal: Promise<{ readonly thrown: unknown }>;
  dispose(): void;
}

/**
 * Hears what tasks leave behind: by default the first rejected promise that nobody waits for ends the process, and with it every other
 * run. Such a promise is logged, and the work goes on. An error thrown in a timer or an event's listener is different: it may have left
 * anything half done, and so is fatal.
 */
export function hearStrayErrors(logger: Logger): StrayErrors {
  const rejected = (reason: unknown) => {
    logger.error(
      { err: reason },
      `a promise was rejected and nobody waited for it: ${messageOf(reason)}; a task should await all it starts`,
    );
  };
  let caught = (_error: unknown) => {};
  const fatal = new Promise<{ readonly thrown: unknown }>((resolve) => {
    caught = (thrown) => {
      logger.error({ err: thrown }, `an error was thrown where nobody could catch it: ${messageOf(thrown)}`);
      resolve({ thrown });
    };
  });
  process.on("unhandledRejection", rejected);
  process.on("uncaughtException", caught);
  return {
    fatal,
    dispose() {
      process.off("unhandledRejection", rejected);
      process.off("uncaughtException", caught);
    },
  };
}
