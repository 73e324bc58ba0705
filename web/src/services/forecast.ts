import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { api } from "./api.ts";
import type { Forecast, ForecastMinute, Timeline } from "./wire.ts";

/** What the forecast is narrowed to; undefined: all. */
export interface ForecastFilter {
  queue: string | undefined;
  tag: string | undefined;
}

export function useForecast(filter: ForecastFilter) {
  return useQuery({
    queryKey: ["forecast", filter],
    queryFn: ({ signal }) => api.get<Forecast>("forecast", { ...filter }, signal),
    placeholderData: keepPreviousData,
    meta: { topics: ["periodic-tasks"] },
    // A week is not another one a minute later, and with many schedules it costs the server something.
    staleTime: 60_000,
  });
}

export function useForecastMinute(at: number | undefined, filter: ForecastFilter) {
  return useQuery({
    queryKey: ["forecast-minute", at, filter],
    queryFn: ({ signal }) => api.get<ForecastMinute>("forecast/minute", { at, ...filter }, signal),
    enabled: at !== undefined,
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });
}

export function useTimeline(day: string, zone: string) {
  return useQuery({
    queryKey: ["timeline", day, zone],
    queryFn: ({ signal }) => api.get<Timeline>("forecast/timeline", { day, zone }, signal),
    placeholderData: keepPreviousData,
    meta: { topics: ["periodic-tasks", "workers"] },
    staleTime: 60_000,
  });
}
