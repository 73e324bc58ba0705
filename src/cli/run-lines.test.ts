import { expect, test } from "vitest";
import type { RunRecord } from "../run/run-reader.ts";
import { runLines } from "./run-lines.ts";

test("what is sealed is told as a secret", () => {
  const run = {
    id: "a",
    task: "shop.sync",
    state: "succeeded",
    queue: "default",
    priority: 5,
    attempt: 1,
    queuedAt: 0,
    startedAt: 1_000,
    endedAt: 2_000,
    origin: { kind: "manual" },
    options: {},
    payload: { input: { account: "4711", tokens: ["hyoshi:sealed:1:abc"] } },
    periodicTask: null,
    schedule: null,
  } as unknown as RunRecord;
  expect(runLines(run, [], "UTC", 3_000)).toMatch(/input +\{"account":"4711","tokens":\["\[secret\]"\]\}/);
});
