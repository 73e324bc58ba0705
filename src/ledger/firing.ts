import type { Instant } from "../base/clock.ts";
import type { Json } from "../base/json.ts";
import type { Reason, Verdict } from "../firing/decision.ts";

/** A row of the ledger: a nominal time, or a span of consecutive ones that share a verdict. */
export interface Firing {
  readonly scheduleId: number;
  readonly nominalAt: Instant;
  /** The last nominal time of the span; equal to `nominalAt` for a single one. */
  readonly throughAt: Instant;
  readonly version: number;
  readonly verdict: Verdict;
  readonly reason: Reason;
  readonly detail: { readonly [key: string]: Json } | null;
  readonly runId: string | null;
  readonly decidedAt: Instant;
}
