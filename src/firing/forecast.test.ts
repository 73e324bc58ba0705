import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ForecastGroup, forecast, forecastSteps, groupsInMinute, peaksOf } from "./forecast.ts";
import { atOnce, inSlices } from "./in-slices.ts";
import { compilePlan, plainPlan, type SchedulePlan } from "./schedule-plan.ts";

const MINUTE_MS = 60_000;
const WEEK_MS = 7 * 86_400_000;
const from = Date.UTC(2027, 2, 8);
const week = { from, to: from + WEEK_MS };

const crontab = (expression: string, changes: Partial<SchedulePlan> = {}) =>
  plainPlan({ definition: { kind: "crontab", expression }, zone: "America/New_York", ...changes });
const every = (seconds: number) =>
  plainPlan({ definition: { kind: "interval", every: seconds, period: "seconds" }, zone: "UTC" });

/** One firing after the other. */
function counted(groups: readonly ForecastGroup[]): number[] {
  const minutes = Array<number>(WEEK_MS / MINUTE_MS).fill(0);
  for (const { plan, count } of groups) {
    const schedule = compilePlan(plan);
    for (let at = schedule.next(from - 1); at !== undefined && at < week.to; at = schedule.next(at)) {
      const minute = Math.floor((at - from) / MINUTE_MS);
      minutes[minute] = (minutes[minute] ?? 0) + count;
    }
  }
  return minutes;
}

describe("a forecast", () => {
  it("counts what each schedule fires, minute by minute, over a change of the clocks too", () => {
    const plans = fc.constantFrom(
      crontab("*/5 * * * *"),
      crontab("30 2 * * *"),
      crontab("30 2 * * *", { gap: "skip" }),
      crontab("H H(0-6) * * *", { uid: "a" }),
      crontab("0 9 * * 1-5", { startsAt: from + 2 * 86_400_000 }),
      crontab("15 8 * * *", {
        calendar: { id: 1, version: 1, rule: "next", days: { weekend: [0, 6], closed: {}, open: [] } },
      }),
      crontab("*/20 * * * *", {
        calendar: { id: 1, version: 1, rule: "skip", days: { weekend: [0, 6], closed: {}, open: [] } },
      }),
      every(45),
      plainPlan({ definition: { kind: "clocked", at: from + 5 * MINUTE_MS }, zone: "UTC" }),
    );
    const groups = fc.array(fc.record({ plan: plans, count: fc.integer({ min: 1, max: 50 }) }), { maxLength: 6 });
    const property = fc.property(groups, (some) => {
      const { perMinute, share, failed } = forecast(some, week, compilePlan);
      expect([...perMinute]).toEqual(counted(some));
      expect([share, failed]).toEqual([1, 0]);
    });
    fc.assert(property, { numRuns: 40 });
  });

  it("leaves out what cannot be computed, and says how many", () => {
    const groups = [
      { plan: crontab("0 * * * *"), count: 2 },
      { plan: crontab("99 * * * *"), count: 5 },
    ];
    const result = forecast(groups, week, compilePlan);
    expect(result).toMatchObject({ groups: 2, schedules: 7, computedGroups: 2, failed: 1, share: 1 });
    expect(result.perMinute.reduce((sum, count) => sum + count, 0)).toBe(2 * 168);
  });

  it("estimates what there was no time for from what there was, and says so", () => {
    const groups = Array.from({ length: 2_000 }, (_, index) => ({
      plan: crontab(`${index % 60} ${Math.floor(index / 60) % 24} * * *`, { uid: `${index}` }),
      count: index < 500 ? 20 : 2,
    }));
    const whole = forecast(groups, week, compilePlan);
    const steps = forecastSteps(groups, week, compilePlan);
    let taken = 0;
    let step = steps.next();
    while (step.done !== true) {
      taken += 1;
      // Each group takes two steps: its times, and whether to go on.
      step = steps.next(taken >= 2 * 1_250);
    }
    const sample = step.value;
    expect(sample.computedGroups).toBe(1_250);
    expect(sample.schedules).toBe(13_000);
    expect(sample.computedSchedules).toBe(500 * 20 + 750 * 2);
    expect(sample.share).toBeCloseTo(11_500 / 13_000);
    const sum = (counts: Uint32Array) => counts.reduce((total, count) => total + count, 0);
    expect(Math.abs(sum(sample.perMinute) / sum(whole.perMinute) - 1)).toBeLessThan(0.05);
  });

  it("is computed in slices, between which the process goes on, and stopped after its budget", async () => {
    const groups = Array.from({ length: 400 }, (_, index) => ({ plan: every(1 + (index % 3)), count: 1 }));
    let now = 0;
    const slices: number[] = [];
    let sliceBegan = 0;
    const options = {
      // Each look at the clock is a millisecond later.
      monotonic: () => {
        now += 1;
        return now;
      },
      breathe: async () => {
        slices.push(now - sliceBegan);
        sliceBegan = now;
      },
    };
    const whole = await inSlices(forecastSteps(groups.slice(0, 30), week, compilePlan), options);
    expect(whole.share).toBe(1);
    expect(slices.length).toBeGreaterThan(2);
    expect(Math.max(...slices)).toBeLessThan(20);
    const part = await inSlices(forecastSteps(groups, week, compilePlan), { ...options, budgetMs: 100 });
    expect(part.share).toBeLessThan(0.3);
    expect(part.share).toBeGreaterThan(0);
    expect(part.schedules).toBe(400);
  });
});

describe("peaks", () => {
  const groups = [
    { plan: crontab("0 0 * * *"), count: 40, name: "midnight" },
    { plan: crontab("0 * * * *"), count: 10, name: "hourly" },
    { plan: crontab("30 * * * *"), count: 3, name: "half past" },
    { plan: every(20), count: 2, name: "often" },
    { plan: crontab("99 * * * *"), count: 1_000, name: "broken" },
  ];

  it("are the fullest minutes, the fullest first and the earliest of equal ones before the others", () => {
    const peaks = peaksOf(forecast(groups, week, compilePlan), from, 8);
    const midnights = [0, 1, 2, 3, 4, 5].map((day) => from + (day * 24 + 5) * 3_600_000);
    // The night of the change is an hour shorter.
    expect(peaks.slice(0, 7).map(({ at }) => at)).toEqual([...midnights, from + (6 * 24 + 5) * 3_600_000]);
    expect(peaks[0]).toEqual({ at: from + 5 * 3_600_000, firings: 56 });
    expect(peaks[7]).toEqual({ at: from, firings: 16 });
    expect(peaksOf({ perMinute: new Uint32Array(10) }, from, 5)).toEqual([]);
  });

  it("are made of groups, those with the most firings first", () => {
    const { firings, groups: found } = atOnce(groupsInMinute(groups, from + 5 * 3_600_000, compilePlan, 2));
    expect(firings).toBe(56);
    expect(found.map(({ group, firings }) => [group.name, firings])).toEqual([
      ["midnight", 40],
      ["hourly", 10],
    ]);
  });
});
