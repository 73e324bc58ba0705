import type { PlanEffects, ScheduleEffect } from "../../catalog/plan-effects.ts";
import type { PlanEffects as PlanEffectsView } from "../contract.ts";

export function planEffectsView({ schedules, changed, effects, lookedAt }: PlanEffects): PlanEffectsView {
  return { schedules, changed, effects: effects.map(effectView), lookedAt };
}

function effectView({ row, zone, removed, removedCount, added, addedCount, error }: ScheduleEffect) {
  return {
    scheduleId: row.scheduleId,
    scheduleName: row.scheduleName,
    periodicTaskId: row.periodicTaskId,
    periodicTaskName: row.periodicTaskName,
    zone,
    removed: [...removed],
    removedCount,
    added: [...added],
    addedCount,
    error,
  };
}
