import { expect, test } from "vitest";
import { stripBars } from "./strip-geometry.ts";

const run = (durationMs: number | null) => ({
  at: 0,
  kind: "run" as const,
  state: "succeeded",
  runId: "r",
  durationMs,
});

test("the longest run has the full height and a short one can still be seen", () => {
  expect(stripBars([run(10_000), run(1)], 20).map((bar) => bar.height)).toEqual([20, 3]);
});

test("a run without a duration has the least height", () => {
  expect(stripBars([run(null), run(400)], 20).map((bar) => bar.height)).toEqual([3, 20]);
});

test("a nominal time without a run has no bar", () => {
  const missed = { at: 0, kind: "firing" as const, state: "missed", runId: null, durationMs: null };
  expect(stripBars([missed], 20)[0]?.height).toBe(0);
});
