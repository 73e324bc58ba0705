import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { readAllPages } from "./all-pages.ts";
import { api } from "./api.ts";
import { queryClient } from "./query-client.ts";
import type {
  CalendarInput,
  CalendarPreview,
  CalendarSummary,
  CalendarView,
  HolidayCountry,
  Page,
  PeriodicTaskSummary,
} from "./wire.ts";

export function useCalendars(archived: boolean) {
  return useQuery({
    queryKey: ["calendars", "all", archived],
    queryFn: ({ signal }) => readAllPages<CalendarSummary>("calendars", signal, { archived }),
    meta: { topics: ["calendars", "periodic-tasks"] },
  });
}

export function useCalendar(id: number | undefined) {
  return useQuery({
    queryKey: ["calendars", "one", id],
    queryFn: ({ signal }) => api.get<CalendarView>(`calendars/${id}`, undefined, signal),
    enabled: id !== undefined,
    meta: { topics: ["calendars", "periodic-tasks"] },
  });
}

/** The first of the periodic tasks whose schedules follow a calendar. */
export function useCalendarFollowers(calendarId: number) {
  return useQuery({
    queryKey: ["periodic-tasks", "of-calendar", calendarId],
    queryFn: ({ signal }) =>
      api.get<Page<PeriodicTaskSummary>>("periodic-tasks", { calendarId, limit: 20, count: true }, signal),
    meta: { topics: ["periodic-tasks"] },
  });
}

/** The countries whose holidays are known; the same until the server is another version. */
export function useHolidayCountries() {
  return useQuery({
    queryKey: ["holiday-countries"],
    queryFn: async ({ signal }) =>
      (await api.get<{ items: HolidayCountry[] }>("holiday-countries", undefined, signal)).items,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** What a calendar would be, and what saving it would change; undefined asks nothing. */
export function useCalendarPreview(id: number | undefined, calendar: CalendarInput | undefined) {
  return useQuery({
    queryKey: ["calendar-preview", id, calendar],
    queryFn: ({ signal }) =>
      api.post<CalendarPreview>("calendars/preview", { ...(id !== undefined && { id }), calendar }, signal),
    enabled: calendar !== undefined,
    placeholderData: keepPreviousData,
    // What time passes changes, too; a preview is as old as the last keystroke.
    staleTime: 30_000,
    gcTime: 60_000,
  });
}

async function refreshed<T>(done: Promise<T>): Promise<T> {
  try {
    return await done;
  } finally {
    for (const key of ["calendars", "calendar-preview", "periodic-tasks"]) {
      void queryClient.invalidateQueries({ queryKey: [key] });
    }
  }
}

export const saveCalendar = (id: number | undefined, input: CalendarInput) =>
  refreshed(
    id === undefined ? api.post<CalendarView>("calendars", input) : api.put<CalendarView>(`calendars/${id}`, input),
  );
export const archiveCalendar = (id: number) => refreshed(api.delete(`calendars/${id}`));
