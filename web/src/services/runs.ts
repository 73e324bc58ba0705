import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { api, apiUrl } from "./api.ts";
import { isProblem } from "./problem.ts";
import { queryClient } from "./query-client.ts";
import type { LogPage, Page, Rerun, RunState, RunSummary, RunTree, RunView, SearchReport, SendRun } from "./wire.ts";

/** What the list can be narrowed to; `undefined` leaves it open. */
export interface RunFilter {
  q: string | undefined;
  /** One state, or several with commas between them. */
  state: string | undefined;
  task: string | undefined;
  queue: string | undefined;
  periodicTaskId: string | undefined;
  /** `true`: only what waits for a person. */
  unhandled: string | undefined;
  /** How far back, such as `1h`; see {@link sinceChoices}. */
  since: string | undefined;
  after: string | undefined;
}

const hour = 3_600_000;
export const sinceChoices: Readonly<Record<string, number>> = {
  "15m": hour / 4,
  "1h": hour,
  "24h": 24 * hour,
  "7d": 168 * hour,
};

const pageSize = 50;

// The present is read with each asking, so that "the last hour" stays the last hour.
function queryOf({ since, ...rest }: RunFilter) {
  const back = since === undefined ? undefined : sinceChoices[since];
  return { ...rest, since: back === undefined ? undefined : Date.now() - back };
}

/** The newest first. With `until`, what was queued later is left out, so that the page stands still while it is read. */
export function useRuns(filter: RunFilter, until: number | undefined) {
  return useQuery({
    queryKey: ["runs", "list", filter, until],
    queryFn: ({ signal }) =>
      api.get<Page<RunSummary>>("runs", { ...queryOf(filter), until, limit: pageSize, count: true }, signal),
    placeholderData: keepPreviousData,
    meta: { topics: ["runs"] },
  });
}

/** How many have come in since; 0 while nothing stands still. */
export function useNewerRuns(filter: RunFilter, than: number | undefined): number {
  const answer = useQuery({
    queryKey: ["runs", "newer", filter, than],
    queryFn: ({ signal }) => {
      const since = Math.max(queryOf(filter).since ?? 0, (than ?? 0) + 1);
      return api.get<Page<RunSummary>>("runs", { ...queryOf(filter), since, limit: 1, count: true }, signal);
    },
    enabled: than !== undefined,
    meta: { topics: ["runs"] },
  });
  return than === undefined ? 0 : (answer.data?.count?.value ?? 0);
}

/** What is being executed, the newest 200. */
export function useRunningRuns(isEnabled: boolean) {
  return useQuery({
    queryKey: ["runs", "running"],
    enabled: isEnabled,
    queryFn: ({ signal }) => api.get<Page<RunSummary>>("runs", { state: "running", limit: 200 }, signal),
    meta: { topics: ["runs"] },
    refetchInterval: 5_000,
  });
}

/** How many runs of the last day failed or were lost, and wait for a person. */
export function useUnhandledCount(isEnabled: boolean) {
  return useQuery({
    queryKey: ["runs", "unhandled"],
    enabled: isEnabled,
    queryFn: async ({ signal }) => {
      const since = Date.now() - 24 * hour;
      const found = await api.get<Page<RunSummary>>("runs", { unhandled: true, since, limit: 1, count: true }, signal);
      return found.count ?? null;
    },
    meta: { topics: ["runs"] },
    refetchInterval: 60_000,
  });
}

export function useRun(id: string) {
  return useQuery({
    queryKey: ["runs", "one", id],
    queryFn: ({ signal }) => api.get<RunView>(`runs/${encodeURIComponent(id)}`, undefined, signal),
    meta: { topics: ["runs", `run:${id}`] },
  });
}

/** The family that a run belongs to. */
export function useRunTree(id: string) {
  return useQuery({
    queryKey: ["runs", "tree", id],
    queryFn: ({ signal }) => api.get<RunTree>(`runs/${encodeURIComponent(id)}/tree`, undefined, signal),
    meta: { topics: ["runs", `run:${id}`] },
  });
}

const finished: ReadonlySet<RunState> = new Set(["succeeded", "failed", "cancelled", "expired", "lost"]);
export const isFinished = ({ state }: Pick<RunSummary, "state">): boolean => finished.has(state);

/** The list and the pages show the change at once, without waiting for its event. */
async function refreshed<T>(done: Promise<T>): Promise<T> {
  try {
    return await done;
  } finally {
    void queryClient.invalidateQueries({ queryKey: ["runs"] });
  }
}

const at = (id: string) => `runs/${encodeURIComponent(id)}`;
export const sendRun = (run: SendRun) => refreshed(api.post<RunSummary>("runs", run));
export const runAgain = (id: string, definition: NonNullable<Rerun["definition"]>) =>
  refreshed(api.post<RunSummary>(`${at(id)}/reruns`, { definition }));
export const cancelRun = (id: string) => refreshed(api.put(`${at(id)}/cancellation`));
export const terminateRun = (id: string) => refreshed(api.put(`${at(id)}/termination`));

/** What a filter of the list means where all is meant that it finds. */
function searchOf(filter: RunFilter) {
  const { periodicTaskId, unhandled, after: _after, ...rest } = queryOf(filter);
  return {
    ...rest,
    periodicTaskId: periodicTaskId === undefined ? undefined : Number(periodicTaskId),
    unhandled: unhandled === "true" ? true : undefined,
  };
}

/** How many ended runs a filter finds. */
export function useSearchCount(filter: RunFilter) {
  return useQuery({
    queryKey: ["runs", "search", filter],
    queryFn: () => api.post<SearchReport>("run-searches/reruns", { ...searchOf(filter), cap: 1, dryRun: true }),
    meta: { topics: ["runs"] },
  });
}
export const runSearchAgain = (filter: RunFilter, cap: number) =>
  refreshed(api.post<SearchReport>("run-searches/reruns", { ...searchOf(filter), cap }));
export const setSearchAside = (filter: RunFilter, cap: number) =>
  refreshed(api.post<SearchReport>("run-searches/settings-aside", { ...searchOf(filter), cap }));

/** The part of a run's log behind a chunk; from the beginning without one. */
export const readLog = (id: string, after: number | undefined, signal: AbortSignal) =>
  api.get<LogPage>(`${at(id)}/logs`, { after }, signal);
/** The log as plain text, as far as it is asked for. */
export const logFileUrl = (id: string, { level, attempt }: { level: string; attempt: number | undefined }): string => {
  const asked = new URLSearchParams();
  if (level !== "DEBUG") asked.set("level", level.toLowerCase());
  if (attempt !== undefined) asked.set("attempt", String(attempt));
  return apiUrl(`${at(id)}/log.txt${asked.size > 0 ? `?${asked}` : ""}`);
};

const atOnce = 6;

/** One request each, a few at a time. What could not be done is told by its first refusal; what has ended meanwhile is no failure. */
async function onEach(ids: readonly string[], act: (id: string) => Promise<unknown>) {
  const waiting = [...ids];
  const failures: unknown[] = [];
  let done = 0;
  const work = async () => {
    for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
      try {
        await act(id);
        done += 1;
      } catch (error) {
        if (!isProblem(error, "run_finished")) failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return { done, failures };
}
export const cancelRuns = (ids: readonly string[]) => refreshed(onEach(ids, (id) => api.put(`${at(id)}/cancellation`)));
export const runAllAgain = (ids: readonly string[]) =>
  refreshed(onEach(ids, (id) => api.post(`${at(id)}/reruns`, { definition: "sent" })));
