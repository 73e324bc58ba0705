import { useQuery } from "@tanstack/react-query";
import { readAllPages } from "./all-pages.ts";
import { useMay } from "./session.ts";
import type { QueueView, TaskView, UserView } from "./wire.ts";

/** Every announced task: as many as the code defines. */
export function useTasks() {
  return useQuery({
    queryKey: ["tasks", "all"],
    queryFn: ({ signal }) => readAllPages<TaskView>("tasks", signal),
    meta: { topics: ["tasks", "workers"] },
    staleTime: 30_000,
  });
}

/** Choices of a filter; empty for who may not see the queues. */
export function useQueues() {
  const may = useMay();
  return useQuery({
    queryKey: ["queues", "all"],
    enabled: may("workers.view"),
    queryFn: ({ signal }) => readAllPages<QueueView>("queues", signal),
    meta: { topics: ["queues", "workers"] },
    staleTime: 30_000,
  });
}

/** Who can be made an owner. Empty for a user who may not see the others. */
export function useUserChoices(isAllowed: boolean) {
  return useQuery({
    queryKey: ["users", "choices"],
    queryFn: ({ signal }) => readAllPages<UserView>("users", signal),
    enabled: isAllowed,
    staleTime: 60_000,
  });
}
