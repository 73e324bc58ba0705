import { useQuery } from "@tanstack/react-query";
import { readAllPages } from "./all-pages.ts";
import { api } from "./api.ts";
import { queryClient } from "./query-client.ts";
import type {
  HoldView,
  NewDrain,
  PauseInput,
  PurgeView,
  QueueView,
  WorkerCommandInput,
  WorkerCommandReply,
  WorkerInspection,
  WorkerView,
} from "./wire.ts";

/** Every process of the project that lives or died a while ago; read again while one looks, for a lease ends without an event. */
export function useWorkers(isEnabled = true) {
  return useQuery({
    queryKey: ["workers", "all"],
    enabled: isEnabled,
    queryFn: ({ signal }) => readAllPages<WorkerView>("workers", signal),
    meta: { topics: ["workers"] },
    refetchInterval: 5_000,
  });
}

/** Unlike the choices of a filter, the depths are worth a fresh look. */
export function useQueueDepths(isEnabled = true) {
  return useQuery({
    queryKey: ["queues", "depths"],
    enabled: isEnabled,
    queryFn: ({ signal }) => readAllPages<QueueView>("queues", signal),
    meta: { topics: ["queues", "workers", "runs"] },
    refetchInterval: 5_000,
  });
}

async function refreshed<T>(change: Promise<T>): Promise<T> {
  try {
    return await change;
  } finally {
    for (const key of ["queues", "workers", "runs", "pauses"]) {
      void queryClient.invalidateQueries({ queryKey: [key] });
    }
  }
}

const queuePath = (name: string, what: string) => `queues/${encodeURIComponent(name)}/${what}`;

/** Workers take nothing from it any more. */
export const pauseQueue = (name: string, pause: PauseInput) =>
  refreshed(api.put<HoldView>(queuePath(name, "pause"), pause));
export const resumeQueue = (name: string) => refreshed(api.delete(queuePath(name, "pause")));

/** What a purge would cancel now. */
export function usePurgePreview(name: string, scheduled: boolean) {
  return useQuery({
    queryKey: ["queues", "purge", name, scheduled],
    queryFn: ({ signal }) => api.get<PurgeView>(queuePath(name, "purge"), { scheduled }, signal),
    refetchInterval: 5_000,
  });
}

export const purgeQueue = (name: string, scheduled: boolean) =>
  refreshed(api.post<PurgeView>(queuePath(name, "purge"), { scheduled }));

/** It takes nothing more, and finishes what it has. */
export const drain = (what: NewDrain) => refreshed(api.post<HoldView>("drains", what));
export const endDrain = (scope: "worker" | "host", name: string) =>
  refreshed(api.delete(`drains/${scope}/${encodeURIComponent(name)}`));

/** What a worker answers of itself now; asked again while one looks. */
export function useInspection(id: number, isEnabled: boolean) {
  return useQuery({
    queryKey: ["workers", "inspection", id],
    enabled: isEnabled,
    queryFn: ({ signal }) => api.get<WorkerInspection>(`workers/${id}/inspection`, {}, signal),
    refetchInterval: 10_000,
    retry: false,
  });
}

/** Over the broker; what is changed so lasts until the worker stops. */
export async function commandWorker(id: number, command: WorkerCommandInput): Promise<WorkerCommandReply> {
  try {
    return await api.post<WorkerCommandReply>(`workers/${id}/commands`, command);
  } finally {
    void queryClient.invalidateQueries({ queryKey: ["workers"] });
  }
}
