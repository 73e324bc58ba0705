import { useQuery } from "@tanstack/react-query";
import { readAllPages } from "./all-pages.ts";
import { api } from "./api.ts";
import { queryClient } from "./query-client.ts";
import type { QueueView, WorkerCommandInput, WorkerCommandReply, WorkerInspection, WorkerView } from "./wire.ts";

/** Every process of the project that lives or died a while ago; read again while one looks, for a lease ends without an event. */
export function useWorkers() {
  return useQuery({
    queryKey: ["workers", "all"],
    queryFn: ({ signal }) => readAllPages<WorkerView>("workers", signal),
    meta: { topics: ["workers"] },
    refetchInterval: 5_000,
  });
}

/** Unlike the choices of a filter, the depths are worth a fresh look. */
export function useQueueDepths() {
  return useQuery({
    queryKey: ["queues", "depths"],
    queryFn: ({ signal }) => readAllPages<QueueView>("queues", signal),
    meta: { topics: ["queues", "workers", "runs"] },
    refetchInterval: 5_000,
  });
}

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
