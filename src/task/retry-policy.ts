import { type Instant, LONGEST_TIMER_MS } from "../base/clock.ts";

/** When a failed attempt is tried again. */
export interface RetryOptions {
  /** Retries after the first attempt; 0 is none. */
  readonly limit: number;
  /** `"exponential"`: each wait is twice the one before. `"fixed"`: all are `delayMs`. Default: `"exponential"`. */
  readonly backoff?: "exponential" | "fixed";
  /** The first wait, in ms. Default: 1,000. */
  readonly delayMs?: number;
  /** No wait is longer, in ms. Default: 600,000. */
  readonly maxDelayMs?: number;
  /** Takes up to half of each wait away at random, so that what failed together is not tried again together. Default: true. */
  readonly jitter?: boolean;
  /** Which errors are worth another attempt. Default: all of them. */
  readonly on?: (error: unknown) => boolean;
}

export interface RetryPolicy {
  readonly limit: number;
  readonly backoff: "exponential" | "fixed";
  readonly delayMs: number;
  readonly maxDelayMs: number;
  readonly jitter: boolean;
  readonly on: ((error: unknown) => boolean) | null;
}

export const NO_RETRY: RetryPolicy = {
  limit: 0,
  backoff: "exponential",
  delayMs: 1_000,
  maxDelayMs: 600_000,
  jitter: true,
  on: null,
};

type Invalid = (option: string, value: unknown, accepted: string) => Error;

export function resolveRetry(options: RetryOptions | undefined, invalid: Invalid): RetryPolicy {
  if (options === undefined) return NO_RETRY;
  if (typeof options !== "object" || options === null)
    throw invalid("retry", options, "an object such as { limit: 3 }");
  const { limit, backoff, delayMs, maxDelayMs, jitter, on } = options;
  const whole = (option: string, value: number | undefined, highest: number) => {
    if (value === undefined || (Number.isInteger(value) && value >= 0 && value <= highest)) return;
    throw invalid(option, value, `a whole number from 0 to ${highest}`);
  };
  if (limit === undefined) throw invalid("retry.limit", limit, "how many times to try again, such as 3");
  whole("retry.limit", limit, 1_000_000);
  whole("retry.delayMs", delayMs, LONGEST_TIMER_MS);
  whole("retry.maxDelayMs", maxDelayMs, LONGEST_TIMER_MS);
  if (backoff !== undefined && backoff !== "exponential" && backoff !== "fixed") {
    throw invalid("retry.backoff", backoff, `"exponential" or "fixed"`);
  }
  if (jitter !== undefined && typeof jitter !== "boolean") throw invalid("retry.jitter", jitter, "true or false");
  if (on !== undefined && typeof on !== "function") throw invalid("retry.on", on, "a function of the error");
  return {
    limit,
    backoff: backoff ?? NO_RETRY.backoff,
    delayMs: delayMs ?? NO_RETRY.delayMs,
    maxDelayMs: maxDelayMs ?? Math.max(NO_RETRY.maxDelayMs, delayMs ?? 0),
    jitter: jitter ?? NO_RETRY.jitter,
    on: on ?? null,
  };
}

/**
 * How long to wait before the next attempt, in ms, when `retries` were made already; undefined when none is left.
 * `fraction` is random in [0, 1).
 */
export function retryDelay(policy: RetryPolicy, retries: number, fraction: number): number | undefined {
  if (retries >= policy.limit) return undefined;
  // 2^52 is beyond every cap, and keeps the product finite however many retries there were.
  const factor = policy.backoff === "exponential" ? 2 ** Math.min(retries, 52) : 1;
  const wait = Math.min(policy.delayMs * factor, policy.maxDelayMs);
  return Math.round(policy.jitter ? wait * (1 - fraction / 2) : wait);
}

/** The instant of the next attempt of what failed with `error` at `now`; undefined when there is none. */
export function nextAttemptAt(
  policy: RetryPolicy,
  failed: { readonly error: unknown; readonly retries: number; readonly now: Instant; readonly fraction: number },
): Instant | undefined {
  const delay = retryDelay(policy, failed.retries, failed.fraction);
  if (delay === undefined || (policy.on !== null && !policy.on(failed.error))) return undefined;
  return failed.now + delay;
}
