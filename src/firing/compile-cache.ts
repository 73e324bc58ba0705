import type { ScheduleDefinition } from "../schedule/definition.ts";
import type { Schedule } from "../schedule/schedule.ts";
import type { Compile } from "./decide.ts";

/** Compiled schedules by their text, the latest `size` of them: equal schedules share one, and a million do not fill the memory. */
export function cachedCompile(compile: Compile, size = 10_000): Compile {
  const kept = new Map<string, Schedule>();
  return (definition: ScheduleDefinition, zone: string) => {
    const key = `${zone}\n${JSON.stringify(definition)}`;
    const known = kept.get(key);
    if (known !== undefined) return known;
    const compiled = compile(definition, zone);
    if (kept.size >= size) {
      const oldest = kept.keys().next();
      if (!oldest.done) kept.delete(oldest.value);
    }
    kept.set(key, compiled);
    return compiled;
  };
}
