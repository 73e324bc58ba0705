import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nextAttemptAt, type RetryOptions, resolveRetry, retryDelay } from "./retry-policy.ts";

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
});
