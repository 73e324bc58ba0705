import { expect, it } from "vitest";
import { systemRandom, uuidv7 } from "./random.ts";

it("makes ids that grow, however many fall into one millisecond, and that tell the time", () => {
  const now = Date.UTC(2027, 0, 1);
  const ids = Array.from({ length: 10_000 }, () => uuidv7(now, systemRandom));
  expect([...ids].sort()).toEqual(ids);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids[0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(Number.parseInt((ids[0] ?? "").replaceAll("-", "").slice(0, 12), 16)).toBe(now);
});

it("goes on growing when the clock is set back a little, and follows it when it is set back far", () => {
  const now = Date.UTC(2028, 0, 1);
  const [first, second, third] = [now, now - 5_000, now - 3_600_000].map((at) => uuidv7(at, systemRandom));
  expect((second ?? "") > (first ?? "")).toBe(true);
  expect((third ?? "") < (first ?? "")).toBe(true);
});
