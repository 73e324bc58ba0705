import type { PlanEffects } from "../../services/wire.ts";

export interface EffectTotals {
  removed: number;
  added: number;
  failed: number;
  /** Schedules that change beyond those that are listed; the sums are then the least. */
  unlisted: number;
}

/** Sums over the listed schedules. */
export function effectTotals({ effects, changed }: Pick<PlanEffects, "effects" | "changed">): EffectTotals {
  const sum = (of: (effect: PlanEffects["effects"][number]) => number) =>
    effects.reduce((total, effect) => total + of(effect), 0);
  return {
    removed: sum(({ removedCount }) => removedCount),
    added: sum(({ addedCount }) => addedCount),
    failed: sum(({ error }) => (error === null ? 0 : 1)),
    unlisted: Math.max(0, changed - effects.length),
  };
}
