import type { StripEntry } from "../services/wire.ts";

export interface Bar {
  entry: StripEntry;
  /** 0 for a time without a run: it is drawn as a mark on the base line. */
  height: number;
}

const least = 3;

/**
 * Heights of the strip's bars. The scale is the square root of the duration, so that one long run does not flatten the others; an
 * unknown duration (still waiting or running) gets the least height.
 */
export function stripBars(entries: readonly StripEntry[], height: number): Bar[] {
  const longest = Math.max(1, ...entries.map((entry) => entry.durationMs ?? 0));
  return entries.map((entry) => {
    if (entry.kind === "firing" || entry.runId === null) return { entry, height: 0 };
    const share = Math.sqrt((entry.durationMs ?? 0) / longest);
    return { entry, height: Math.round(Math.max(least, share * height) * 2) / 2 };
  });
}
