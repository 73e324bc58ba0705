import type { Instant } from "../base/clock.ts";

/**
 * What becomes of a named time that the clock leaves out when it is set forward: `after` moves all times of one gap to the
 * first instant after it, `skip` drops them.
 *
 * `default`: where every hour is asked for, the gap is passed over, so that no time is missing and none is late; otherwise `after`.
 */
export const gapRules = ["default", "after", "skip"] as const;
export type GapRule = (typeof gapRules)[number];

/**
 * When a named time happens that the clock reads twice because it is set back: at its first pass, its second, or both.
 *
 * `default`: both where every hour is asked for, which is elapsed time without a hole; otherwise the first.
 */
export const foldRules = ["default", "first", "second", "both"] as const;
export type FoldRule = (typeof foldRules)[number];

/** What bends the nominal times of a definition. */
export interface ScheduleRules {
  readonly gap?: GapRule;
  readonly fold?: FoldRule;
  /** No nominal time before it. */
  readonly startsAt?: Instant | null;
  /** No nominal time after it. */
  readonly endsAt?: Instant | null;
  /** What the hashed values (`H`) of a crontab follow from: the schedule's uid. */
  readonly seed?: string;
}

/** The rules as they work once `default` is resolved. `ignore` skips like `skip`, but nothing is missed by it. */
export interface ClockRules {
  readonly gap: "after" | "skip" | "ignore";
  readonly fold: "first" | "second" | "both";
}

/** @param everyHour whether the times recur in each hour of a day */
export function clockRulesOf({ gap = "default", fold = "default" }: ScheduleRules, everyHour: boolean): ClockRules {
  return {
    gap: gap !== "default" ? gap : everyHour ? "ignore" : "after",
    fold: fold !== "default" ? fold : everyHour ? "both" : "first",
  };
}
