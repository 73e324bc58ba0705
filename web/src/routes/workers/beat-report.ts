import type { WorkerView } from "../../services/wire.ts";

export const beatStates = ["firing", "asleep", "holding", "failing"] as const;
export type BeatState = (typeof beatStates)[number];

/** What a beat told of its loop when it last renewed its lease. */
export interface BeatReport {
  /** Undefined for a state that this version does not know. */
  state: BeatState | undefined;
  loopAgeMs: number;
  oldestDueMs: number;
  /** While it holds its fire: how far the clock moved against elapsed time. */
  clockJumpMs: number | undefined;
}

/** A loop turns at least once a second, and tells of it every few seconds. */
export const hangsAfterMs = 10_000;
/** A schedule that waits longer for a beat is late. */
export const lateAfterMs = 5_000;

/**
 * Reads a beat's own words; undefined where it has said nothing yet, as one of an older version. While something blocks its event loop it
 * says nothing new: how late that loop is, which the lease's thread tells, then is the age.
 */
export function beatReportOf({ info, loopLagMs }: Pick<WorkerView, "info" | "loopLagMs">): BeatReport | undefined {
  if (typeof info !== "object" || info === null || !("state" in info)) return undefined;
  const told = info as Readonly<Record<string, unknown>>;
  const number = (value: unknown) => (typeof value === "number" && Number.isFinite(value) ? value : undefined);
  return {
    state: beatStates.find((state) => state === told.state),
    loopAgeMs: Math.max(number(told.loopAgeMs) ?? 0, loopLagMs),
    oldestDueMs: number(told.oldestDueMs) ?? 0,
    clockJumpMs: number(told.clockJumpMs),
  };
}

/** The state as which a beat is drawn: what is wrong before what it does. */
export function beatMark(isLive: boolean, report: BeatReport | undefined): string {
  if (!isLive) return "lost";
  if (!report) return "succeeded";
  if (report.state === "failing" || report.loopAgeMs > hangsAfterMs || report.oldestDueMs > lateAfterMs)
    return "failed";
  if (report.state === "holding") return "held";
  return report.state === "firing" ? "running" : "succeeded";
}
