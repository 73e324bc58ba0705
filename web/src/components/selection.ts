import { useMemo, useState } from "react";

export interface Selection<Id = number> {
  ids: ReadonlySet<Id>;
  toggle: (id: Id) => void;
  set: (ids: Iterable<Id>) => void;
  clear: () => void;
}

/** Which rows are selected. What is no longer on the page is no longer selected, so that a number always means what one sees. */
export function useSelection<Id = number>(onPage: readonly Id[]): Selection<Id> {
  const [chosen, setChosen] = useState<ReadonlySet<Id>>(new Set());
  return useMemo(() => {
    const ids = new Set(onPage.filter((id) => chosen.has(id)));
    return {
      ids,
      toggle: (id) => {
        const next = new Set(ids);
        if (!next.delete(id)) next.add(id);
        setChosen(next);
      },
      set: (wanted) => setChosen(new Set(wanted)),
      clear: () => setChosen(new Set()),
    };
  }, [onPage, chosen]);
}
