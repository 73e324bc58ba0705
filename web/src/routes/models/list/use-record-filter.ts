import { useMemo } from "react";
import { useSearchParams } from "react-router-dom";
import { useUrlState } from "../../../components/url-state.ts";
import type { ModelView } from "../../../services/wire.ts";

const hour = 3_600_000;
export const spans = { "1h": hour, "24h": 24 * hour, "7d": 168 * hour, "30d": 720 * hour } as const;
export type Span = keyof typeof spans;

/** In the address, a filter of the field `kind` is `f.kind`, so that a field may be called as anything. */
const prefix = "f.";

/** A list's search, filters and order, kept in the address. */
export function useRecordFilter(model: ModelView) {
  const [params] = useSearchParams();
  const [get, set] = useUrlState();
  const chosen = Object.fromEntries(
    model.list.filters.map((name) => [name, params.get(prefix + name) ?? undefined]),
  ) as Readonly<Record<string, string | undefined>>;
  const sort = get("sort") ?? model.list.ordering;
  const key = params.toString();
  // The present is read when the filter changes, so that asking again asks the same.
  const query = useMemo(() => {
    const asked = new URLSearchParams(key);
    const filters = model.list.filters.flatMap((name): [string, string][] => {
      const value = asked.get(prefix + name);
      if (value === null) return [];
      const field = model.fields.find((one) => one.name === name);
      if (field?.kind !== "instant") return [[`filter.${name}`, value]];
      return value in spans ? [[`filter.${name}.from`, String(Date.now() - spans[value as Span])]] : [];
    });
    return {
      q: asked.get("q"),
      sort: asked.get("sort") ?? model.list.ordering,
      after: asked.get("after"),
      ...Object.fromEntries(filters),
    };
  }, [key, model]);
  const isNarrowed = get("q") !== undefined || Object.values(chosen).some((value) => value !== undefined);
  return {
    q: get("q"),
    chosen,
    sort,
    query,
    isNarrowed,
    set,
    filter: (name: string, value: string | undefined) => set({ [prefix + name]: value }),
    clear: () =>
      set(Object.fromEntries([["q", undefined], ...model.list.filters.map((name) => [prefix + name, undefined])])),
  };
}
