import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type TimelineGroup, type TimelineRequest, timelineSteps } from "./day-timeline.ts";
import { atOnce } from "./in-slices.ts";
import { compilePlan, plainPlan } from "./schedule-plan.ts";

const MINUTE_MS = 60_000;
const from = Date.UTC(2027, 0, 4);
const day = { from, to: from + 86_400_000 };
const group = (expression: string, count: number, durationMs: number | null): TimelineGroup => ({
  plan: plainPlan({ definition: { kind: "crontab", expression }, zone: "UTC" }),
  count,
  durationMs,
});
const simulate = (groups: readonly TimelineGroup[], request: Partial<TimelineRequest> & { slots: number }) =>
  atOnce(timelineSteps(groups, { ...day, ...request }, compilePlan));

describe("the runs of a day", () => {
  it("begin at their times where there are slots", () => {
    const timeline = simulate([group("0 9 * * *", 2, 90_000), group("30 9 * * *", 1, null)], { slots: 5 });
    const nine = from + 9 * 3_600_000;
    expect(timeline.runs).toEqual([
      { group: 0, nominalAt: nine, startsAt: nine, endsAt: nine + 90_000, waitMs: 0, runs: 2 },
      {
        group: 1,
        nominalAt: nine + 30 * MINUTE_MS,
        startsAt: nine + 30 * MINUTE_MS,
        endsAt: nine + 31 * MINUTE_MS,
        waitMs: 0,
        runs: 1,
      },
    ]);
    expect([...timeline.running.slice(539, 543)]).toEqual([0, 2, 2, 0]);
    expect(timeline.running).toEqual(timeline.demand);
    expect(timeline).toMatchObject({ totalRuns: 3, runsOfGroup: [2, 1], overloads: [], longestWaitMs: 0 });
    expect(timeline.simulatedTo).toBe(day.to);
  });

  it("wait for the first free slot where there are more", () => {
    const timeline = simulate([group("0 9 * * *", 5, 2 * MINUTE_MS)], { slots: 2 });
    const nine = from + 9 * 3_600_000;
    expect(timeline.runs.map(({ startsAt, runs, waitMs }) => [(startsAt - nine) / MINUTE_MS, runs, waitMs])).toEqual([
      [0, 2, 0],
      [2, 2, 2 * MINUTE_MS],
      [4, 1, 4 * MINUTE_MS],
    ]);
    expect([...timeline.demand.slice(540, 547)]).toEqual([5, 5, 0, 0, 0, 0, 0]);
    expect([...timeline.running.slice(540, 547)]).toEqual([2, 2, 2, 2, 1, 1, 0]);
    expect([...timeline.waiting.slice(540, 547)]).toEqual([3, 3, 1, 1, 0, 0, 0]);
    // Until two of five are left, there are more than slots.
    expect(timeline.overloads).toEqual([{ from: nine, to: nine + 4 * MINUTE_MS, most: 5 }]);
    expect([timeline.longestWaitMs, timeline.meanWaitMs]).toEqual([4 * MINUTE_MS, (8 * MINUTE_MS) / 5]);
  });

  it("all wait where there is no slot", () => {
    const timeline = simulate([group("0 9 * * *", 5, 1000)], { slots: 0 });
    expect(timeline.overloads).toEqual([{ from: from + 9 * 3_600_000, to: day.to, most: 5 }]);
    expect(timeline.runs).toEqual([]);
    expect(timeline.waiting[1439]).toBe(5);
  });

  it("are those that a naive simulation finds", () => {
    const groups = fc.array(
      fc.record({
        expression: fc.constantFrom("0 9 * * *", "*/10 9 * * *", "* 9-10 * * *", "5,6,7 * * * *"),
        count: fc.integer({ min: 1, max: 4 }),
        durationMs: fc.constantFrom(0, 20_000, 60_000, 150_000, 500_000),
      }),
      { minLength: 1, maxLength: 4 },
    );
    const property = fc.property(groups, fc.integer({ min: 1, max: 6 }), (given, slots) => {
      const list = given.map(({ expression, count, durationMs }) => group(expression, count, durationMs));
      const timeline = simulate(list, { slots, mostListed: 100_000 });
      const naive = naively(list, slots);
      const told = timeline.runs.flatMap(({ nominalAt, startsAt, runs }) =>
        Array.from({ length: runs }, () => [nominalAt, startsAt]),
      );
      expect(sorted(told.map(([nominal]) => nominal ?? 0))).toEqual(sorted(naive.map(({ nominalAt }) => nominalAt)));
      // Which of those that are due together goes first is open; with equal durations it makes no difference.
      if (new Set(given.map(({ durationMs }) => durationMs)).size > 1) return;
      expect(sorted(told.map(([, start]) => start ?? 0))).toEqual(sorted(naive.map(({ startsAt }) => startsAt)));
      const levels = Array.from({ length: 1440 }, (_, minute) => levelIn(naive, minute, ({ startsAt }) => startsAt));
      expect([...timeline.running]).toEqual(levels);
      const asked = Array.from({ length: 1440 }, (_, minute) => levelIn(naive, minute, ({ nominalAt }) => nominalAt));
      expect([...timeline.demand]).toEqual(asked);
      expect(timeline.overloads.length > 0).toBe(naive.some(({ startsAt, nominalAt }) => startsAt > nominalAt));
    });
    fc.assert(property, { numRuns: 60 });
  });

  it("are cut off where there are too many, and say so", () => {
    const timeline = simulate([group("* * * * *", 10, 1000)], { slots: 100, mostRuns: 105, mostListed: 3 });
    expect(timeline.totalRuns).toBe(100);
    expect(timeline.simulatedTo).toBe(from + 10 * MINUTE_MS);
    expect(timeline.runs).toHaveLength(3);
    const steps = timelineSteps([group("* * * * *", 600, 1000)], { ...day, slots: 1000 }, compilePlan);
    steps.next();
    const stopped = steps.next(true);
    expect(stopped.done).toBe(true);
    expect(stopped.value?.simulatedTo).toBe(from + MINUTE_MS);
  });
});

interface NaiveRun {
  readonly nominalAt: number;
  readonly startsAt: number;
  readonly durationMs: number;
}

/** Every run for itself, on the slot that is free first. */
function naively(groups: readonly TimelineGroup[], slots: number): NaiveRun[] {
  const due = groups.flatMap(({ plan, count, durationMs }) => {
    const times: number[] = [];
    const schedule = compilePlan(plan);
    for (let at = schedule.next(from - 1); at !== undefined && at < day.to; at = schedule.next(at)) {
      for (let run = 0; run < count; run += 1) times.push(at);
    }
    return times.map((nominalAt) => ({ nominalAt, durationMs: durationMs ?? MINUTE_MS }));
  });
  due.sort((a, b) => a.nominalAt - b.nominalAt);
  const free = Array<number>(slots).fill(0);
  return due.map(({ nominalAt, durationMs }) => {
    free.sort((a, b) => a - b);
    const startsAt = Math.max(nominalAt, free[0] ?? 0);
    free[0] = startsAt + durationMs;
    return { nominalAt, startsAt, durationMs };
  });
}

function levelIn(runs: readonly NaiveRun[], minute: number, startOf: (run: NaiveRun) => number): number {
  const [start, end] = [from + minute * MINUTE_MS, from + (minute + 1) * MINUTE_MS];
  const spans = runs.map((run) => [startOf(run), startOf(run) + run.durationMs] as const).filter(([a, b]) => b > a);
  const moments = [start, ...spans.map(([a]) => a).filter((at) => at > start && at < end)];
  return Math.max(...moments.map((at) => spans.filter(([a, b]) => a <= at && at < b).length));
}

function sorted(values: readonly number[]): number[] {
  return [...values].sort((a, b) => a - b);
}
