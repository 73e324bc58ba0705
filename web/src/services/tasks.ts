import { useQuery } from "@tanstack/react-query";
import { readAllPages } from "./all-pages.ts";
import { useMay } from "./session.ts";
import type { PersonView, QueueView, TagView, TaskView } from "./wire.ts";

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

/** Who can be made an owner. */
export function usePeople() {
  return useQuery({
    queryKey: ["users", "people"],
    queryFn: ({ signal }) => readAllPages<PersonView>("people", signal),
    staleTime: 60_000,
  });
}

/** Every tag that is in use. */
export function useTags() {
  return useQuery({
    queryKey: ["tags"],
    queryFn: async ({ signal }) => (await readAllPages<TagView>("tags", signal)).map(({ name }) => name),
    meta: { topics: ["periodic-tasks"] },
    staleTime: 30_000,
  });
}

/** The calendars that a schedule can follow. */
export function useCalendarChoices() {
  return useQuery({
    queryKey: ["calendars", "choices"],
    queryFn: ({ signal }) => readAllPages<{ id: number; name: string }>("calendars", signal),
    meta: { topics: ["calendars"] },
    staleTime: 30_000,
  });
}
