/** What a preview tells of the times to come. */
interface Coming {
  times: readonly { at: number }[];
}

/**
 * The next times of several schedules as one list, each instant once. `asked` is how many each preview was asked for: where one is
 * full, what comes after its last is not known, and the list ends there.
 */
export function comingTimes(previews: readonly Coming[], asked: number): number[] {
  const horizon = Math.min(
    ...previews.map(({ times }) => (times.length < asked ? Number.POSITIVE_INFINITY : (times.at(-1)?.at ?? 0))),
  );
  const times = new Set(previews.flatMap((preview) => preview.times.map(({ at }) => at)));
  return [...times].filter((at) => at <= horizon).sort((a, b) => a - b);
}

/** The shortest time between two that follow each other; undefined where there are not two. */
export function shortestGap(times: readonly number[]): number | undefined {
  const gaps = times.slice(1).map((at, index) => at - (times[index] ?? at));
  return gaps.length === 0 ? undefined : Math.min(...gaps);
}
