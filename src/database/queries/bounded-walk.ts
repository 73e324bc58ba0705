/** Rows that one statement looks at before it says how far it came. */
const STRETCH = 20_000;
/** Rows that one request looks at; the next page goes on from there. */
export const FARTHEST = 100_000;

export interface BoundedWalk<Row, Key> {
  /** How many rows are wanted. */
  readonly need: number;
  readonly from: Key | undefined;
  /** False where every row of the index is wanted: then one statement does. */
  readonly filtered: boolean;
  /** The first `need` rows that pass the filter among the first `stretch` rows of the index after `from`. */
  rows(from: Key | undefined, stretch: number, need: number): Promise<readonly Row[]>;
  /** The key of the last of the first `stretch` rows after `from`; undefined when there are fewer. */
  end(from: Key | undefined, stretch: number): Promise<Key | undefined>;
  /** Rows that one statement looks at; default {@link STRETCH}. */
  readonly stretch?: number;
  /** Rows that the whole walk looks at; default {@link FARTHEST}. */
  readonly farthest?: number;
}

/**
 * Reads an ordered index in stretches, so that a filter which few rows pass costs a bounded time. `scannedTo` is where it
 * stopped looking; undefined when it came to the end, or found all that was wanted.
 */
export async function boundedWalk<Row, Key>(
  walk: BoundedWalk<Row, Key>,
): Promise<{ rows: readonly Row[]; scannedTo: Key | undefined }> {
  const { need, filtered, stretch = STRETCH, farthest = FARTHEST } = walk;
  if (!filtered) return { rows: await walk.rows(walk.from, need, need), scannedTo: undefined };
  const found: Row[] = [];
  let from = walk.from;
  for (let scanned = 0; scanned < farthest; scanned += stretch) {
    found.push(...(await walk.rows(from, stretch, need - found.length)));
    if (found.length >= need) return { rows: found, scannedTo: undefined };
    from = await walk.end(from, stretch);
    if (from === undefined) return { rows: found, scannedTo: undefined };
  }
  return { rows: found, scannedTo: from };
}
