import { describe, expect, it } from "vitest";
import { retryAfterOf } from "./retry-after.ts";

const now = Date.UTC(2026, 0, 1);
const asked = (more: object) => retryAfterOf(Object.assign(new Error("busy"), more), now);

describe("retryAfterOf", () => {
  it("reads seconds, dates of HTTP and Dates", () => {
    expect(asked({ retryAfter: 1.5 })).toBe(now + 1_500);
    expect(asked({ retryAfter: "120" })).toBe(now + 120_000);
    expect(asked({ retryAfter: new Date(now + 5) })).toBe(now + 5);
    expect(asked({ headers: { "Retry-After": "Thu, 01 Jan 2026 00:01:00 GMT" } })).toBe(now + 60_000);
  });

  it("finds the header wherever HTTP clients leave it", () => {
    const headers = new Headers({ "retry-after": "3" });
    expect(asked({ headers })).toBe(now + 3_000);
    expect(asked({ response: { headers } })).toBe(now + 3_000);
    expect(asked({ response: { headers: { "retry-after": ["3"] } } })).toBe(now + 3_000);
    expect(asked({ cause: { retryAfter: 3 } })).toBe(now + 3_000);
  });

  it("waits at most a week, and not for the past", () => {
    expect(asked({ retryAfter: 1e9 })).toBe(now + 7 * 24 * 3_600_000);
    expect(asked({ retryAfter: -5 })).toBe(now);
  });

  it("is undefined for all else", () => {
    for (const more of [{}, { retryAfter: "soon" }, { retryAfter: Number.NaN }, { headers: {} }, { headers: null }]) {
      expect(asked(more)).toBeUndefined();
    }
    expect(retryAfterOf("text", now)).toBeUndefined();
  });
});
