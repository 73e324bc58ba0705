const minuteMs = 60_000;

/** Where the minutes of a week stand: hours side by side, the minutes of each below one another. */
export interface HeatGeometry {
  startAt: number;
  minutes: number;
  /** How many cells of the first column come before the start. */
  lead: number;
  columns: number;
}

/** `offsetMs` is the zone's at the start: with it, the first row is the full hour of the wall clock. */
export function heatGeometry(startAt: number, minutes: number, offsetMs: number): HeatGeometry {
  const lead = ((Math.floor((startAt + offsetMs) / minuteMs) % 60) + 60) % 60;
  return { startAt, minutes, lead, columns: Math.ceil((lead + minutes) / 60) };
}

export const columnOf = ({ lead }: HeatGeometry, index: number): number => Math.floor((index + lead) / 60);
export const rowOf = ({ lead }: HeatGeometry, index: number): number => (index + lead) % 60;

/** The minute at a place; undefined before the start and after the end. */
export function indexAt({ lead, minutes }: HeatGeometry, column: number, row: number): number | undefined {
  const index = column * 60 + row - lead;
  return row >= 0 && row < 60 && index >= 0 && index < minutes ? index : undefined;
}

/** The fullest minute within so many cells of a place; for a finger, which is wider than a cell. */
export function fullestNear(
  geometry: HeatGeometry,
  counts: ArrayLike<number>,
  at: { column: number; row: number; columns: number; rows: number },
): number | undefined {
  let found = indexAt(geometry, at.column, at.row);
  for (let column = at.column - at.columns; column <= at.column + at.columns; column += 1) {
    for (let row = at.row - at.rows; row <= at.row + at.rows; row += 1) {
      const index = indexAt(geometry, column, row);
      if (index === undefined) continue;
      if (found === undefined || (counts[index] ?? 0) > (counts[found] ?? 0)) found = index;
    }
  }
  return found;
}

/** How dark a minute is, 0 to 1: the root, so that one great peak does not hide the rest. */
export const shade = (count: number, most: number): number =>
  count <= 0 ? 0 : 0.14 + 0.86 * Math.sqrt(Math.min(1, count / Math.max(1, most)));

/** Where the keyboard goes from a minute; undefined for another key. */
export function minuteAfter(key: string, index: number, minutes: number): number | undefined {
  const steps: Readonly<Record<string, number>> = {
    ArrowLeft: -60,
    ArrowRight: 60,
    ArrowUp: -1,
    ArrowDown: 1,
    PageUp: -1440,
    PageDown: 1440,
    Home: -minutes,
    End: minutes,
  };
  const step = steps[key];
  return step === undefined ? undefined : Math.min(minutes - 1, Math.max(0, index + step));
}
