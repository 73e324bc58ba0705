import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { api } from "./api.ts";
import { refreshed } from "./periodic-tasks.ts";
import type { BackfillPreview, BackfillReport, BackfillRequest } from "./wire.ts";

/** What a backfill would send; undefined asks nothing. */
export function useBackfillPreview(id: number, request: BackfillRequest | undefined) {
  return useQuery({
    queryKey: ["backfill-preview", id, request],
    queryFn: ({ signal }) => api.post<BackfillPreview>(`periodic-tasks/${id}/backfills/preview`, request, signal),
    enabled: request !== undefined,
    placeholderData: keepPreviousData,
  });
}

export const beginBackfill = (id: number, request: BackfillRequest) =>
  refreshed(api.post<BackfillReport>(`periodic-tasks/${id}/backfills`, request));
