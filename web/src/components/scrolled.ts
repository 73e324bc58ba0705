import { useSyncExternalStore } from "react";

function subscribe(listener: () => void): () => void {
  window.addEventListener("scroll", listener, { passive: true });
  return () => window.removeEventListener("scroll", listener);
}

/** Whether the reader has left the top of the page. */
export function useScrolled(pixels = 60): boolean {
  return useSyncExternalStore(subscribe, () => window.scrollY > pixels);
}
