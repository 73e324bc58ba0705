import { expect, test } from "vitest";
import { segmentWidths, timeSegments } from "./time-segments.ts";

const run = {
  queuedAt: 1_000,
  availableAt: 1_000,
  startedAt: null as number | null,
  endedAt: null as number | null,
  state: "ready" as const,
  attempt: 0,
  attempts: [] as {
    number: number;
    startedAt: number;
    endedAt: number | null;
    outcome: string;
    worker: null;
    error: null;
  }[],
};
const attempt = (number: number, startedAt: number, endedAt: number | null, outcome: string) => ({
  number,
  startedAt,
  endedAt,
  outcome,
  worker: null,
  error: null,
});
const short = (segments: ReturnType<typeof timeSegments>) => segments.map(({ kind, from, to }) => [kind, from, to]);

test("a run that has not begun waits until now", () => {
  expect(short(timeSegments(run, 5_000))).toEqual([["waited", 1_000, 5_000]]);
});

test("time until a chosen start is planned and not waited", () => {
  expect(short(timeSegments({ ...run, availableAt: 4_000 }, 5_000))).toEqual([
    ["planned", 1_000, 4_000],
    ["waited", 4_000, 5_000],
  ]);
});

test("between two attempts lies the back-off", () => {
  const attempts = [attempt(1, 2_000, 3_000, "retried"), attempt(2, 6_000, 7_000, "succeeded")];
  const ended = { ...run, startedAt: 2_000, endedAt: 7_000, availableAt: 6_000, attempt: 2, attempts };
  expect(short(timeSegments(ended, 9_000))).toEqual([
    ["waited", 1_000, 2_000],
    ["attempt", 2_000, 3_000],
    ["pause", 3_000, 6_000],
    ["attempt", 6_000, 7_000],
  ]);
});

test("a run that waits for its next attempt is in its back-off until now", () => {
  const retrying = { ...run, startedAt: 1_000, attempt: 1, attempts: [attempt(1, 1_000, 2_000, "retried")] };
  expect(short(timeSegments(retrying, 9_000)).at(-1)).toEqual(["pause", 2_000, 9_000]);
});

test("what a fenced worker still did is left out", () => {
  const attempts = [attempt(1, 2_000, 3_000, "late"), attempt(1, 2_000, 2_500, "cancelled")];
  const ended = { ...run, startedAt: 2_000, endedAt: 2_500, attempt: 1, attempts };
  expect(short(timeSegments(ended, 9_000))).toEqual([
    ["waited", 1_000, 2_000],
    ["attempt", 2_000, 2_500],
  ]);
});

test("the thinnest segment can still be pointed at", () => {
  const segments = timeSegments({ ...run, startedAt: 1_001, attempt: 1 }, 1_000_000);
  const widths = segmentWidths(segments);
  expect(widths[0]).toBeGreaterThan(2);
  expect(widths.reduce((a, b) => a + b, 0)).toBeCloseTo(100);
});
