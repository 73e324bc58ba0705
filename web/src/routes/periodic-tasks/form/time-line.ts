import type { SchedulePreview } from "../../../services/wire.ts";

export type PreviewException = SchedulePreview["exceptions"][number];
/** A time of a preview: one at which it fires, or one that is named and does not. */
export type TimeEntry = { at: number; exception?: PreviewException };

/** The first `count` times at which it fires, with the exceptions that lie before and between them, in order. */
export function timeEntries(preview: Pick<SchedulePreview, "times" | "exceptions">, count: number): TimeEntry[] {
  const times: TimeEntry[] = preview.times.slice(0, count).map(({ at }) => ({ at }));
  const last = times.at(-1)?.at;
  // After the last that is shown there may be others in between.
  const isCut = preview.times.length > count;
  const exceptions = preview.exceptions.filter(({ at }) => !isCut || last === undefined || at < last);
  return [...times, ...exceptions.map((exception) => ({ at: exception.at, exception }))].sort((a, b) => a.at - b.at);
}

export type DayLoad = { kind: "none" } | { kind: "every" | "most"; count: number };

/** How often it fires in a day: always the same, at most so often, or not worth a word. */
export function dayLoad(perDay: SchedulePreview["perDay"]): DayLoad {
  const counts = perDay.map(({ count }) => count);
  const most = Math.max(0, ...counts);
  if (most > 0 && counts.every((count) => count === most)) return { kind: "every", count: most };
  return most > 1 ? { kind: "most", count: most } : { kind: "none" };
}
