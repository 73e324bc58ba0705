import { useCallback, useState } from "react";
import { useShortcuts } from "./shortcuts.tsx";

interface Options<Row> {
  rows: readonly Row[];
  idOf: (row: Row) => number | string;
  labels: { down: string; up: string; open: string; select: string; actions: string };
  onOpen: (row: Row) => void;
  onSelect?: (row: Row) => void;
  onActions?: (row: Row, element: HTMLElement) => void;
}

const rowElement = (id: number | string) =>
  document.querySelector<HTMLElement>(`[data-row="${CSS.escape(String(id))}"]`);

/** `j` and `k` walk the rows, Enter or `o` opens, `x` selects, `.` offers actions. Rows carry `data-row={id}` and `tabIndex={-1}`. */
export function useRowKeys<Row>({ rows, idOf, labels, onOpen, onSelect, onActions }: Options<Row>) {
  const [activeId, setActiveId] = useState<number | string>();
  const index = rows.findIndex((row) => idOf(row) === activeId);
  const active = rows[index];
  const go = useCallback(
    (to: number) => {
      const row = rows[Math.min(Math.max(to, 0), rows.length - 1)];
      if (!row) return;
      const id = idOf(row);
      setActiveId(id);
      const element = rowElement(id);
      element?.focus({ preventScroll: true });
      element?.scrollIntoView({ block: "nearest" });
    },
    [rows, idOf],
  );
  useShortcuts([
    { keys: "j", label: labels.down, run: () => go(index + 1) },
    { keys: "k", label: labels.up, run: () => go(index < 0 ? 0 : index - 1) },
    { keys: "o", label: labels.open, run: () => active && onOpen(active) },
    ...(onSelect ? [{ keys: "x", label: labels.select, run: () => active && onSelect(active) }] : []),
    ...(onActions
      ? [
          {
            keys: ".",
            label: labels.actions,
            run: () => {
              const element = active && rowElement(idOf(active));
              if (active && element) onActions(active, element);
            },
          },
        ]
      : []),
  ]);
  return activeId;
}
