export interface Segment {
  from: number;
  to: number;
}

/** A run that is shorter is still seen. */
const leastPx = 2;

/** The bars of one lane in pixels: runs that touch or overlap are one bar, so that a thousand of them are few to draw. */
export function laneSegments(
  times: readonly number[],
  durationMs: number,
  { from, to, width }: { from: number; to: number; width: number },
): Segment[] {
  const scale = width / (to - from);
  const segments: Segment[] = [];
  for (const at of [...times].sort((a, b) => a - b)) {
    const left = Math.max(0, (at - from) * scale);
    const right = Math.min(width, Math.max(left + leastPx, (at + durationMs - from) * scale));
    if (left >= width || right <= 0) continue;
    const last = segments.at(-1);
    // A gap narrower than half a pixel cannot be seen.
    if (last && left - last.to < 0.5) last.to = Math.max(last.to, right);
    else segments.push({ from: left, to: right });
  }
  return segments;
}

/** The highest of each pixel's minutes. */
export function loadColumns(perMinute: readonly number[], width: number): number[] {
  const columns = Array<number>(Math.max(0, Math.floor(width))).fill(0);
  for (const [minute, count] of perMinute.entries()) {
    const from = Math.floor((minute / perMinute.length) * columns.length);
    const to = Math.max(from + 1, Math.floor(((minute + 1) / perMinute.length) * columns.length));
    for (let x = from; x < to && x < columns.length; x += 1) columns[x] = Math.max(columns[x] ?? 0, count);
  }
  return columns;
}

/** The filled outline of columns between two heights: what lies above `floor`, up to the top of the scale. */
export function areaPath(columns: readonly number[], y: (count: number) => number, floor: number): string {
  let path = "";
  let x = 0;
  while (x < columns.length) {
    const count = columns[x] ?? 0;
    let end = x + 1;
    while (end < columns.length && columns[end] === count) end += 1;
    if (count > floor) path += `M${x} ${y(floor)}V${y(count)}H${end}V${y(floor)}z`;
    x = end;
  }
  return path;
}
