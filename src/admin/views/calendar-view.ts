import type { SeenCalendar } from "../../catalog/calendars.ts";
import type { CalendarSummary, CalendarView } from "../contract.ts";

export function calendarSummaryOf(calendar: SeenCalendar): CalendarSummary {
  const { sources } = calendar;
  return {
    id: calendar.id,
    uid: calendar.uid,
    name: calendar.name,
    weekend: [...sources.weekend],
    holidays: sources.holidays.map((source) => ({ ...source })),
    holidaysUntil: calendar.holidaysUntil,
    closedThisYear: calendar.closedThisYear,
    schedules: calendar.schedules,
    warnings: [...calendar.warnings],
    updatedAt: calendar.updatedAt,
    archivedAt: calendar.archivedAt,
    version: calendar.version,
  };
}

export function calendarViewOf(calendar: SeenCalendar): CalendarView {
  const { years, closed, open, holidayDays } = calendar.sources;
  return {
    ...calendarSummaryOf(calendar),
    years: years && { ...years },
    closed: closed.map((day) => ({ ...day })),
    open: open.map((day) => ({ ...day })),
    holidayDays: holidayDays.map((day) => ({ ...day })),
    createdAt: calendar.createdAt,
  };
}
