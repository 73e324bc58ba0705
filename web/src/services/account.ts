import { useQuery } from "@tanstack/react-query";
import { readAllPages } from "./all-pages.ts";
import { api } from "./api.ts";
import { queryClient } from "./query-client.ts";
import type { TokenCreated, TokenInput, TokenView } from "./wire.ts";

export const changeOwnPassword = (currentPassword: string, newPassword: string) =>
  api.put("me/password", { currentPassword, newPassword });

export function useTokens() {
  return useQuery({
    queryKey: ["tokens"],
    queryFn: ({ signal }) => readAllPages<TokenView>("tokens", signal),
  });
}

async function refreshed<T>(done: Promise<T>): Promise<T> {
  try {
    return await done;
  } finally {
    void queryClient.invalidateQueries({ queryKey: ["tokens"] });
  }
}
export const createToken = (input: TokenInput) => refreshed(api.post<TokenCreated>("tokens", input));
export const revokeToken = (id: number) => refreshed(api.delete(`tokens/${id}`));
