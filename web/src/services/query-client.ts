import { QueryCache, QueryClient } from "@tanstack/react-query";
import { ProblemError } from "./problem.ts";

declare module "@tanstack/react-query" {
  interface Register {
    queryMeta: {
      /** The topics of `GET /events` after which the answer is asked for again; see live.ts. */
      topics?: readonly string[];
    };
  }
}

const onSignedOut = new Set<() => void>();
/** Calls back when an answer says that the session has ended. Returns the way to stop. */
export function whenSignedOut(listener: () => void): () => void {
  onSignedOut.add(listener);
  return () => onSignedOut.delete(listener);
}

export const queryClient: QueryClient = new QueryClient({
  queryCache: new QueryCache({
    onError: (error, query) => {
      const isSession = query.queryKey[0] === "session";
      if (!isSession && error instanceof ProblemError && error.problem.status === 401) {
        for (const listener of onSignedOut) listener();
      }
    },
  }),
  defaultOptions: {
    queries: {
      // What the server refused stays refused; no answer may be a restart.
      retry: (failures, error) => failures < 3 && !(error instanceof ProblemError && error.problem.status > 0),
      retryDelay: (failures) => Math.min(500 * 2 ** failures, 5_000),
      staleTime: 5_000,
      refetchOnWindowFocus: true,
    },
  },
});
