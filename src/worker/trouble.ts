import type { Clock } from "../base/clock.ts";
import { messageOf } from "../base/error.ts";
import type { Logger } from "../base/logger.ts";

/** Longer than anything that failed waits before it is tried again. */
const CALM_MS = 10_000;

/** Tells when the worker begins to meet failures and when that is over, and not each of them: whatever failed is tried again, and fails as often. */
export class Trouble {
  readonly #clock: Clock;
  readonly #logger: Logger;
  #failures = 0;
  #failedAt = 0;

  constructor(clock: Clock, logger: Logger) {
    this.#clock = clock;
    this.#logger = logger;
  }

  failing(error: unknown): void {
    this.#failures += 1;
    this.#failedAt = this.#clock.monotonic();
    if (this.#failures > 1) return;
    this.#logger.error({ err: error }, `the worker meets a failure: ${messageOf(error)}; trying again until it passes`);
  }

  /** Asked now and then. */
  look(): void {
    if (this.#failures === 0 || this.#clock.monotonic() - this.#failedAt < CALM_MS) return;
    this.#logger.info({ failures: this.#failures }, "the worker is well again");
    this.#failures = 0;
  }
}
