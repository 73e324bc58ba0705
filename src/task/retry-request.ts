import type { Instant } from "../base/clock.ts";
import { HyoshiError } from "../base/error.ts";

/** How a task asks for another attempt. */
export interface RetryRequestOptions {
  /** How long to wait, in ms. Default: what the task's `retry` says for this attempt. Not together with `at`. */
  readonly afterMs?: number;
  /** When to try again: a Date, or milliseconds since the epoch. */
  readonly at?: Date | Instant;
  /** Why: kept with the attempt and, when no retry is left, the error that the run fails with. */
  readonly error?: unknown;
  /** Retries after the first attempt. Default: the task's `retry.limit`; 3 where it has none. */
  readonly limit?: number;
}

/** What `ctx.retry()` throws: the attempt ends, and there is another one as long as the limit lasts. */
export class RetryRequest extends HyoshiError {
  readonly at: Instant | undefined;
  readonly afterMs: number | undefined;
  readonly limit: number | undefined;
  /** Undefined: the task gave none. */
  readonly error: unknown;

  constructor(task: string, { afterMs, at, error, limit }: RetryRequestOptions = {}) {
    super("retry_requested", `task '${task}' asked for another attempt`, {
      cause: error,
      fields: { task },
    });
    this.at = at instanceof Date ? at.getTime() : at;
    this.afterMs = afterMs;
    this.limit = limit;
    this.error = error;
    const waits = [this.at, afterMs, limit].filter((value) => value !== undefined);
    const isSense = waits.every((value) => Number.isFinite(value) && value >= 0);
    if (isSense && (afterMs === undefined || at === undefined) && (limit === undefined || Number.isInteger(limit)))
      return;
    throw new HyoshiError(
      "invalid_retry",
      `task '${task}' asked for another attempt with ${JSON.stringify({ afterMs, at, limit })}: expected either 'afterMs', milliseconds of 0 or more, or 'at', a Date, and as 'limit' a whole number`,
      { fields: { task } },
    );
  }

  /** What the attempt failed with, as people are told. */
  reason(isLast: boolean): unknown {
    if (this.error !== undefined) return this.error;
    if (!isLast) return this;
    const { task } = this.fields;
    return new HyoshiError(
      "retries_exhausted",
      `task '${task}' asked for another attempt, and has had all that it may have`,
      {
        fields: { task },
      },
    );
  }
}

/** Never fails, whatever was thrown: a proxy may throw at being looked at. */
export function retryRequestOf(thrown: unknown): RetryRequest | undefined {
  try {
    return thrown instanceof RetryRequest ? thrown : undefined;
  } catch {
    return undefined;
  }
}
