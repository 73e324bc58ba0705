import type { HyoshiError } from "../base/error.ts";

/** How long runs that are over are kept, where it is other than the settings' `retention` says. What is absent is as there. */
export type KeepOptions = {
  /** Days after their end. */
  readonly days?: number;
  /** Days after their end, for runs that failed or were lost. */
  readonly failuresDays?: number;
  /** So many of the latest are kept however old they are. Of tasks: 0 by default, since `retention.lastRuns` counts for each periodic task. */
  readonly lastRuns?: number;
  /** No more than so many are kept, however young they are. Default: any number. */
  readonly mostRuns?: number;
};

/** The bounds of each number. */
export const keepBounds = {
  days: [1, 36_500],
  failuresDays: [1, 36_500],
  lastRuns: [0, 100_000],
  mostRuns: [1, 100_000],
} as const satisfies Record<keyof KeepOptions, readonly [number, number]>;

export const keepKeys = Object.keys(keepBounds) as readonly (keyof KeepOptions)[];

/** As they were given, null where nothing was. Fails with what `refuse` makes of the first that makes no sense. */
export function resolveKeep(
  keep: KeepOptions | undefined,
  refuse: (option: string, value: unknown, accepted: string) => HyoshiError,
): KeepOptions | null {
  if (keep === undefined) return null;
  const accepted = `an object of ${keepKeys.join(", ")}`;
  if (typeof keep !== "object" || keep === null) throw refuse("keep", keep, accepted);
  for (const [key, value] of Object.entries(keep)) {
    if (!Object.hasOwn(keepBounds, key)) throw refuse(`keep.${key}`, value, accepted);
    const [least, most] = keepBounds[key as keyof KeepOptions];
    if (value === undefined || (Number.isInteger(value) && value >= least && value <= most)) continue;
    throw refuse(`keep.${key}`, value, `a whole number from ${least} to ${most}`);
  }
  const { lastRuns, mostRuns } = keep;
  if (lastRuns !== undefined && mostRuns !== undefined && lastRuns > mostRuns) {
    throw refuse("keep.lastRuns", lastRuns, `at most mostRuns (${mostRuns})`);
  }
  const given = keepKeys.filter((key) => keep[key] !== undefined);
  return given.length === 0 ? null : Object.freeze(Object.fromEntries(given.map((key) => [key, keep[key]])));
}
