import { useCallback, useMemo } from "react";
import { useSearchParams } from "react-router-dom";

export type UrlValues = Readonly<Record<string, string | undefined>>;

/**
 * Filters, sort and tab live in the address. `set` changes the named parameters (empty removes) and drops `after`, because a
 * cursor belongs to one list. Typing replaces the history entry; a choice makes a new one, so that back works.
 */
export function useUrlState(): [
  get: (name: string) => string | undefined,
  set: (values: UrlValues, options?: { replace?: boolean }) => void,
] {
  const [params, setParams] = useSearchParams();
  const get = useCallback((name: string) => params.get(name) ?? undefined, [params]);
  const set = useCallback(
    (values: UrlValues, options: { replace?: boolean } = {}) => {
      setParams(
        (current) => {
          const next = new URLSearchParams(current);
          if (!("after" in values)) next.delete("after");
          for (const [name, value] of Object.entries(values)) {
            if (value === undefined || value === "") next.delete(name);
            else next.set(name, value);
          }
          return next;
        },
        { replace: options.replace ?? false },
      );
    },
    [setParams],
  );
  return useMemo(() => [get, set], [get, set]);
}
