import { expect, test } from "vitest";
import type { SchedulePreview } from "../../../services/wire.ts";
import { collisionOf } from "./collision.ts";

const preview = (...times: number[]) =>
  ({ times: times.map((at) => ({ at, local: "" })) }) as unknown as SchedulePreview;
const run = (durationMs: number) => ({ at: 0, kind: "run" as const, state: "succeeded", runId: "r", durationMs });

test("runs that take longer than the shortest gap between two times collide", () => {
  expect(collisionOf([preview(0, 60_000, 120_000), preview(70_000)], [run(5_000), run(12_000)])).toEqual({
    gapMs: 10_000,
    durationMs: 12_000,
  });
});

test("runs that are done in time do not", () => {
  expect(collisionOf([preview(0, 60_000)], [run(5_000)])).toBeUndefined();
  expect(collisionOf([preview(0)], [run(5_000)])).toBeUndefined();
  expect(collisionOf([], [])).toBeUndefined();
});
