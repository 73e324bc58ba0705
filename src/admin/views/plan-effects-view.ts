import type { PlanEffects, ScheduleEffect } from "../../catalog/plan-effects.ts";
import { formatLocal } from "../../schedule/time-zone.ts";
import type { PlanEffects as PlanEffectsView } from "../contract.ts";

export function planEffectsView({ schedules, changed, effects, lookedAt }: PlanEffects): PlanEffectsView {
  return { schedules, changed, effects: effects.map(effectView), lookedAt };
}

function effectView({ row, removed, removedCount, added, addedCount, error }: ScheduleEffect) {
  const zone = row.plan?.zone ?? "UTC";
  const local = (at: number) => ({ at, local: formatLocal(at, zone) });
  return {
    scheduleId: row.scheduleId,
    scheduleName: row.scheduleName,
    periodicTaskId: row.periodicTaskId,
    periodicTaskName: row.periodicTaskName,
    zone,
    removed: removed.map(local),
    removedCount,
    added: added.map(local),
    addedCount,
    error,
  };
}
