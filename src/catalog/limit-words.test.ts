import { expect, it } from "vitest";
import { describeLimits } from "./limit-words.ts";

it("tells in a line what bounds a task", () => {
  expect(describeLimits(undefined)).toBeNull();
  expect(describeLimits({})).toBeNull();
  const all = describeLimits({
    concurrency: { limit: 1, byKey: true },
    rateLimit: { limit: 100, perMs: 60_000, burst: 1 },
    softTimeLimitMs: 50_000,
    unique: { forMs: null, byKey: false },
  });
  expect(all?.en).toBe(
    "at most 1 at once for each key · at most 100 in a minute · asked to end after 50 s · one unfinished run for equal sends",
  );
  expect(all?.ja).toContain("1 分に 100 件まで");
  expect(describeLimits({ rateLimit: { limit: 3, perMs: 250, burst: 1 } })?.en).toBe("at most 3 in a span of 250 ms");
});
