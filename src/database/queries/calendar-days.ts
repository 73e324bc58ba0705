import type { CalendarDays } from "../../calendar/calendar-days.ts";
import type { CalendarDaysOf } from "./due-row.ts";

/** Of a calendar's days in one version, which never change: as text, or undefined where they are gone. */
export type ReadCalendarDays = (id: number, version: number) => string | undefined;

export const calendarDaysSql = (id: string, version: string) =>
  `select days from calendar_revision where calendar_id = ${id} and version = ${version}`;

/** The latest `size` versions of calendars are kept. Days that were edited by hand to nonsense are not there. */
export function cachedCalendarDays(read: ReadCalendarDays, size = 1_000): CalendarDaysOf {
  const kept = new Map<string, CalendarDays>();
  return (id, version) => {
    const key = `${id}/${version}`;
    const known = kept.get(key);
    if (known !== undefined) return known;
    const text = read(id, version);
    if (text === undefined) return undefined;
    const days = parsed(text);
    if (days === undefined) return undefined;
    if (kept.size >= size) kept.clear();
    kept.set(key, days);
    return days;
  };
}

function parsed(text: string): CalendarDays | undefined {
  try {
    return JSON.parse(text) as CalendarDays;
  } catch {
    return undefined;
  }
}
