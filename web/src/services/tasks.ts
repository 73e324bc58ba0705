import { useQuery } from "@tanstack/react-query";
import { api } from "./api.ts";
import type { Page, QueueView, TaskView, UserView } from "./wire.ts";

/** Every announced task; there are as many as the code defines, so one page of the largest size is read at a time. */
async function readAll<T>(path: string, signal: AbortSignal): Promise<T[]> {
  const items: T[] = [];
  let after: string | null = null;
  do {
    const page: Page<T> = await api.get<Page<T>>(path, { limit: 200, after }, signal);
    items.push(...page.items);
    after = page.next;
  } while (after !== null);
  return items;
}

export function useTasks() {
  return useQuery({
    queryKey: ["tasks", "all"],
    queryFn: ({ signal }) => readAll<TaskView>("tasks", signal),
    meta: { topics: ["tasks", "workers"] },
    staleTime: 30_000,
  });
}

export function useQueues() {
  return useQuery({
    queryKey: ["queues", "all"],
    queryFn: ({ signal }) => readAll<QueueView>("queues", signal),
    meta: { topics: ["queues", "workers"] },
    staleTime: 30_000,
  });
}

/** Who can be made an owner. Empty for a user who may not see the others. */
export function useUserChoices(isAllowed: boolean) {
  return useQuery({
    queryKey: ["users", "choices"],
    queryFn: ({ signal }) => readAll<UserView>("users", signal),
    enabled: isAllowed,
    staleTime: 60_000,
  });
}
