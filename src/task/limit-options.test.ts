import { expect, it } from "vitest";
import { z } from "zod";
import { parseRate } from "./limit-options.ts";
import { task } from "./task.ts";

const run = () => null;

it("bounds nothing where nothing is said", () => {
  expect(task("a.b", { run }).options.limits).toEqual({
    softTimeLimitMs: null,
    rateLimit: null,
    concurrency: null,
    unique: null,
  });
});

it("reads rates as texts and as objects", () => {
  expect(task("a.b", { rateLimit: "100/m", run }).options.limits.rateLimit).toEqual({
    limit: 100,
    perMs: 60_000,
    burst: 1,
  });
  const given = { limit: 5, perMs: 250, burst: 3 };
  expect(task("a.b", { rateLimit: given, run }).options.limits.rateLimit).toEqual(given);
  expect(parseRate("0/s")).toBeUndefined();
  expect(parseRate("5/d")).toBeUndefined();
});

it("gives a key the type of the parsed input", () => {
  const { concurrency, unique } = task("a.b", {
    input: z.object({ customer: z.number() }),
    concurrency: { limit: 1, key: ({ customer }) => String(customer.toFixed(0)) },
    unique: { forMs: 1_000, key: ({ customer }) => `${customer}` },
    run,
  }).options.limits;
  expect(concurrency?.key?.({ customer: 7 })).toBe("7");
  expect(unique).toMatchObject({ forMs: 1_000 });
  expect(task("a.b", { concurrency: 3, unique: true, run }).options.limits).toMatchObject({
    concurrency: { limit: 3, key: null },
    unique: { forMs: null, key: null },
  });
});

it.each([
  [{ softTimeLimitMs: 0 }, "softTimeLimitMs"],
  [{ softTimeLimitMs: 5_000, timeLimitMs: 5_000 }, "less than timeLimitMs (5000)"],
  [{ rateLimit: "often" }, "rateLimit"],
  [{ rateLimit: { limit: 0, perMs: 1 } }, "rateLimit.limit"],
  [{ concurrency: 0 }, "concurrency"],
  [{ concurrency: { limit: 1, key: "id" as never } }, "concurrency.key"],
  [{ concurrency: 1, record: "none" as const }, "needs its record"],
  [{ unique: { forMs: -1 } }, "unique.forMs"],
])("refuses %o", (options, named) => {
  expect(() => task("a.b", { ...options, run })).toThrow(
    expect.objectContaining({ code: "invalid_task", message: expect.stringContaining(named) }),
  );
});
