import type { Instant } from "../../base/clock.ts";
import type { ScheduleInput } from "../schedule-check.ts";
import type { BeatRow, BeatSchedule } from "./celery-beat-rows.ts";
import { withoutSeven } from "./crontab-line.ts";

export interface BeatScheduleContext {
  /** Of crontabs that have none, and of what is shown. */
  readonly zone: string;
  readonly now: Instant;
}

export interface ConvertedSchedule {
  readonly schedule: ScheduleInput;
  readonly notes: readonly string[];
  /** Their beat never ran it, though it is switched on there. */
  readonly neverRan?: boolean;
  /** It has fired, and does not again. */
  readonly isOver?: boolean;
}

/** A schedule of theirs as it is here; a text says why it cannot be. */
export function beatSchedule(
  schedule: BeatSchedule,
  row: BeatRow,
  context: BeatScheduleContext,
): ConvertedSchedule | string {
  switch (schedule.kind) {
    case "interval":
      return interval(schedule, row, context);
    case "crontab":
      return crontab(schedule, context);
    case "solar":
      return solar(schedule, context);
    case "clocked":
      return clocked(schedule, row, context);
  }
}

const SECONDS: Readonly<Record<string, number>> = { seconds: 1, minutes: 60, hours: 3_600, days: 86_400 };
/** The most of each that one interval here may have. */
const MOST: Readonly<Record<string, number>> = { seconds: 1_000_000, minutes: 1_000_000, hours: 876_000, days: 36_500 };

function interval(
  { every, period }: Extract<BeatSchedule, { kind: "interval" }>,
  { lastRunAt, startTime, dateChanged }: BeatRow,
  { zone }: BeatScheduleContext,
): ConvertedSchedule | string {
  const told = `every ${every ?? "nothing"} ${period ?? "of no unit"}`;
  if (every === null || every < 1) return `its interval is '${told}': expected 1 or more`;
  const notes: string[] = [];
  let unit = period ?? "";
  let count = every;
  if (unit === "microseconds") {
    if (every % 1_000_000 !== 0) return `its interval is '${told}': the smallest here is 1 second, in whole seconds`;
    unit = "seconds";
    count = every / 1_000_000;
    notes.push(`'${told}' is every ${count} seconds`);
  }
  const seconds = SECONDS[unit];
  if (seconds === undefined) return `its interval is '${told}': expected days, hours, minutes, seconds or microseconds`;
  const fitting = fittingUnit(unit, count);
  if (fitting.unit !== unit) notes.push(`'${told}' is every ${fitting.count} ${fitting.unit}`);
  // They count from the last run; where it never ran, from its start, or from when it was saved.
  const anchor = lastRunAt ?? startTime ?? dateChanged;
  return {
    schedule: {
      ...{ kind: "interval", every: fitting.count, period: fitting.unit },
      ...(anchor !== null && { anchor }),
      // Their days are 24 hours each, whatever the clocks do: in UTC they are.
      zone: fitting.unit === "days" ? "UTC" : zone,
    },
    notes,
  };
}

/** The same length in the smallest unit in which it is not too many. */
function fittingUnit(unit: string, count: number): { readonly unit: string; readonly count: number } {
  if (count <= (MOST[unit] ?? 0)) return { unit, count };
  for (const [larger, seconds] of Object.entries(SECONDS)) {
    const whole = (count * (SECONDS[unit] ?? 1)) / seconds;
    if (Number.isInteger(whole) && whole <= (MOST[larger] ?? 0)) return { unit: larger, count: whole };
  }
  return { unit, count };
}

function crontab(
  { fields, zone }: Extract<BeatSchedule, { kind: "crontab" }>,
  context: BeatScheduleContext,
): ConvertedSchedule {
  const spaced = fields.some((field) => /\s/.test(field.trim()));
  const given = fields.map((field) => field.replace(/\s+/g, ""));
  const read = given.map((field, index) => (index === 4 ? withoutSeven(field) : field));
  const hasSeven = read[4] !== given[4];
  return {
    schedule: { kind: "crontab", ...{ expression: read.join(" ") }, zone: zone ?? context.zone },
    notes: [
      ...(hasSeven ? [`its weekday '${given[4]}' names Sunday as 7, which Celery refuses: it never ran there`] : []),
      ...(spaced ? ["its fields had spaces, which are left out"] : []),
    ],
    ...(hasSeven && { neverRan: true }),
  };
}

function solar(
  { event, latitude, longitude }: Extract<BeatSchedule, { kind: "solar" }>,
  { zone }: BeatScheduleContext,
): ConvertedSchedule {
  return { schedule: { kind: "solar", ...{ event, latitude, longitude }, zone }, notes: [] };
}

function clocked(
  { at, enabled }: Extract<BeatSchedule, { kind: "clocked" }>,
  { lastRunAt, totalRunCount }: BeatRow,
  { zone }: BeatScheduleContext,
): ConvertedSchedule | string {
  if (at === null) return "its clocked time is no time";
  const isOver = !enabled || (lastRunAt !== null && lastRunAt >= at) || totalRunCount > 0;
  return { schedule: { kind: "clocked", ...{ at }, zone }, notes: [], ...(isOver && { isOver }) };
}
