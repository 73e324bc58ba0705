export interface DurationStatistics {
  meanMs: number;
  /** One standard deviation to each side, never below 0. */
  fromMs: number;
  toMs: number;
}

/** The average and its band; undefined for fewer than three, which tell nothing. */
export function durationStatistics(durations: readonly number[]): DurationStatistics | undefined {
  if (durations.length < 3) return undefined;
  const meanMs = durations.reduce((sum, duration) => sum + duration, 0) / durations.length;
  const variance = durations.reduce((sum, duration) => sum + (duration - meanMs) ** 2, 0) / durations.length;
  const deviation = Math.sqrt(variance);
  return { meanMs, fromMs: Math.max(0, meanMs - deviation), toMs: meanMs + deviation };
}
