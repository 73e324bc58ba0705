import { type Instant, LONGEST_TIMER_MS } from "../base/clock.ts";
import { ERROR_MATCHERS, type ErrorMatcher, isErrorMatchers, matchesError } from "./error-matcher.ts";
import { retryAfterOf } from "./retry-after.ts";
import { type RetryRequest, retryRequestOf } from "./retry-request.ts";

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
  /** Which errors are worth another attempt: a function, or their classes or names. Default: all of them. */
  readonly on?: ((error: unknown) => boolean) | readonly ErrorMatcher[];
  /** What is different for some errors. The first rule that names an error is its rule; `on` is not asked then. */
  readonly rules?: readonly RetryRule[];
  /**
   * Whether an error that says when to try again is listened to: one with `retryAfter`, or with a `Retry-After` among its `headers` or its `response`'s, in seconds or as a
   * date. No attempt is made sooner, `maxDelayMs` or not; at most a week is waited. Default: true.
   */
  readonly retryAfter?: boolean;
}

/** How some errors are tried again. What is absent is as for all others. */
export interface RetryRule {
  /** Classes, or names of classes or codes. */
  readonly errors: readonly ErrorMatcher[];
  /** Retries after which such an error fails the run, counted over all of the run's errors; 0: at once. */
  readonly limit?: number;
  readonly backoff?: "exponential" | "fixed";
  readonly delayMs?: number;
  readonly maxDelayMs?: number;
  readonly jitter?: boolean;
}

/** How long to wait, and how often. */
export interface RetryWaits {
  readonly limit: number;
  readonly backoff: "exponential" | "fixed";
  readonly delayMs: number;
  readonly maxDelayMs: number;
  readonly jitter: boolean;
}

export interface RetryPolicy extends RetryWaits {
  readonly on: ((error: unknown) => boolean) | null;
  readonly rules: readonly (RetryWaits & { readonly errors: readonly ErrorMatcher[] })[];
  readonly retryAfter: boolean;
  /** The task says nothing of retries. */
  readonly isDefault: boolean;
}

export const NO_RETRY: RetryPolicy = {
  limit: 0,
  backoff: "exponential",
  delayMs: 1_000,
  maxDelayMs: 600_000,
  jitter: true,
  on: null,
  rules: [],
  retryAfter: true,
  isDefault: true,
};

/** As in Celery: how often a task that says nothing of retries may ask for one itself. */
const REQUESTED_AT_MOST = 3;

type Invalid = (option: string, value: unknown, accepted: string) => Error;

export function resolveRetry(options: RetryOptions | undefined, invalid: Invalid): RetryPolicy {
  if (options === undefined) return NO_RETRY;
  if (typeof options !== "object" || options === null)
    throw invalid("retry", options, "an object such as { limit: 3 }");
  const { limit, on, rules, retryAfter } = options;
  if (limit === undefined) throw invalid("retry.limit", limit, "how many times to try again, such as 3");
  if (retryAfter !== undefined && typeof retryAfter !== "boolean") {
    throw invalid("retry.retryAfter", retryAfter, "true or false");
  }
  const waits = resolveWaits("retry", options, NO_RETRY, invalid);
  return {
    ...waits,
    on: resolveOn(on, invalid),
    rules: resolveRules(rules, waits, invalid),
    retryAfter: retryAfter ?? true,
    isDefault: false,
  };
}

function resolveOn(on: RetryOptions["on"], invalid: Invalid): RetryPolicy["on"] {
  if (on === undefined) return null;
  if (isErrorMatchers(on)) return (error) => matchesError(on, error);
  if (typeof on === "function") return on as (error: unknown) => boolean;
  throw invalid("retry.on", on, `a function of the error, or ${ERROR_MATCHERS}`);
}

function resolveRules(
  rules: readonly RetryRule[] | undefined,
  defaults: RetryWaits,
  invalid: Invalid,
): RetryPolicy["rules"] {
  if (rules === undefined) return [];
  if (!Array.isArray(rules))
    throw invalid("retry.rules", rules, "a list such as [{ errors: [TimeoutError], delayMs: 100 }]");
  return rules.map((rule: RetryRule, index) => {
    const place = `retry.rules[${index}]`;
    if (typeof rule !== "object" || rule === null) throw invalid(place, rule, "an object with 'errors'");
    if (!isErrorMatchers(rule.errors)) throw invalid(`${place}.errors`, rule.errors, ERROR_MATCHERS);
    return { ...resolveWaits(place, rule, defaults, invalid), errors: [...rule.errors] };
  });
}

/** @param place where it stands, for errors */
function resolveWaits(
  place: string,
  { limit, backoff, delayMs, maxDelayMs, jitter }: Partial<RetryWaits>,
  defaults: RetryWaits,
  invalid: Invalid,
): RetryWaits {
  const whole = (option: string, value: number | undefined, highest: number) => {
    if (value === undefined || (Number.isInteger(value) && value >= 0 && value <= highest)) return;
    throw invalid(`${place}.${option}`, value, `a whole number from 0 to ${highest}`);
  };
  whole("limit", limit, 1_000_000);
  whole("delayMs", delayMs, LONGEST_TIMER_MS);
  whole("maxDelayMs", maxDelayMs, LONGEST_TIMER_MS);
  if (backoff !== undefined && backoff !== "exponential" && backoff !== "fixed") {
    throw invalid(`${place}.backoff`, backoff, `"exponential" or "fixed"`);
  }
  if (jitter !== undefined && typeof jitter !== "boolean") throw invalid(`${place}.jitter`, jitter, "true or false");
  return {
    limit: limit ?? defaults.limit,
    backoff: backoff ?? defaults.backoff,
    delayMs: delayMs ?? defaults.delayMs,
    maxDelayMs: maxDelayMs ?? Math.max(defaults.maxDelayMs, delayMs ?? 0),
    jitter: jitter ?? defaults.jitter,
  };
}

/**
 * How long to wait before the next attempt, in ms, when `retries` were made already; undefined when none is left.
 * `fraction` is random in [0, 1).
 */
export function retryDelay(policy: RetryWaits, retries: number, fraction: number): number | undefined {
  if (retries >= policy.limit) return undefined;
  // 2^52 is beyond every cap, and keeps the product finite however many retries there were.
  const factor = policy.backoff === "exponential" ? 2 ** Math.min(retries, 52) : 1;
  const wait = Math.min(policy.delayMs * factor, policy.maxDelayMs);
  return Math.round(policy.jitter ? wait * (1 - fraction / 2) : wait);
}

export interface FailedAttempt {
  readonly error: unknown;
  /** Retries that were made already. */
  readonly retries: number;
  readonly now: Instant;
  /** Random in [0, 1). */
  readonly fraction: number;
}

/** The instant of the next attempt of what failed at `now`; undefined when there is none. May fail where the task's own `retry.on` does. */
export function nextAttemptAt(policy: RetryPolicy, failed: FailedAttempt): Instant | undefined {
  const { error, retries, now, fraction } = failed;
  const request = retryRequestOf(error);
  if (request !== undefined) return requestedAt(policy, request, failed);
  const rule = policy.rules.find(({ errors }) => matchesError(errors, error));
  const delay = retryDelay(rule ?? policy, retries, fraction);
  if (delay === undefined || (rule === undefined && policy.on !== null && !policy.on(error))) return undefined;
  return Math.max(now + delay, (policy.retryAfter ? retryAfterOf(error, now) : undefined) ?? 0);
}

/** A task that asks for another attempt has it as long as its limit lasts, whatever it was that failed. */
function requestedAt(
  policy: RetryPolicy,
  request: RetryRequest,
  { retries, now, fraction }: FailedAttempt,
): Instant | undefined {
  const limit = request.limit ?? (policy.isDefault ? REQUESTED_AT_MOST : policy.limit);
  const delay = retryDelay({ ...policy, limit }, retries, fraction);
  if (delay === undefined) return undefined;
  return (
    request.at ?? (policy.retryAfter ? retryAfterOf(request.error, now) : undefined) ?? now + (request.afterMs ?? delay)
  );
}
