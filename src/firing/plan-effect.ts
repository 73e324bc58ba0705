import type { Instant } from "../base/clock.ts";
import type { Schedule } from "../schedule/schedule.ts";

/** When a schedule fires under one plan and not under another. */
export interface PlanEffect {
  /** The first {@link SHOWN} times that only the old plan has. */
  readonly removed: readonly Instant[];
  readonly removedCount: number;
  /** The first {@link SHOWN} times that only the new plan has. */
  readonly added: readonly Instant[];
  readonly addedCount: number;
}

const SHOWN = 20;

export const noEffect: PlanEffect = { removed: [], removedCount: 0, added: [], addedCount: 0 };

/** Compares the times after `after` up to `until`, at most `most` of both plans together. */
export function planEffect(
  before: Pick<Schedule, "next">,
  after: Pick<Schedule, "next">,
  window: { readonly after: Instant; readonly until: Instant; readonly most: number },
): PlanEffect {
  const removed: Instant[] = [];
  const added: Instant[] = [];
  let removedCount = 0;
  let addedCount = 0;
  let old = before.next(window.after);
  let young = after.next(window.after);
  for (let steps = 0; steps < window.most; steps += 1) {
    const at = Math.min(old ?? Number.POSITIVE_INFINITY, young ?? Number.POSITIVE_INFINITY);
    if (at > window.until) break;
    if (young !== at) {
      removedCount += 1;
      if (removed.length < SHOWN) removed.push(at);
    } else if (old !== at) {
      addedCount += 1;
      if (added.length < SHOWN) added.push(at);
    }
    if (old === at) old = before.next(at);
    if (young === at) young = after.next(at);
  }
  return { removed, removedCount, added, addedCount };
}

export const changesNothing = ({ removedCount, addedCount }: PlanEffect): boolean =>
  removedCount === 0 && addedCount === 0;
