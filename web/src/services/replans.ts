import { useQuery } from "@tanstack/react-query";
import { api } from "./api.ts";
import { queryClient } from "./query-client.ts";
import type { PlanEffects, ReplanReport, ReplanState } from "./wire.ts";

/** Which zones become which; empty: only what is planned with another tz database, or before an edit of its calendar. */
export type ZoneMoves = Readonly<Record<string, string>>;

/** Whether schedules are planned with an older tz database than the server's; it changes with an update of the server alone. */
export function useReplanState(isAsked: boolean) {
  return useQuery({
    queryKey: ["replan", "state"],
    queryFn: ({ signal }) => api.get<ReplanState>("schedules/replan", undefined, signal),
    enabled: isAsked,
    staleTime: 300_000,
    refetchOnWindowFocus: false,
  });
}

/** What planning anew would change; undefined asks nothing. */
export function useReplanPreview(zones: ZoneMoves | undefined) {
  return useQuery({
    queryKey: ["replan", "preview", zones],
    queryFn: ({ signal }) => api.post<PlanEffects>("schedules/replan/preview", { zones }, signal),
    enabled: zones !== undefined,
    staleTime: 30_000,
    gcTime: 0,
  });
}

export async function replan(zones: ZoneMoves): Promise<ReplanReport> {
  try {
    return await api.post<ReplanReport>("schedules/replan", { zones });
  } finally {
    for (const key of ["replan", "periodic-tasks", "forecast"]) void queryClient.invalidateQueries({ queryKey: [key] });
  }
}
