import { expect, it } from "vitest";
import { effectTotals } from "./effect-totals.ts";

const effect = (removedCount: number, addedCount: number, error: { en: string; ja: string } | null = null) => ({
  scheduleId: 1,
  scheduleName: "",
  periodicTaskId: 1,
  periodicTaskName: "payroll",
  zone: "Asia/Tokyo",
  removed: [],
  removedCount,
  added: [],
  addedCount,
  error,
});

it("sums what is listed, and tells how many schedules are not", () => {
  const effects = [effect(3, 3), effect(1, 0), effect(0, 0, { en: "no", ja: "不可" })];
  expect(effectTotals({ effects, changed: 3 })).toEqual({ removed: 4, added: 3, failed: 1, unlisted: 0 });
  expect(effectTotals({ effects, changed: 250 }).unlisted).toBe(247);
});
