import { expect, test } from "vitest";
import { changesNothing, planEffect } from "./plan-effect.ts";
import { compilePlan, plainPlan } from "./schedule-plan.ts";

const crontab = (expression: string, more = {}) =>
  compilePlan(plainPlan({ definition: { kind: "crontab", expression }, zone: "UTC", ...more }));
const after = Date.UTC(2026, 11, 30);
const days = { weekend: [0, 6], closed: { "2026-12-31": "New Year's Eve", "2027-01-01": "New Year" }, open: [] };
const daily = crontab("0 9 * * *");
const businessDaily = crontab("0 9 * * *", { calendar: { id: 1, version: 1, rule: "skip", days } });
const window = { after, until: after + 7 * 86_400_000, most: 1_000 };

test("times that fall away and times that come are told apart", () => {
  const effect = planEffect(daily, businessDaily, window);
  expect(effect.removed.map((at) => new Date(at).toISOString().slice(0, 10))).toEqual([
    "2026-12-31",
    "2027-01-01",
    "2027-01-02",
    "2027-01-03",
  ]);
  expect(effect).toMatchObject({ removedCount: 4, added: [], addedCount: 0 });
  expect(planEffect(businessDaily, daily, window)).toMatchObject({ addedCount: 4, removedCount: 0 });
  expect(changesNothing(planEffect(daily, crontab("0 9 * * 0-6"), window))).toBe(true);
});

test("a plan of every second costs no more than was asked for", () => {
  const every = compilePlan(plainPlan({ definition: { kind: "interval", every: 1, period: "seconds" }, zone: "UTC" }));
  const never = { next: () => undefined };
  expect(planEffect(every, never, { ...window, most: 100 })).toMatchObject({ removedCount: 100, addedCount: 0 });
});
