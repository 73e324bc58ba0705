import { useQuery } from "@tanstack/react-query";
import { api } from "./api.ts";
import type { Overview } from "./wire.ts";

export function useOverview() {
  return useQuery({
    queryKey: ["overview"],
    queryFn: ({ signal }) => api.get<Overview>("overview", undefined, signal),
    meta: { topics: ["overview"] },
    // What comes next passes without an event.
    refetchInterval: 15_000,
  });
}
