import type { SchedulePreview } from "../../../services/wire.ts";

export interface Upcoming {
  at: number;
  /** The names of the schedules that name this instant; they send one run. */
  schedules: string[];
}

/** The next times of several schedules as one list; what falls on one instant is one entry. */
export function upcomingTimes(
  previews: readonly { name: string; preview: Pick<SchedulePreview, "times"> }[],
  count: number,
): Upcoming[] {
  const byInstant = new Map<number, string[]>();
  for (const { name, preview } of previews) {
    for (const { at } of preview.times) byInstant.set(at, [...(byInstant.get(at) ?? []), name]);
  }
  return [...byInstant]
    .sort(([a], [b]) => a - b)
    .slice(0, count)
    .map(([at, schedules]) => ({ at, schedules }));
}
