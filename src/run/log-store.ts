import type { Instant } from "../base/clock.ts";

/** What an attempt wrote since the last time. */
export interface LogPart {
  readonly runId: string;
  readonly attempt: number;
  readonly at: Instant;
  /** Whole lines with their ends, at most 64 KiB. */
  readonly text: string;
}

export interface LogChunk extends LogPart {
  /** Counted from 0 within the run. */
  readonly chunk: number;
  /** The number of its first line within the run, from 1. */
  readonly firstLine: number;
}

/** What runs wrote. Chunks are only ever added. */
export interface LogStore {
  /**
   * Each part becomes the next chunk of its run, in the order given. The store counts, and not the worker: two may write for one run
   * while the lease of the first is lost, and neither's lines may be.
   */
  append(parts: readonly LogPart[]): Promise<void>;
  /** From the chunk numbered `from` on. */
  read(runId: string, from: number, limit: number): Promise<readonly LogChunk[]>;
}

/** How many lines a chunk holds. */
export function linesIn(text: string): number {
  let count = 0;
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) count += 1;
  return count;
}
