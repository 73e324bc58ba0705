import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { readAllPages } from "./all-pages.ts";
import { api, type Query } from "./api.ts";
import { isProblem, ProblemError } from "./problem.ts";
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
    // A form is filled in from it: what a task changes meanwhile must not be laid over that, and another visit reads anew.
    refetchOnWindowFocus: false,
    gcTime: 0,
    staleTime: 0,
  });
}

/** The record itself is not asked for again: its form reads it at each visit, and one that was removed has no answer. */
async function refreshed<T>(model: string, done: Promise<T>): Promise<T> {
  try {
    return await done;
  } finally {
    void queryClient.invalidateQueries({ queryKey: ["records", model, "list"] });
  }
}
export const addRecord = (model: string, fields: ModelRecord) =>
  refreshed(model, api.post<ModelRecord>(at(model), fields));

const attempts = 3;

/**
 * Changes fields of a record, whose tasks may write it at any moment: only when one of these very fields is no longer as in `base`
 * is it refused as stale.
 */
async function change(model: string, id: string, base: ModelRecord, fields: ModelRecord): Promise<ModelRecord> {
  const path = `${at(model)}/${encodeURIComponent(id)}`;
  for (let attempt = 1; ; attempt += 1) {
    const { value: current, etag } = await api.getTagged<ModelRecord>(path);
    const isTheirs = Object.keys(fields).some((name) => JSON.stringify(current[name]) !== JSON.stringify(base[name]));
    if (isTheirs) throw staleRecord(current);
    try {
      return await api.putTagged<ModelRecord>(path, fields, etag);
    } catch (error) {
      if (attempt === attempts || !isProblem(error, "stale_version")) throw error;
    }
  }
}

const staleRecord = (current: ModelRecord) =>
  new ProblemError({
    type: "about:blank",
    title: "Changed in the meantime",
    status: 409,
    code: "stale_version",
    detail: "the record was changed in the meantime",
    current,
  });

export const changeRecord = (model: string, id: string, base: ModelRecord, fields: ModelRecord) =>
  refreshed(model, change(model, id, base, fields));
export const removeRecord = (model: string, id: string) =>
  refreshed(model, api.delete(`${at(model)}/${encodeURIComponent(id)}`));
