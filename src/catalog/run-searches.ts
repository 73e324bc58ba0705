import { isHyoshiError, messageOf } from "../base/error.ts";
import { finalStates, liveStates, type RunState } from "../run/run.ts";
import type { RunQuery } from "../run/run-reader.ts";
import type { CatalogParts } from "./catalog-parts.ts";
import type { Asker, RunRequests } from "./run-requests.ts";

/** Which runs a person means: a search of the list, without its pages. */
export type RunSearch = Omit<RunQuery, "limit" | "after" | "count">;

/** Any of them may be asked for. */
export const runStates: readonly RunState[] = [...liveStates, ...finalStates];

/** What was done with the runs of a search, or would be. */
export interface SearchReport {
  /** How many there are; `capped`: at least so many. */
  readonly matched: { readonly value: number; readonly capped: boolean };
  /** How many of these are within the cap, the newest. */
  readonly taken: number;
  /** Run again, or set aside. */
  readonly done: number;
  /** What could not be done, and why. */
  readonly failures: readonly { readonly id: string; readonly code: string; readonly detail: string }[];
}

const PAGE = 200;

/** What people do with all runs that a search finds. */
export class RunSearches {
  readonly #parts: CatalogParts;
  readonly #requests: RunRequests;

  constructor(parts: CatalogParts, requests: RunRequests) {
    this.#parts = parts;
    this.#requests = requests;
  }

  /** How many it would be. */
  async count(search: RunSearch, cap: number): Promise<SearchReport> {
    const matched = await this.#matched(search);
    return { matched, taken: Math.min(matched.value, cap), done: 0, failures: [] };
  }

  /** Runs the newest of them again, at most `cap`, the oldest of these first; each as it was sent. One that cannot be does not keep the others from it. */
  async rerun(search: RunSearch, cap: number, asker: Asker): Promise<SearchReport> {
    const matched = await this.#matched(search);
    const ids = await this.#ids(search, cap);
    const failures: SearchReport["failures"][number][] = [];
    for (const id of ids.toReversed()) {
      try {
        await this.#requests.rerun(id, "sent", asker);
      } catch (error) {
        if (!isHyoshiError(error)) throw error;
        failures.push({ id, code: error.code, detail: messageOf(error) });
      }
    }
    return { matched, taken: ids.length, done: ids.length - failures.length, failures };
  }

  /** Nobody has to look after them any more. They stay in the list of runs. */
  async setAside(search: RunSearch, cap: number, asker: Asker): Promise<SearchReport> {
    const { handled, clock } = this.#parts;
    const matched = await this.#matched(search);
    const ids = await this.#ids(search, cap);
    await handled.handle(ids, asker.by.name, clock.now());
    return { matched, taken: ids.length, done: ids.length, failures: [] };
  }

  async #matched(search: RunSearch): Promise<SearchReport["matched"]> {
    const page = await this.#parts.readers.runs.list({ ...ended(search), limit: 1, count: true });
    return page.count ?? { value: page.items.length, capped: true };
  }

  /** All of them before the first is run again: what is sent now is none of them. */
  async #ids(search: RunSearch, cap: number): Promise<readonly string[]> {
    const ids: string[] = [];
    let after: string | undefined;
    do {
      const asked = { ...ended(search), limit: Math.min(PAGE, cap - ids.length) };
      const page = await this.#parts.readers.runs.list({ ...asked, ...(after !== undefined && { after }) });
      ids.push(...page.items.map(({ id }) => id));
      after = page.next;
    } while (after !== undefined && ids.length < cap);
    return ids;
  }
}

/** Of a search that names no states, what went wrong; what has not ended is nobody's to repeat. */
function ended({ states, ...search }: RunSearch): RunSearch {
  const isEnded = (state: RunState) => (finalStates as readonly RunState[]).includes(state);
  return { ...search, states: states === undefined ? ["failed", "lost"] : states.filter(isEnded) };
}
