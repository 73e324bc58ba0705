import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { api } from "./api.ts";
import { queryClient } from "./query-client.ts";
import type { DeadLetterSummary, DeadLetterView, Page } from "./wire.ts";

const topics = ["dead-letters"];

export function useDeadLetters(filter: { queue: string | undefined; after: string | undefined }) {
  return useQuery({
    queryKey: ["dead-letters", "list", filter],
    queryFn: ({ signal }) => api.get<Page<DeadLetterSummary>>("dead-letters", { ...filter, limit: 50 }, signal),
    placeholderData: keepPreviousData,
    meta: { topics },
  });
}

export function useDeadLetter(id: number) {
  return useQuery({
    queryKey: ["dead-letters", "one", id],
    queryFn: ({ signal }) => api.get<DeadLetterView>(`dead-letters/${id}`, {}, signal),
    retry: false,
  });
}

async function changed<T>(done: Promise<T>): Promise<T> {
  try {
    return await done;
  } finally {
    void queryClient.invalidateQueries({ queryKey: ["dead-letters", "list"] });
  }
}
export const removeDeadLetter = (id: number) => changed(api.delete(`dead-letters/${id}`));
export const resendDeadLetter = (id: number) => changed(api.post(`dead-letters/${id}/resend`));
