import type { QueryClient } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";
import { apiUrl } from "./api.ts";
import { queryClient } from "./query-client.ts";
import type { ChangedEvent } from "./wire.ts";

export type Connection = "idle" | "connecting" | "live" | "lost";

/** Gathers the changes of a busy moment into one reading; the first is not delayed. */
const gatherMs = 400;
const firstRetryMs = 1_000;
const lastRetryMs = 15_000;

/**
 * One event stream for the whole page. A query says in its `meta.topics` what it depends on; the stream asks for the topics of
 * the queries that are on the screen, and a `changed` event makes exactly those ask again. An event is a hint: after a lost
 * connection everything on the screen is asked for again.
 */
export class LiveConnection {
  readonly #client: QueryClient;
  readonly #listeners = new Set<() => void>();
  #state: Connection = "idle";
  #source: EventSource | undefined;
  #topics: ReadonlySet<string> = new Set();
  #missed = false;
  #retryMs = firstRetryMs;
  #retryTimer: number | undefined;
  #topicTimer: number | undefined;
  #gatherTimer: number | undefined;
  #gathered = new Set<string>();
  #unsubscribe: (() => void) | undefined;

  constructor(client: QueryClient) {
    this.#client = client;
  }

  start(): void {
    if (this.#unsubscribe) return;
    this.#unsubscribe = this.#client.getQueryCache().subscribe((event) => {
      if (event.type === "observerAdded" || event.type === "observerRemoved") this.#followTopics();
    });
    this.#followTopics();
  }

  stop(): void {
    this.#unsubscribe?.();
    this.#unsubscribe = undefined;
    window.clearTimeout(this.#retryTimer);
    window.clearTimeout(this.#topicTimer);
    window.clearTimeout(this.#gatherTimer);
    this.#gatherTimer = undefined;
    this.#source?.close();
    this.#source = undefined;
    this.#topics = new Set();
    this.#become("idle");
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
  get = (): Connection => this.#state;

  retryNow(): void {
    this.#retryMs = firstRetryMs;
    this.#open();
  }

  #become(state: Connection): void {
    if (this.#state === state) return;
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }

  #wantedTopics(): Set<string> {
    const topics = new Set<string>();
    for (const query of this.#client.getQueryCache().getAll()) {
      if (query.getObserversCount() > 0) for (const topic of query.meta?.topics ?? []) topics.add(topic);
    }
    return topics;
  }

  // A page change removes and adds many queries at once, so the stream is changed after it has settled.
  #followTopics(): void {
    window.clearTimeout(this.#topicTimer);
    this.#topicTimer = window.setTimeout(() => {
      const topics = this.#wantedTopics();
      if (topics.size === 0 || [...topics].sort().join() === [...this.#topics].sort().join()) return;
      this.#open(topics);
    }, 50);
  }

  #open(topics: ReadonlySet<string> = this.#topics): void {
    window.clearTimeout(this.#retryTimer);
    if (topics.size === 0) return;
    const previous = this.#source;
    const known = this.#topics;
    const unheard = [...topics].filter((topic) => !known.has(topic));
    this.#topics = topics;
    if (this.#state !== "lost") this.#become("connecting");
    const source = new EventSource(apiUrl("events", { topics: [...topics].join(",") }));
    this.#source = source;
    source.addEventListener("open", () => {
      previous?.close();
      this.#retryMs = firstRetryMs;
      this.#become("live");
      if (this.#missed) void this.#client.invalidateQueries();
      // What was read before the stream listened for it may have changed in between.
      else this.#tell(unheard);
      this.#missed = false;
    });
    source.addEventListener("changed", (event) => {
      this.#tell((JSON.parse(event.data) as ChangedEvent).topics);
    });
    source.addEventListener("error", () => {
      previous?.close();
      this.#lost(source);
    });
  }

  #lost(source: EventSource): void {
    if (source !== this.#source) return;
    // The browser's own retry has no back-off and gives up on some answers, so it is done here.
    source.close();
    this.#missed = true;
    this.#become("lost");
    this.#retryTimer = window.setTimeout(() => this.#open(), this.#retryMs * (0.75 + Math.random() / 2));
    this.#retryMs = Math.min(this.#retryMs * 2, lastRetryMs);
  }

  #tell(topics: Iterable<string>): void {
    for (const topic of topics) this.#gathered.add(topic);
    if (this.#gathered.size > 0 && this.#gatherTimer === undefined) this.#invalidate();
  }

  #invalidate = (): void => {
    this.#gatherTimer = undefined;
    const heard = this.#gathered;
    if (heard.size === 0) return;
    this.#gathered = new Set();
    void this.#client.invalidateQueries({
      predicate: (query) => {
        const concerned = query.meta?.topics?.filter((topic) => heard.has(topic)) ?? [];
        if (concerned.length === 0) return false;
        if (query.state.fetchStatus !== "fetching") return true;
        // An answer on its way may be older than this change; asking again now would starve it when changes are many.
        for (const topic of concerned) this.#gathered.add(topic);
        return false;
      },
    });
    this.#gatherTimer = window.setTimeout(this.#invalidate, gatherMs);
  };
}

export const live: LiveConnection = new LiveConnection(queryClient);

export function useConnection(): Connection {
  return useSyncExternalStore(live.subscribe, live.get);
}
