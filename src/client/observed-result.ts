import type { Instant } from "../base/clock.ts";
import { plainValue } from "../message/rich-value.ts";
import { runErrorOf } from "../message/wire-exception.ts";
import type { ResultRecord } from "../result/result-backend.ts";
import type { ObservedRun } from "../run/observed-runs.ts";

/** What a stored result says of its run; undefined for a state of somebody's own, which says nothing of the end. */
export function observedOf(record: ResultRecord, now: Instant): ObservedRun | undefined {
  const { id, state, result, traceback } = record;
  const endedAt = record.dateDone ?? now;
  const error = () => runErrorOf(result, traceback);
  switch (state) {
    case "SUCCESS":
      return { id, state: "succeeded", endedAt, result: plainValue(result) };
    case "FAILURE":
      return { id, state: "failed", endedAt, error: error() };
    case "REVOKED": {
      const why = error();
      return { id, state: why.message === "expired" ? "expired" : "cancelled", endedAt, error: why };
    }
    default:
      return undefined;
  }
}
