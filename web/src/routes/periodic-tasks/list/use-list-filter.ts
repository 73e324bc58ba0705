import { useUrlState } from "../../../components/url-state.ts";
import type { PeriodicTaskFilter } from "../../../services/periodic-tasks.ts";

const names = ["q", "enabled", "lastOutcome", "task", "queue", "tag", "archived", "sort", "after"] as const;
const narrowing = ["q", "enabled", "lastOutcome", "task", "queue", "tag", "archived"] as const;

/** The list's filters and order, kept in the address. */
export function useListFilter() {
  const [get, set] = useUrlState();
  const filter = Object.fromEntries(names.map((name) => [name, get(name)])) as Record<
    (typeof names)[number],
    string | undefined
  > satisfies PeriodicTaskFilter;
  const isNarrowed = narrowing.some((name) => filter[name] !== undefined);
  const clear = () => set(Object.fromEntries(narrowing.map((name) => [name, undefined])));
  return { filter, isNarrowed, set, clear };
}
