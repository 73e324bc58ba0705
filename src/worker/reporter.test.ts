import { describe, expect, it, vi } from "vitest";
import { FakeClock, settle } from "../../test/support/fake-clock.ts";
import { HyoshiError } from "../base/error.ts";
import { systemRandom } from "../base/random.ts";
import type { ResultBackend, ResultRecord } from "../result/result-backend.ts";
import type { Run } from "../run/run.ts";
import { type Report, Reporter } from "./reporter.ts";

function recordOf(id: string): ResultRecord {
  return {
    ...{ id, state: "SUCCESS", result: 1, traceback: null, children: [], dateDone: 1, name: "app.a" },
    ...{ args: [], kwargs: {}, worker: "w", retries: 0, queue: "default" },
  };
}

const reportOf = (runId: string, notedBy: Report["notedBy"] = "row"): Report => ({
  ...{ runId, notedBy, records: [recordOf(runId)], counted: [], unreached: [] },
});

function endedRun(id: string): Run {
  return {
    ...{ id, task: "app.a", payload: { args: [], kwargs: {} }, queue: "default", priority: 5, options: {} },
    ...{ origin: { kind: "celery" }, availableAt: 0, queuedAt: 0, claim: 1, attempt: 1, retries: 0 },
    ...{ state: "succeeded", result: 1, startedAt: 0, endedAt: 0, worker: "dead" },
  };
}

/** A reporter whose backend refuses and is away as the test says. */
function open() {
  const clock = new FakeClock();
  const stored: string[] = [];
  const told: string[] = [];
  const failures: unknown[] = [];
  const noted = new Map<string, Run | undefined>();
  const state = { isAway: false, awayFor: 0, refused: new Set<string>() };
  const results: Pick<ResultBackend, "kind" | "store"> = {
    kind: "redis",
    async store(records) {
      state.awayFor -= 1;
      if (state.isAway || state.awayFor >= 0) throw new HyoshiError("results_away", "away");
      if (records.some(({ id }) => state.refused.has(id))) throw new Error("OOM command not allowed");
      stored.push(...records.map(({ id }) => id));
    },
  };
  const reporter = new Reporter({
    results: results as ResultBackend,
    chords: results as ResultBackend,
    archive: { add: async (runs) => runs.map(() => true) },
    runs: {
      add: async (runs) => runs.map(() => "added" as const),
      find: async (id) => noted.get(id),
      async reported(ids) {
        told.push(...ids);
        for (const id of ids) noted.delete(id);
      },
      unreported: async () => [...noted.keys()].map((id) => ({ id, endedAt: 0 })),
    },
    aftermath: { results, node: "w", destinationOf: () => ({}) },
    destinations: { placed: async (after) => after },
    clock,
    random: { ...systemRandom, fraction: () => 0 },
    failing: (error) => failures.push(error),
  });
  return { reporter, clock, stored, told, failures, noted, state };
}

describe("a reporter", () => {
  it("tells a backend that was away once it is back, in order", async () => {
    const { reporter, clock, stored, told, failures, state } = open();
    await reporter.start();
    state.isAway = true;
    for (const id of ["a", "b", "c"]) reporter.add(reportOf(id));
    await settle();
    await clock.advance(500);
    expect(stored).toEqual([]);
    expect(failures.length).toBeGreaterThan(2);
    state.isAway = false;
    await clock.advance(2_000);
    expect(stored).toEqual(["a", "b", "c"]);
    expect(told).toEqual(["a", "b", "c"]);
    await reporter.stop();
  });

  it("tells many while others are on their way, and again in order what followed a failure", async () => {
    const { reporter, stored, told, state } = open();
    await reporter.start();
    // The first two hundred fail once, those that travel with them do not.
    state.awayFor = 1;
    const ids = Array.from({ length: 500 }, (_, n) => `run ${n}`);
    for (const id of [...ids, "run 0"]) reporter.add(reportOf(id));
    await vi.waitFor(() => expect(told.filter((id) => id === "run 0")).toHaveLength(3));
    expect(new Set(told)).toEqual(new Set(ids));
    // What was told last of a run is what was added last.
    expect(stored.lastIndexOf("run 0")).toBeGreaterThan(stored.lastIndexOf("run 499"));
    expect(stored.lastIndexOf("run 0")).toBe(stored.length - 1);
    await reporter.stop();
    const asked = told.length;
    await reporter.start();
    reporter.add(reportOf("after"));
    await settle();
    expect(told.slice(asked)).toEqual(["after"]);
    await reporter.stop();
  });

  it("keeps no other back for one that the backend refuses", async () => {
    const { reporter, stored, told, state } = open();
    state.refused = new Set(["row", "message"]);
    for (const [id, by] of [
      ["a", "row"],
      ["row", "row"],
      ["b", null],
      ["message", "message"],
    ] as const) {
      reporter.add(reportOf(id, by));
    }
    await settle();
    await reporter.stop();
    expect(stored).toEqual(["a", "b"]);
    // What has a row is met again; a message would be held for ever.
    expect(told).toEqual(["a", "message"]);
  });

  it("takes over what was left, and lets go of what retention has removed", async () => {
    const { reporter, clock, stored, told, noted } = open();
    noted.set("left", endedRun("left")).set("purged", undefined);
    await reporter.start();
    await clock.advance(1_100);
    await settle();
    expect(stored).toEqual(["left"]);
    expect([...told].sort()).toEqual(["left", "purged"]);
    await reporter.stop();
  });

  it("takes over a long backlog without a pause", async () => {
    const { reporter, clock, stored, noted } = open();
    for (let n = 0; n < 3_000; n += 1) noted.set(`r${n}`, endedRun(`r${n}`));
    await reporter.start();
    await clock.advance(1_100);
    await vi.waitFor(() => expect(noted.size).toBe(0));
    expect(new Set(stored).size).toBe(3_000);
    expect(stored).toHaveLength(3_000);
    await reporter.stop();
  });

  it("leaves beyond ten thousand ends to their rows, and no message", async () => {
    const { reporter, clock, stored, state } = open();
    await reporter.start();
    state.isAway = true;
    for (let n = 0; n < 10_500; n += 1) reporter.add(reportOf(`r${n}`));
    reporter.add(reportOf("message", "message"));
    await settle();
    state.isAway = false;
    for (let n = 0; n < 60; n += 1) await clock.advance(100);
    expect(stored).toContain("message");
    expect(stored.length).toBeLessThan(10_300);
    expect(stored.length).toBeGreaterThan(9_900);
    await reporter.stop();
  });
});
