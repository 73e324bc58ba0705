import type { RunOptions } from "./run.ts";

/** A run that has been executing so long no longer counts as unfinished, where its options name no other time. */
export const ABANDON_AFTER_MS = 24 * 60 * 60 * 1000;
/** Begun attempts that may end with what executes them before the run is given up. */
export const LOST_ATTEMPTS_LIMIT = 3;
/** A worker ends a run at its hard limit. One that could not do so within this time is not waited for. */
const OVERDUE_MS = 60_000;

/** The part of a periodic task's options that its runs take along. */
export function runOptionsOf(options: {
  readonly timeLimitMs?: number;
  readonly softTimeLimitMs?: number;
  readonly abandonAfterMs?: number;
  readonly headers?: Readonly<Record<string, string>>;
}): RunOptions {
  const { timeLimitMs, softTimeLimitMs, abandonAfterMs, headers } = options;
  const ends = [abandonAfterMs, timeLimitMs === undefined ? undefined : timeLimitMs + OVERDUE_MS];
  const abandon = Math.min(...ends.filter((ms) => typeof ms === "number"));
  return {
    ...(timeLimitMs !== undefined && { timeLimitMs }),
    ...(softTimeLimitMs !== undefined && { softTimeLimitMs }),
    ...(headers !== undefined && { headers }),
    ...(Number.isFinite(abandon) && { abandonAfterMs: abandon }),
  };
}
