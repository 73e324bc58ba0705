import type { SchedulePreview } from "../../../services/wire.ts";

type Exception = SchedulePreview["exceptions"][number];

export interface Upcoming {
  at: number;
  /** The names of the schedules that name this instant; they send one run. */
  schedules: string[];
  /** It is named there and does not fire. */
  exception?: Exception;
}

/**
 * The next times of several schedules as one list, with what falls out between them; what fires at one instant is one entry. `count`
 * is how many each preview was asked for, and how many firings the list has at most.
 */
export function upcomingTimes(
  previews: readonly { name: string; preview: Pick<SchedulePreview, "times" | "exceptions"> }[],
  count: number,
): Upcoming[] {
  const byInstant = new Map<number, string[]>();
  for (const { name, preview } of previews) {
    for (const { at } of preview.times) byInstant.set(at, [...(byInstant.get(at) ?? []), name]);
  }
  const firing: Upcoming[] = [...byInstant]
    .sort(([a], [b]) => a - b)
    .slice(0, count)
    .map(([at, schedules]) => ({ at, schedules }));
  const last = firing.length < count ? Number.POSITIVE_INFINITY : (firing.at(-1)?.at ?? 0);
  const falling = previews.flatMap(({ name, preview }) =>
    preview.exceptions.map((exception) => ({ at: exception.at, schedules: [name], exception })),
  );
  return [...firing, ...falling.filter(({ at }) => at <= last)].sort((a, b) => a.at - b.at);
}
