import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { readAllPages } from "./all-pages.ts";
import { api, type Query } from "./api.ts";
import { queryClient } from "./query-client.ts";
import type { ModelRecord, ModelView, Page } from "./wire.ts";

/** The apps' models; they change with a deploy alone. */
export function useModels() {
  return useQuery({
    queryKey: ["models"],
    queryFn: ({ signal }) => readAllPages<ModelView>("models", signal),
    staleTime: 300_000,
  });
}

const at = (model: string) => `models/${encodeURIComponent(model)}/records`;

export function useRecords(model: string, query: Query) {
  return useQuery({
    queryKey: ["records", model, "list", query],
    queryFn: ({ signal }) => api.get<Page<ModelRecord>>(at(model), { ...query, limit: 50, count: true }, signal),
    placeholderData: keepPreviousData,
    meta: { topics: [`model:${model}`] },
    // A task writes its app's tables without a word to the admin.
    refetchInterval: 5_000,
  });
}

export function useRecord(model: string, id: string | undefined) {
  return useQuery({
    queryKey: ["records", model, "one", id],
    queryFn: ({ signal }) => api.get<ModelRecord>(`${at(model)}/${encodeURIComponent(id ?? "")}`, undefined, signal),
    enabled: id !== undefined,
    // A form is being filled in; what a task changes meanwhile must not be laid over it.
    refetchOnWindowFocus: false,
  });
}

async function refreshed<T>(model: string, done: Promise<T>): Promise<T> {
  try {
    return await done;
  } finally {
    void queryClient.invalidateQueries({ queryKey: ["records", model] });
  }
}
export const saveRecord = (model: string, id: string | undefined, fields: ModelRecord) =>
  refreshed(
    model,
    id === undefined
      ? api.post<ModelRecord>(at(model), fields)
      : api.put<ModelRecord>(`${at(model)}/${encodeURIComponent(id)}`, fields),
  );
export const removeRecord = (model: string, id: string) =>
  refreshed(model, api.delete(`${at(model)}/${encodeURIComponent(id)}`));
