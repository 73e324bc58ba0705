import type { Instant } from "../base/clock.ts";

export interface LogChunk {
  readonly runId: string;
  /** Counted from 0 within the run. */
  readonly chunk: number;
  readonly attempt: number;
  /** The number of its first line within the run, from 1. */
  readonly firstLine: number;
  readonly at: Instant;
  /** Whole lines, at most 64 KiB. */
  readonly text: string;
}

/** What runs wrote. Chunks are only ever added; a chunk that is there already is left as it is. */
export interface LogStore {
  append(chunks: readonly LogChunk[]): Promise<void>;
  /** From the chunk numbered `from` on. */
  read(runId: string, from: number, limit: number): Promise<readonly LogChunk[]>;
  /** Where the next chunk of a run begins, so that a later attempt goes on after an earlier one. */
  end(runId: string): Promise<{ chunk: number; line: number }>;
}
