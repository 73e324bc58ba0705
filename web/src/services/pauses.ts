import { useQuery } from "@tanstack/react-query";
import { readAllPages } from "./all-pages.ts";
import { api } from "./api.ts";
import { refreshed } from "./periodic-tasks.ts";
import { useMay } from "./session.ts";
import type { NewPause, Page, PauseView } from "./wire.ts";

/** A pause that ends by itself makes no event. */
const lookAgainMs = 30_000;

function untilEnd(pauses: readonly PauseView[] | undefined): number {
  const ends = (pauses ?? []).flatMap(({ untilAt }) => (untilAt === null ? [] : [untilAt - Date.now() + 500]));
  return Math.max(1_000, Math.min(lookAgainMs, ...ends));
}

/** The pauses in force, the latest first: of everything, of tags, periodic tasks and schedules. */
export function usePauses() {
  const may = useMay();
  return useQuery({
    queryKey: ["pauses", "in-force"],
    enabled: may("periodic-tasks.view"),
    queryFn: ({ signal }) => readAllPages<PauseView>("pauses", signal),
    meta: { topics: ["pauses"] },
    refetchInterval: ({ state }) => untilEnd(state.data),
  });
}

/** Those that are over, the latest first. */
export function useEndedPauses(after: string | undefined) {
  return useQuery({
    queryKey: ["pauses", "ended", after],
    queryFn: ({ signal }) => api.get<Page<PauseView>>("pauses", { ended: true, limit: 20, after }, signal),
    meta: { topics: ["pauses"] },
  });
}

export const beginPause = (pause: NewPause) => refreshed(api.post<PauseView>("pauses", pause));
export const endPause = (id: number) => refreshed(api.delete(`pauses/${id}`));
