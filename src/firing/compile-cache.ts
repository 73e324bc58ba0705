import type { Schedule } from "../schedule/schedule.ts";
import { type Compile, planKey, type SchedulePlan } from "./schedule-plan.ts";

/** Compiled plans by what their times follow from, the latest `size` of them: equal ones share one, and a million do not fill the memory. */
export function cachedCompile(compile: Compile, size = 10_000): Compile {
  const kept = new Map<string, Schedule>();
  return (plan: SchedulePlan) => {
    const key = planKey(plan);
    const known = kept.get(key);
    if (known !== undefined) return known;
    const compiled = compile(plan);
    if (kept.size >= size) {
      const oldest = kept.keys().next();
      if (!oldest.done) kept.delete(oldest.value);
    }
    kept.set(key, compiled);
    return compiled;
  };
}
