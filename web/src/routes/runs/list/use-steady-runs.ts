import { useState } from "react";
import { useScrolled } from "../../../components/scrolled.ts";
import { type RunFilter, useNewerRuns, useRuns } from "../../../services/runs.ts";
import type { RunSummary } from "../../../services/wire.ts";

const none: readonly RunSummary[] = [];

/**
 * Live, not jumpy, for a list that may grow by hundreds a second: while one reads further down or is about to do something, the
 * page is the one that ends with the newest row in sight. Its rows change in place, and what came later is counted.
 */
export function useSteadyRuns(filter: RunFilter, isHeld: boolean) {
  const key = JSON.stringify(filter);
  const [held, setHeld] = useState<{ key: string; until: number }>();
  const isScrolled = useScrolled();
  // Later pages are counted from their cursor and stand still by themselves.
  const wantsHold = (isScrolled || isHeld) && filter.after === undefined;
  const until = wantsHold && held?.key === key ? held.until : undefined;

  const answer = useRuns(filter, until);
  const rows = answer.data?.items ?? none;
  const newest = rows[0]?.queuedAt;
  if (wantsHold && held?.key !== key && newest !== undefined && !answer.isPlaceholderData) {
    setHeld({ key, until: newest });
  } else if (!wantsHold && held !== undefined) {
    setHeld(undefined);
  }
  const [shownKey, setShownKey] = useState(key);
  if (!answer.isPlaceholderData && shownKey !== key) setShownKey(key);

  const waiting = useNewerRuns(filter, until);
  const showAll = () => {
    setHeld(undefined);
    window.scrollTo({ top: 0 });
  };
  /** Whether the rows are still those of the former filter or page. */
  const isOther = answer.isPlaceholderData && shownKey !== key;
  return { answer, rows, isOther, waiting, showAll };
}
