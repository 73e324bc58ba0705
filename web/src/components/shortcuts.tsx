import { createContext, type ReactNode, useContext, useEffect, useMemo, useRef, useState } from "react";

export interface Shortcut {
  /** One key, or two after each other: `/`, `j`, `g p`. */
  keys: string;
  label: string;
  run: () => void;
}

interface Registry {
  add: (shortcuts: readonly Shortcut[]) => () => void;
  list: () => readonly Shortcut[];
}
const RegistryContext = createContext<Registry>({ add: () => () => undefined, list: () => [] });

const sequenceMs = 1_200;

/** A box or a switch takes no letters: it keeps the focus after a click, and must not swallow the keys. */
const boxes = '[type="checkbox"],[type="radio"]';

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || (/^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) && !target.matches(boxes));
}

/** Listens once for the whole page. A key means nothing while one types, holds a modifier, or while a dialog or menu is open. */
export function ShortcutProvider({ children }: { children: ReactNode }) {
  const groups = useRef(new Set<readonly Shortcut[]>());
  const registry = useMemo<Registry>(
    () => ({
      add: (shortcuts) => {
        groups.current.add(shortcuts);
        return () => groups.current.delete(shortcuts);
      },
      list: () => [...groups.current].flat(),
    }),
    [],
  );

  useEffect(() => {
    let first: { key: string; at: number } | undefined;
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
      if (isTyping(event.target) || document.querySelector('[role="dialog"],[role="menu"],[role="listbox"]')) return;
      const all = registry.list();
      const isSequel = first !== undefined && event.timeStamp - first.at < sequenceMs;
      const keys = isSequel ? `${first?.key} ${event.key}` : event.key;
      // The page's own shortcuts were added last, and win over the frame's.
      const match = all.findLast((shortcut) => shortcut.keys === keys);
      const isPrefix = all.some((shortcut) => shortcut.keys.startsWith(`${event.key} `));
      first = !match && isPrefix ? { key: event.key, at: event.timeStamp } : undefined;
      if (!match) return;
      event.preventDefault();
      match.run();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [registry]);

  return <RegistryContext.Provider value={registry}>{children}</RegistryContext.Provider>;
}

/** Offers shortcuts while the component is on the screen. */
export function useShortcuts(shortcuts: readonly Shortcut[]): void {
  const registry = useContext(RegistryContext);
  const latest = useRef(shortcuts);
  latest.current = shortcuts;
  const shape = shortcuts.map(({ keys, label }) => `${keys}\t${label}`).join("\n");
  useEffect(() => {
    const stable = shape
      .split("\n")
      .filter((line) => line !== "")
      .map((line, index) => {
        const [keys = "", label = ""] = line.split("\t");
        return { keys, label, run: () => latest.current[index]?.run() };
      });
    return registry.add(stable);
  }, [registry, shape]);
}

/** The list behind `?`, read when it is opened. */
export function useShortcutList(isOpen: boolean): readonly Shortcut[] {
  const registry = useContext(RegistryContext);
  const [list, setList] = useState<readonly Shortcut[]>([]);
  useEffect(() => {
    if (isOpen) setList(registry.list());
  }, [isOpen, registry]);
  return list;
}
