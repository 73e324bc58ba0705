import { expect, test } from "vitest";
import type { ProcessRecord } from "../control/process-reader.ts";
import { type HealthFacts, healthOf } from "./health.ts";

const now = 1_000_000;
const process = (kind: ProcessRecord["kind"], more: Partial<ProcessRecord> = {}): ProcessRecord => ({
  id: 1,
  kind,
  name: kind,
  host: "here",
  pid: 1,
  startedAt: 0,
  leaseUntil: now + 1,
  loopLagMs: 0,
  info: {},
  running: 0,
  ...more,
});
const depth = { ready: 0, scheduled: 0, held: 0, running: 0, capped: false, oldestReadyAt: null };
const well: HealthFacts = {
  now,
  processes: [process("beat"), process("worker")],
  queues: [{ ...depth, name: "default", ready: 5 }],
  workersOf: (queue) => (queue === "default" ? 1 : 0),
  nextWakeAt: now + 60_000,
  broken: [],
  replanDue: undefined,
};
const codesOf = (facts: Partial<HealthFacts>) => healthOf({ ...well, ...facts }).problems.map(({ code }) => code);

test("nothing is wrong while beat and workers live and serve what waits", () => {
  expect(healthOf(well)).toEqual({
    status: "ok",
    beats: 1,
    workers: 1,
    oldestDueMs: 0,
    queuesWithoutWorker: [],
    problems: [],
  });
});

test("a dead beat is an error only where something waits to be fired", () => {
  const processes = [process("beat", { leaseUntil: now - 1 }), process("worker")];
  expect(healthOf({ ...well, processes })).toMatchObject({ status: "error", beats: 0 });
  expect(codesOf({ processes })).toEqual(["no_beat"]);
  expect(codesOf({ processes, nextWakeAt: undefined })).toEqual([]);
});

test("a late schedule is an error after some seconds, and is measured at once", () => {
  expect(healthOf({ ...well, nextWakeAt: now - 3_000 })).toMatchObject({ status: "ok", oldestDueMs: 3_000 });
  expect(codesOf({ nextWakeAt: now - 6_000 })).toEqual(["late"]);
});

test("a queue that holds runs and that nobody serves is a warning", () => {
  const queues = [{ ...depth, name: "slow", scheduled: 2 }];
  const health = healthOf({ ...well, queues });
  expect(health).toMatchObject({ status: "warning", queuesWithoutWorker: [{ queue: "slow", waiting: 2 }] });
  expect(health.problems[0]?.text.en).toContain("2 runs wait");
  expect(codesOf({ queues, processes: [process("beat")] })).toEqual(["no_worker"]);
});

test("schedules that are planned with another tz database are a warning", () => {
  const replanDue = { en: "Two schedules were planned with another", ja: "二件" };
  expect(healthOf({ ...well, replanDue })).toMatchObject({
    status: "warning",
    problems: [{ code: "replan_due", text: replanDue }],
  });
});

test("a schedule that cannot be computed and a blocked event loop are told by name", () => {
  const broken = [{ name: "Nightly", error: "no such zone" }];
  const processes = [process("beat"), process("worker", { name: "w7", loopLagMs: 30_000 })];
  const { status, problems } = healthOf({ ...well, broken, processes });
  expect(status).toBe("error");
  expect(problems.map(({ text }) => text.en)).toEqual([
    "A schedule of 'Nightly' cannot be computed and does not fire: no such zone",
    "The worker 'w7' has not responded for 30 s: a task blocks its event loop",
  ]);
});

test("a beat says itself that it holds its fire, fails or hangs", () => {
  const beatSays = (info: ProcessRecord["info"], kind: ProcessRecord["kind"] = "beat") =>
    codesOf({ processes: [process("beat"), process("worker"), process(kind, { info })] });
  expect(beatSays({ state: "asleep", loopAgeMs: 900, oldestDueMs: 0, clockJumpMs: null })).toEqual([]);
  expect(beatSays({ state: "holding", loopAgeMs: 10, clockJumpMs: -3_600_000 })).toEqual(["clock_jump"]);
  expect(beatSays({ state: "failing", loopAgeMs: 10 })).toEqual(["beat_fails"]);
  expect(beatSays({ state: "firing", loopAgeMs: 60_000 })).toEqual(["beat_hangs"]);
  expect(beatSays({ state: "holding" }, "worker")).toEqual([]);
});
