import { useEffect, useState } from "react";

type Listener = (now: number) => void;
const listeners = new Set<Listener>();
let timer: number | undefined;

// One clock for all: rows that tick together are drawn together.
function tick(): void {
  const now = Date.now();
  for (const listener of listeners) listener(now);
  timer = listeners.size > 0 ? window.setTimeout(tick, 1_000 - (now % 1_000)) : undefined;
}

function listen(listener: Listener): () => void {
  listeners.add(listener);
  if (timer === undefined) timer = window.setTimeout(tick, 1_000 - (Date.now() % 1_000));
  return () => listeners.delete(listener);
}

/**
 * The viewer's clock, moving on at most once in `everyMs` (a function of now may say how long the present reading holds).
 * Undefined stands still.
 */
export function useNow(everyMs: number | ((now: number) => number) | undefined = 1_000): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (everyMs === undefined) return;
    const hold = (current: number) => (typeof everyMs === "number" ? everyMs : everyMs(current));
    return listen((current) => {
      setNow((shown) => (current - shown >= hold(current) - 500 ? current : shown));
    });
  }, [everyMs]);
  return now;
}
