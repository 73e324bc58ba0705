import { useQuery } from "@tanstack/react-query";
import type { AuthProvider } from "react-admin";
import { api, isSignedIn, setCsrfToken } from "./api.ts";
import { ProblemError } from "./problem.ts";
import { queryClient } from "./query-client.ts";
import type { Permission, Session } from "./wire.ts";

export const sessionKey = ["session"] as const;

async function readSession(): Promise<Session> {
  const session = await api.get<Session>("session");
  setCsrfToken(session.csrfToken);
  return session;
}

export async function signIn(username: string, password: string): Promise<void> {
  const answer = await api.post<{ csrfToken: string }>("session", { username, password });
  setCsrfToken(answer.csrfToken);
  queryClient.clear();
}

export async function signOut(): Promise<void> {
  // react-admin signs out whoever is not signed in, too.
  if (isSignedIn()) await api.delete("session").catch(() => undefined);
  setCsrfToken(undefined);
  queryClient.clear();
}

const cachedSession = () => queryClient.fetchQuery({ queryKey: sessionKey, queryFn: readSession, staleTime: 300_000 });

/** Undefined until the first answer; the frame waits for it, so that pages may count on it. */
export function useSession(): Session | undefined {
  return useQuery({ queryKey: sessionKey, queryFn: readSession, staleTime: 300_000 }).data;
}

/** Hides what the server would refuse; the server decides. */
export function useMay(): (permission: Permission) => boolean {
  const session = useSession();
  return (permission) => session?.permissions.includes(permission) ?? false;
}

export const authProvider: AuthProvider = {
  login: ({ username, password }: { username: string; password: string }) => signIn(username, password),
  logout: () => signOut(),
  checkAuth: async () => {
    await cachedSession();
  },
  checkError: async (error: unknown) => {
    if (error instanceof ProblemError && error.problem.status === 401) throw error;
  },
  getIdentity: async () => {
    const { user } = await cachedSession();
    return { id: user.id, fullName: user.displayName || user.username };
  },
  getPermissions: async () => (await cachedSession()).permissions,
};
