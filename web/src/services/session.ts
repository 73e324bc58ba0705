import { useQuery } from "@tanstack/react-query";
import type { AuthProvider } from "react-admin";
import { api, isSignedIn, leave, setCsrfToken } from "./api.ts";
import { live } from "./live.ts";
import { ProblemError } from "./problem.ts";
import { queryClient } from "./query-client.ts";
import type { Permission, Session, Visitor } from "./wire.ts";

export const sessionKey = ["session"] as const;

/** The answer that is under way; that nobody is signed in stays, for only signing in here can change it. */
let visitor: Promise<Visitor> | undefined;

/**
 * Null while nobody is signed in: an answer, so that nothing counts as failed. react-admin empties the cache of queries whenever it signs
 * out, and asks several times at once; a page without a session asks the server once all the same.
 */
async function readSession(): Promise<Session | null> {
  visitor ??= api.get<Visitor>("visitor");
  const asked = visitor;
  const forget = () => {
    if (visitor === asked) visitor = undefined;
  };
  const { session } = await asked.catch((error: unknown) => {
    forget();
    throw error;
  });
  if (session !== null || isSignedIn()) forget();
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
  visitor = undefined;
  setCsrfToken(answer.csrfToken);
  queryClient.clear();
}

export async function signOut(): Promise<void> {
  // react-admin signs out whoever is not signed in, too.
  if (isSignedIn()) {
    // What is under way would be refused once the session has ended, and so would what follows it until the page is left.
    leave();
    live.stop();
    await queryClient.cancelQueries();
    await api.delete("session").catch(() => undefined);
    visitor = Promise.resolve({ session: null });
  }
  setCsrfToken(undefined);
  queryClient.clear();
}

const cachedSession = () => queryClient.fetchQuery({ queryKey: sessionKey, queryFn: readSession, staleTime: 300_000 });

/** Fails as any request would while nobody is signed in. react-admin loops without end over permissions that it gets all the same. */
async function signedInSession(): Promise<Session> {
  const session = await cachedSession();
  if (session === null) throw signedOut();
  return session;
}

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
    await signedInSession();
  },
  checkError: async (error: unknown) => {
    if (error instanceof ProblemError && error.problem.status === 401) throw error;
  },
  getIdentity: async () => {
    const { user } = await signedInSession();
    return { id: user.id, fullName: user.displayName || user.username };
  },
  getPermissions: async () => (await signedInSession()).permissions,
};
