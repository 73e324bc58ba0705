import { useUrlState } from "../../../components/url-state.ts";
import type { RunFilter } from "../../../services/runs.ts";

const narrowing = ["q", "state", "task", "queue", "periodicTaskId", "since", "unhandled"] as const;
const names = [...narrowing, "after"] as const;

/** The list's filters, kept in the address. */
export function useRunFilter() {
  const [get, set] = useUrlState();
  const filter = Object.fromEntries(names.map((name) => [name, get(name)])) as Record<
    (typeof names)[number],
    string | undefined
  > satisfies RunFilter;
  const isNarrowed = narrowing.some((name) => filter[name] !== undefined);
  const clear = () => set(Object.fromEntries(narrowing.map((name) => [name, undefined])));
  return { filter, isNarrowed, set, clear };
}
