import { useMemo, useRef } from "react";

/** Which rows to show while newer ones wait: those known keep their place and take their new content, the new are counted. */
export function holdBack<Row, Id>(fresh: readonly Row[], known: ReadonlySet<Id>, idOf: (row: Row) => Id) {
  const rows = fresh.filter((row) => known.has(idOf(row)));
  return { rows, waiting: fresh.length - rows.length };
}

/**
 * Live, not jumpy: while `isHeld` (the reader has scrolled, or is about to press something), rows change in place and new ones wait
 * behind a count. `key` names the list (its filters, sort and page): another list starts afresh.
 */
export function useHeldRows<Row, Id>(
  fresh: readonly Row[],
  options: { key: string; isHeld: boolean; idOf: (row: Row) => Id },
): { rows: readonly Row[]; waiting: number; showAll: () => void } {
  const { key, isHeld, idOf } = options;
  const shown = useRef<{ key: string; ids: ReadonlySet<Id> }>({ key: "", ids: new Set() });
  const released = useRef(false);
  return useMemo(() => {
    const known = shown.current;
    if (known.key !== key || known.ids.size === 0 || !isHeld || released.current) {
      shown.current = { key, ids: new Set(fresh.map(idOf)) };
      released.current = false;
      return { rows: fresh, waiting: 0, showAll: () => undefined };
    }
    const showAll = () => {
      released.current = true;
      window.scrollTo({ top: 0 });
    };
    return { ...holdBack(fresh, known.ids, idOf), showAll };
  }, [fresh, key, isHeld, idOf]);
}
