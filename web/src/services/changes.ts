import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { api } from "./api.ts";
import type { ChangeView, Page } from "./wire.ts";

export interface ChangeFilter {
  resource: string | undefined;
  resourceId: string | undefined;
  after: string | undefined;
}

export function useChanges(filter: ChangeFilter) {
  return useQuery({
    queryKey: ["changes", "list", filter],
    queryFn: ({ signal }) => api.get<Page<ChangeView>>("changes", { ...filter, limit: 50, count: true }, signal),
    placeholderData: keepPreviousData,
    meta: { topics: ["changes"] },
  });
}
