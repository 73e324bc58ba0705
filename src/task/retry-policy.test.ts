import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { NO_RETRY, nextAttemptAt, type RetryOptions, resolveRetry, retryDelay } from "./retry-policy.ts";
import { RetryRequest } from "./retry-request.ts";

const policy = (options: RetryOptions) => resolveRetry(options, (option, value) => new Error(`${option} ${value}`));

describe("retryDelay", () => {
  it("doubles from the first wait up to the longest", () => {
    const exponential = policy({ limit: 20, delayMs: 1_000, maxDelayMs: 10_000, jitter: false });
    expect([0, 1, 2, 3, 4, 19].map((retries) => retryDelay(exponential, retries, 0.5))).toEqual([
      1_000, 2_000, 4_000, 8_000, 10_000, 10_000,
    ]);
  });

  it("stays the same when it is fixed", () => {
    const fixed = policy({ limit: 3, backoff: "fixed", delayMs: 700, jitter: false });
    expect([0, 1, 2].map((retries) => retryDelay(fixed, retries, 0))).toEqual([700, 700, 700]);
  });

  it("ends with the limit", () => {
    expect(retryDelay(policy({ limit: 0 }), 0, 0)).toBeUndefined();
    expect(retryDelay(policy({ limit: 2 }), 2, 0)).toBeUndefined();
  });

  it("takes at most half of the wait away at random", () => {
    const jittered = policy({ limit: 1, delayMs: 1_000 });
    expect([0, 0.5, 0.999].map((fraction) => retryDelay(jittered, 0, fraction))).toEqual([1_000, 750, 500]);
  });

  it("is a whole number within its bounds, whatever the policy", () => {
    const whole = (max: number) => fc.integer({ min: 0, max });
    fc.assert(
      fc.property(
        whole(2e9),
        whole(2e9),
        whole(999_999),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (delayMs, maxDelayMs, retries, fraction) => {
          const delay = retryDelay(policy({ limit: 1_000_000, delayMs, maxDelayMs }), retries, fraction) ?? Number.NaN;
          expect(Number.isInteger(delay)).toBe(true);
          expect(delay).toBeLessThanOrEqual(maxDelayMs);
          expect(delay).toBeGreaterThanOrEqual(Math.floor(Math.min(delayMs, maxDelayMs) / 2));
        },
      ),
    );
  });
});

describe("resolveRetry", () => {
  it("has a longest wait that is not below the first one", () => {
    expect(policy({ limit: 1, delayMs: 3_600_000 }).maxDelayMs).toBe(3_600_000);
    expect(policy({ limit: 1 }).maxDelayMs).toBe(600_000);
  });
});

describe("nextAttemptAt", () => {
  it("is the end of the wait, or never for errors that are left out", () => {
    const picky = policy({ limit: 1, delayMs: 10, jitter: false, on: (error) => error === "again" });
    const failed = { retries: 0, now: 1_000, fraction: 0 };
    expect(nextAttemptAt(picky, { ...failed, error: "again" })).toBe(1_010);
    expect(nextAttemptAt(picky, { ...failed, error: "other" })).toBeUndefined();
  });

  const failed = { retries: 0, now: 1_000, fraction: 0 };

  it("lists errors by class or name", () => {
    const listed = policy({ limit: 1, delayMs: 10, jitter: false, on: [RangeError, "ECONNRESET"] });
    expect(nextAttemptAt(listed, { ...failed, error: new RangeError() })).toBe(1_010);
    expect(nextAttemptAt(listed, { ...failed, error: Object.assign(new Error(), { code: "ECONNRESET" }) })).toBe(1_010);
    expect(nextAttemptAt(listed, { ...failed, error: new TypeError() })).toBeUndefined();
  });

  it("has waits and a limit of their own for errors that a rule names", () => {
    const ruled = policy({
      limit: 1,
      delayMs: 10,
      jitter: false,
      on: () => false,
      rules: [
        { errors: [RangeError], limit: 0 },
        { errors: [TypeError], limit: 3, delayMs: 500, backoff: "fixed" },
      ],
    });
    expect(nextAttemptAt(ruled, { ...failed, error: new RangeError() })).toBeUndefined();
    expect(nextAttemptAt(ruled, { ...failed, error: new TypeError(), retries: 2 })).toBe(1_500);
    expect(nextAttemptAt(ruled, { ...failed, error: new TypeError(), retries: 3 })).toBeUndefined();
    expect(nextAttemptAt(ruled, { ...failed, error: new Error() })).toBeUndefined();
  });

  it("is not before the time that the error asks for", () => {
    const one = policy({ limit: 1, delayMs: 10, maxDelayMs: 20, jitter: false });
    const busy = Object.assign(new Error(), { retryAfter: 60 });
    expect(nextAttemptAt(one, { ...failed, error: busy })).toBe(61_000);
    expect(nextAttemptAt({ ...one, retryAfter: false }, { ...failed, error: busy })).toBe(1_010);
  });

  it("is what the task asks for, as long as it may", () => {
    const none = policy({ limit: 2, delayMs: 10, jitter: false, on: () => false });
    const asking = (options: ConstructorParameters<typeof RetryRequest>[1]) => new RetryRequest("app.x", options);
    expect(nextAttemptAt(none, { ...failed, error: asking({}) })).toBe(1_010);
    expect(nextAttemptAt(none, { ...failed, error: asking({ afterMs: 7 }) })).toBe(1_007);
    expect(nextAttemptAt(none, { ...failed, error: asking({ at: new Date(5_000) }) })).toBe(5_000);
    expect(nextAttemptAt(none, { ...failed, error: asking({}), retries: 2 })).toBeUndefined();
    expect(nextAttemptAt(none, { ...failed, error: asking({ limit: 9, afterMs: 0 }), retries: 8 })).toBe(1_000);
    expect(nextAttemptAt(NO_RETRY, { ...failed, error: asking({ afterMs: 0 }), retries: 2 })).toBe(1_000);
    expect(nextAttemptAt(NO_RETRY, { ...failed, error: asking({ afterMs: 0 }), retries: 3 })).toBeUndefined();
  });

  it("refuses a request that makes no sense", () => {
    for (const options of [{ afterMs: -1 }, { afterMs: Number.NaN }, { afterMs: 1, at: 1 }, { limit: 0.5 }]) {
      expect(() => new RetryRequest("app.x", options)).toThrow(expect.objectContaining({ code: "invalid_retry" }));
    }
  });
});
