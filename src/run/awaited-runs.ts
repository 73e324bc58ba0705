import type { Instant } from "../base/clock.ts";

/** A run whose message a broker has, and that a worker of another kind may be executing. */
export interface AwaitedRun {
  readonly id: string;
  readonly publishedAt: Instant;
  /** Its place in the order of {@link AwaitedRuns.list}. */
  readonly seq: number;
  /** No worker of ours announces its task. */
  readonly isForeign: boolean;
}

/** The unfinished runs that nobody of ours has claimed, and those that are known to be with a worker of another kind. */
export interface AwaitedRuns {
  /** In the order of publishing, from behind `after` on. */
  list(request: {
    readonly limit: number;
    readonly after?: Pick<AwaitedRun, "publishedAt" | "seq">;
  }): Promise<readonly AwaitedRun[]>;
}
