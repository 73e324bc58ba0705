import type { SchedulePreview, StripEntry } from "../../../services/wire.ts";

/** Whether the schedule comes again sooner than recent runs were done. */
export function collisionOf(
  previews: readonly SchedulePreview[],
  strip: readonly StripEntry[],
): { gapMs: number; durationMs: number } | undefined {
  const times = previews.flatMap((preview) => preview.times.map((time) => time.at)).sort((a, b) => a - b);
  const gaps = times.slice(1).flatMap((at, index) => {
    const gap = at - (times[index] ?? at);
    return gap > 0 ? [gap] : [];
  });
  const gapMs = Math.min(...gaps);
  const durationMs = Math.max(0, ...strip.map((entry) => entry.durationMs ?? 0));
  return durationMs > gapMs ? { gapMs, durationMs } : undefined;
}
