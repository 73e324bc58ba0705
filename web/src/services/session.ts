import { useQuery } from "@tanstack/react-query";
import type { AuthProvider } from "react-admin";
import { api, isSignedIn, setCsrfToken } from "./api.ts";
import { ProblemError } from "./problem.ts";
import { queryClient } from "./query-client.ts";
import type { Permission, Session, Visitor } from "./wire.ts";

export const sessionKey = ["session"] as const;

/** Null while nobody is signed in: an answer, so that a page without a session asks once and nothing counts as failed. */
async function readSession(): Promise<Session | null> {
  const { session } = await api.get<Visitor>("visitor");
  if (session === null && isSignedIn()) throw signedOut();
  setCsrfToken(session?.csrfToken);
  return session;
}

/** As any request would be answered. */
const signedOut = (): ProblemError =>
  new ProblemError({
    type: "about:blank",
    title: "Unauthorized",
    status: 401,
    code: "unauthenticated",
    detail: "nobody is signed in",
  });

export async function signIn(username: string, password: string): Promise<void> {
  const answer = await api.post<{ csrfToken: string }>("session", { username, password });
  setCsrfToken(answer.csrfToken);
  queryClient.clear();
}

export async function signOut(): Promise<void> {
  // react-admin signs out whoever is not signed in, too: that nobody is is known then, and need not be asked again.
  if (!isSignedIn()) return;
  await api.delete("session").catch(() => undefined);
  setCsrfToken(undefined);
  queryClient.clear();
  queryClient.setQueryData(sessionKey, null);
}

const cachedSession = () => queryClient.fetchQuery({ queryKey: sessionKey, queryFn: readSession, staleTime: 300_000 });

/** Undefined until the first answer; the frame waits for it, so that pages may count on it. */
export function useSession(): Session | undefined {
  return useQuery({ queryKey: sessionKey, queryFn: readSession, staleTime: 300_000 }).data ?? undefined;
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
    if ((await cachedSession()) === null) throw signedOut();
  },
  checkError: async (error: unknown) => {
    if (error instanceof ProblemError && error.problem.status === 401) throw error;
  },
  getIdentity: async () => {
    const user = (await cachedSession())?.user;
    if (user === undefined) throw signedOut();
    return { id: user.id, fullName: user.displayName || user.username };
  },
  getPermissions: async () => (await cachedSession())?.permissions ?? [],
};
