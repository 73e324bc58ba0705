import { useQuery } from "@tanstack/react-query";
import { readAllPages } from "./all-pages.ts";
import type { QueueView, WorkerView } from "./wire.ts";

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
