import { useMemo, useState } from "react";
import { useDebounced } from "../../../components/debounced.ts";
import { type Level, type LogLine, levels, plainText } from "./log-book.ts";

export interface LineFilter {
  level: Level;
  /** Undefined: of all. */
  attempt: number | undefined;
}

/** The lines of a level and above, of one attempt or of all, and among them those that contain the searched text. `length` says that the lines have grown. */
export function useLogSearch(lines: readonly LogLine[], length: number, { level, attempt }: LineFilter, text: string) {
  const wanted = useDebounced(text.trim().toLowerCase(), 150);
  const [at, setAt] = useState<{ wanted: string; index: number }>();
  const shown = useMemo(() => {
    const least = levels.indexOf(level);
    const part = lines.slice(0, length);
    if (least === 0 && attempt === undefined) return part;
    return part.filter(
      (line) => levels.indexOf(line.level ?? "INFO") >= least && (attempt === undefined || line.inAttempt === attempt),
    );
  }, [lines, length, level, attempt]);
  const hits = useMemo(() => {
    if (wanted === "") return [];
    return shown.flatMap((line, index) => (plainText(line.text).toLowerCase().includes(wanted) ? [index] : []));
  }, [shown, wanted]);
  const index = at?.wanted === wanted ? Math.min(at.index, hits.length - 1) : -1;
  return {
    shown,
    wanted,
    hits,
    /** Which of the hits one has jumped to; -1 before the first jump. */
    index,
    /** Gives the line's place among the shown. */
    jump: (step: 1 | -1): number | undefined => {
      if (hits.length === 0) return undefined;
      const next = index < 0 ? (step === 1 ? 0 : hits.length - 1) : (index + step + hits.length) % hits.length;
      setAt({ wanted, index: next });
      return hits[next];
    },
  };
}
