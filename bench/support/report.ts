/** What `npm run bench` collects; see scripts/bench.mjs. */
export interface Result {
  readonly figure: string;
  readonly value: number | string;
  readonly unit: string;
  readonly ratio?: number;
  readonly to?: string;
}

export function report(name: string, settings: Readonly<Record<string, unknown>>, results: readonly Result[]): void {
  for (const { figure, value, unit, ratio, to } of results) {
    console.log(`${figure}: ${value} ${unit}${ratio === undefined ? "" : ` (${ratio} × ${to})`}`);
  }
  if (process.argv.includes("--json")) console.log(JSON.stringify({ name, settings, results }));
}

/** The value below which the given share of all lies. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

export function rounded(value: number, digits = 1): number {
  return Number(value.toFixed(digits));
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? Number.NaN) + (sorted[Math.floor(middle)] ?? Number.NaN)) / 2;
}

export interface Lateness {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** Of ascending values. */
export function latenessOf(values: readonly number[]): Lateness {
  return { p50: percentile(values, 0.5), p99: percentile(values, 0.99), max: values.at(-1) ?? Number.NaN };
}
