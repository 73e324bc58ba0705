import { keepPreviousData, queryOptions, useQuery } from "@tanstack/react-query";
import { api } from "./api.ts";
import { queryClient } from "./query-client.ts";
import type {
  BulkAction,
  BulkResult,
  ChangeView,
  DeletionPreview,
  FiringView,
  Page,
  PauseInput,
  PeriodicTaskInput,
  PeriodicTaskSummary,
  PeriodicTaskView,
  RunNow,
  RunSummary,
  Verdict,
} from "./wire.ts";

/** What the list can be narrowed and ordered by; `undefined` leaves it open. */
export interface PeriodicTaskFilter {
  q: string | undefined;
  enabled: string | undefined;
  lastOutcome: string | undefined;
  task: string | undefined;
  queue: string | undefined;
  tag: string | undefined;
  archived: string | undefined;
  sort: string | undefined;
  after: string | undefined;
}

const pageSize = 50;

export function usePeriodicTasks(filter: PeriodicTaskFilter) {
  return useQuery({
    queryKey: ["periodic-tasks", "list", filter],
    queryFn: ({ signal }) =>
      api.get<Page<PeriodicTaskSummary>>("periodic-tasks", { ...filter, limit: pageSize, count: true }, signal),
    placeholderData: keepPreviousData,
    meta: { topics: ["periodic-tasks", "runs"] },
  });
}

export const periodicTaskQuery = (id: number) =>
  queryOptions({
    queryKey: ["periodic-tasks", "one", id],
    queryFn: ({ signal }) => api.get<PeriodicTaskView>(`periodic-tasks/${id}`, undefined, signal),
    meta: { topics: [`periodic-task:${id}`] },
  });

export const usePeriodicTask = (id: number) => useQuery(periodicTaskQuery(id));

export function useFirings(query: {
  periodicTaskId: number;
  scheduleId: number | undefined;
  verdict: Verdict | undefined;
  after: string | undefined;
}) {
  return useQuery({
    queryKey: ["firings", query],
    queryFn: ({ signal }) => api.get<Page<FiringView>>("firings", { ...query, limit: pageSize }, signal),
    placeholderData: keepPreviousData,
    meta: { topics: ["firings"] },
  });
}

export function useRunsOf(query: { periodicTaskId: number; state: string | undefined; after: string | undefined }) {
  return useQuery({
    queryKey: ["runs", "of", query],
    queryFn: ({ signal }) => api.get<Page<RunSummary>>("runs", { ...query, limit: pageSize }, signal),
    placeholderData: keepPreviousData,
    meta: { topics: ["runs"] },
  });
}

export function useChangesOf(query: { resourceId: number; after: string | undefined }) {
  return useQuery({
    queryKey: ["changes", "periodic-task", query],
    queryFn: ({ signal }) =>
      api.get<Page<ChangeView>>("changes", { resource: "periodic-task", ...query, limit: pageSize }, signal),
    placeholderData: keepPreviousData,
    meta: { topics: ["changes"] },
  });
}

/** The list and the pages show the change at once, without waiting for its event. */
export async function refreshed<T>(done: Promise<T>): Promise<T> {
  try {
    return await done;
  } finally {
    void queryClient.invalidateQueries({ queryKey: ["periodic-tasks"] });
    void queryClient.invalidateQueries({ queryKey: ["pauses"] });
    void queryClient.invalidateQueries({ queryKey: ["runs"] });
    void queryClient.invalidateQueries({ queryKey: ["tags"] });
  }
}

export const createPeriodicTask = (input: PeriodicTaskInput) =>
  refreshed(api.post<PeriodicTaskView>("periodic-tasks", input));
export const updatePeriodicTask = (id: number, input: PeriodicTaskInput) =>
  refreshed(api.put<PeriodicTaskView>(`periodic-tasks/${id}`, input));
export const archivePeriodicTask = (id: number) => refreshed(api.delete(`periodic-tasks/${id}`));
export const readDeletionPreview = (id: number) => api.get<DeletionPreview>(`periodic-tasks/${id}/deletion`);
export const pausePeriodicTask = (id: number, pause: PauseInput) =>
  refreshed(api.put(`periodic-tasks/${id}/pause`, pause));
export const resumePeriodicTask = (id: number) => refreshed(api.delete(`periodic-tasks/${id}/pause`));
/** Lets one fire again that was held: after a failure, or after as many runs as it should send. */
export const releasePeriodicTask = (id: number) =>
  refreshed(api.post<PeriodicTaskView>(`periodic-tasks/${id}/release`));
/** Everything becomes as code had it when it was last applied. */
export const returnToCode = (id: number) => refreshed(api.delete<PeriodicTaskView>(`periodic-tasks/${id}/drift`));
export const runPeriodicTask = (id: number, how: RunNow = {}) =>
  refreshed(api.post<RunSummary>(`periodic-tasks/${id}/runs`, how));
export const enablePeriodicTask = (id: number) => refreshed(api.put(`periodic-tasks/${id}/enabled`));
export const disablePeriodicTask = (id: number) => refreshed(api.delete(`periodic-tasks/${id}/enabled`));
export const actOnPeriodicTasks = (action: BulkAction) =>
  refreshed(api.post<BulkResult>("periodic-tasks/actions", action));
