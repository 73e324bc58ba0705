import { useCallback, useRef, useState } from "react";

/** An element's own width in pixels, following it; 0 before it is on the screen. */
export function useWidth<Element extends HTMLElement>(): [ref: (element: Element | null) => void, width: number] {
  const observer = useRef<ResizeObserver>(undefined);
  const [width, setWidth] = useState(0);
  // A callback, because the element may come later than the component.
  const ref = useCallback((element: Element | null) => {
    observer.current?.disconnect();
    observer.current = undefined;
    if (!element) return;
    observer.current = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? 0)));
    observer.current.observe(element);
  }, []);
  return [ref, width];
}
