import { useQuery } from "@tanstack/react-query";
import { api } from "./api.ts";
import type { Health } from "./wire.ts";

export function useHealth() {
  return useQuery({
    queryKey: ["health"],
    queryFn: ({ signal }) => api.get<Health>("health", undefined, signal),
    meta: { topics: ["health"] },
    // Lateness grows without an event.
    refetchInterval: 15_000,
  });
}
