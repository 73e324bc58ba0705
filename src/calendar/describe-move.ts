import type { Exception } from "../schedule/schedule.ts";
import { formatLocal, timeZone } from "../schedule/time-zone.ts";
import { type CalendarDays, dateOfDay } from "./calendar-days.ts";

const MS_PER_DAY = 86_400_000;

/** Why a named time does not fire, and what fires in its place, in a sentence without a full stop. */
export function describeMove(
  { at, reason, movedTo }: Exception,
  zone: string,
  days: CalendarDays | undefined,
  language: "en" | "ja",
): string {
  if (reason === "daylight_saving") {
    return language === "en" ? "Left out by the clock, and skipped" : "時計が進んでなくなる時刻のため、実行しません";
  }
  const name = days?.closed[dateOfDay(Math.floor(timeZone(zone).localAt(at) / MS_PER_DAY))] ?? "";
  if (language === "en") {
    const why = name === "" ? "Closed that day" : `Closed that day (${name})`;
    return movedTo === undefined ? `${why}: skipped` : `${why}: moved to ${shortTime(movedTo, zone)}`;
  }
  const why = name === "" ? "休業日" : `休業日（${name}）`;
  return movedTo === undefined ? `${why}のため実行しません` : `${why}のため ${shortTime(movedTo, zone)} に移します`;
}

/** `2027-05-06 09:00` */
function shortTime(at: number, zone: string): string {
  return formatLocal(at, zone).slice(0, 16).replace("T", " ");
}
