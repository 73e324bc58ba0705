import { describe, expect, it } from "vitest";
import { forecast } from "./forecast.ts";
import { atOnce } from "./in-slices.ts";
import { compilePlan, plainPlan, type SchedulePlan } from "./schedule-plan.ts";
import { spreadCrontab, spreadingSteps } from "./spreading.ts";

const from = Date.UTC(2027, 0, 4);
const week = { from, to: from + 7 * 86_400_000 };
const crontab = (expression: string, changes: Partial<SchedulePlan> = {}) =>
  plainPlan({ definition: { kind: "crontab", expression }, zone: "Asia/Kolkata", ...changes });

describe("a crontab with its minute spread", () => {
  it.each([
    ["0 0 * * *", "H 0 * * *"],
    ["30 9 * * 1-5", "H 9 * * 1-5"],
    ["*/15 * * * *", "H/15 * * * *"],
    ["0-59/20 1 * * *", "H/20 1 * * *"],
    ["*/60 * * * *", "H * * * *"],
    ["@daily", "H 0 * * *"],
    ["@hourly", "H * * * *"],
  ])("%s is %s", (given, spread) => expect(spreadCrontab(given)).toBe(spread));

  it.each(["* * * * *", "*/7 * * * *", "0,30 * * * *", "0-10 * * * *", "H * * * *", "*/1 * * * *", "", "nonsense"])(
    "%s stays as it is",
    (given) => expect(spreadCrontab(given)).toBeUndefined(),
  );
});

describe("advice to spread", () => {
  const groups = [
    { plan: crontab("0 0 * * *"), count: 600 },
    { plan: crontab("*/15 * * * *"), count: 300 },
    { plan: crontab("H 0 * * *", { uid: "a" }), count: 1 },
    { plan: crontab("* * * * *"), count: 5 },
    { plan: crontab("0 12 * * *"), count: 1 },
  ];
  const advise = (options = {}) =>
    atOnce(spreadingSteps(groups, week, forecast(groups, week, compilePlan), compilePlan, options));

  it("names the groups that would profit, with the peak before and after", () => {
    const { suggestions, peakBefore, peakAfter } = advise();
    expect(suggestions.map(({ group, suggested, ...peaks }) => [suggested, peaks])).toEqual([
      // 600 in one hour are 10 a minute beside what else there is: 300 each quarter, and 5.
      ["H 0 * * *", { peakBefore: 905, peakAfter: 315 }],
      // 300 each quarter are 20 a minute; the others of midnight stay.
      ["H/15 * * * *", { peakBefore: 905, peakAfter: 625 }],
    ]);
    expect([peakBefore, peakAfter]).toEqual([905, 36]);
  });

  it("is what schedules do that follow it", () => {
    const spread = groups.flatMap(({ plan, count }) => {
      const { definition } = plan;
      const expression = definition.kind === "crontab" && count > 1 ? spreadCrontab(definition.expression) : undefined;
      if (expression === undefined) return [{ plan, count }];
      return Array.from({ length: count }, (_, index) => ({
        plan: crontab(expression, { uid: `${expression} ${index}` }),
        count: 1,
      }));
    });
    const highest = Math.max(...forecast(spread, week, compilePlan).perMinute);
    // Expected is the mean of a minute; the fullest of them lies some deviations above it.
    expect(highest).toBeLessThan(36 + 6 * Math.sqrt(36));
    expect(highest).toBeGreaterThan(36);
  });

  it("looks at so many of the largest groups", () => {
    expect(advise({ candidates: 1 }).suggestions).toHaveLength(1);
    expect(advise({ most: 1 }).suggestions.map(({ suggested }) => suggested)).toEqual(["H 0 * * *"]);
  });
});
