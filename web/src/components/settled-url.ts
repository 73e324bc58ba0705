import { useEffect, useRef, useState } from "react";
import { useDebounced } from "./debounced.ts";
import { useUrlState } from "./url-state.ts";

const settleMs = 300;

/**
 * A value of the address that changes with every key that is held down: shown at once, written when it has stood still, because
 * browsers refuse an address that changes too often. Follows the address when that changes by itself.
 */
export function useSettledUrl(name: string): [value: string | undefined, set: (value: string) => void] {
  const [get, set] = useUrlState();
  const written = get(name);
  const [value, setValue] = useState(written);
  const settled = useDebounced(value, settleMs);
  const known = useRef(written);

  useEffect(() => {
    if (settled === known.current) return;
    known.current = settled;
    set({ [name]: settled }, { replace: true });
  }, [settled, set, name]);
  useEffect(() => {
    if (written === known.current) return;
    known.current = written;
    setValue(written);
  }, [written]);
  return [value, setValue];
}
