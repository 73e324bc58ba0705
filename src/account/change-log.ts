import type { Change } from "./change.ts";

export interface ChangeQuery {
  readonly resource?: string | undefined;
  readonly resourceId?: string | undefined;
  /** The id of the last change that the reader has; the page goes on with older ones. */
  readonly before?: number | undefined;
  readonly limit: number;
}

/** Reads who changed what, the newest first. */
export interface ChangeLog {
  list(query: ChangeQuery): Promise<readonly Change[]>;
  /** Counts no further than `cap`. */
  count(query: Pick<ChangeQuery, "resource" | "resourceId">, cap: number): Promise<number>;
}
