import { useQuery } from "@tanstack/react-query";
import { readAllPages } from "./all-pages.ts";
import { api } from "./api.ts";
import { queryClient } from "./query-client.ts";
import type { GroupInput, GroupView, PermissionView, UserInput, UserView } from "./wire.ts";

export function useUsers() {
  return useQuery({
    queryKey: ["users", "all"],
    queryFn: ({ signal }) => readAllPages<UserView>("users", signal),
    meta: { topics: ["users"] },
  });
}
export function useUser(id: number | undefined) {
  return useQuery({
    queryKey: ["users", "one", id],
    queryFn: ({ signal }) => api.get<UserView>(`users/${id}`, undefined, signal),
    enabled: id !== undefined,
  });
}
export function useGroups() {
  return useQuery({
    queryKey: ["groups", "all"],
    queryFn: ({ signal }) => readAllPages<GroupView>("groups", signal),
    meta: { topics: ["groups", "users"] },
  });
}
export function useGroup(id: number | undefined) {
  return useQuery({
    queryKey: ["groups", "one", id],
    queryFn: ({ signal }) => api.get<GroupView>(`groups/${id}`, undefined, signal),
    enabled: id !== undefined,
  });
}
export function usePermissions() {
  return useQuery({
    queryKey: ["permissions"],
    queryFn: ({ signal }) => readAllPages<PermissionView>("permissions", signal),
    staleTime: 300_000,
  });
}

/** A change of rights may be one's own. */
async function refreshed<T>(done: Promise<T>): Promise<T> {
  const answer = await done;
  for (const key of ["users", "groups", "session"]) void queryClient.invalidateQueries({ queryKey: [key] });
  return answer;
}

export const saveUser = (id: number | undefined, input: UserInput) =>
  refreshed(id === undefined ? api.post<UserView>("users", input) : api.put<UserView>(`users/${id}`, input));
export const removeUser = (id: number) => refreshed(api.delete(`users/${id}`));
export const setUserPassword = (id: number, newPassword: string) =>
  refreshed(api.put(`users/${id}/password`, { newPassword }));
export const saveGroup = (id: number | undefined, input: GroupInput) =>
  refreshed(id === undefined ? api.post<GroupView>("groups", input) : api.put<GroupView>(`groups/${id}`, input));
export const removeGroup = (id: number) => refreshed(api.delete(`groups/${id}`));
