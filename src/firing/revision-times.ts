import type { Instant } from "../base/clock.ts";
import type { AuditedRevision } from "./audit-schedule.ts";
import type { Compile } from "./schedule-plan.ts";

/**
 * The nominal times of a schedule within a stretch, each under the revision that was in force then; before the first revision under
 * that one. Revisions that cannot be computed have none.
 */
export function* revisionTimes(
  revisions: readonly AuditedRevision[],
  { from, to, compile }: { readonly from: Instant; readonly to: Instant; readonly compile: Compile },
): Generator<{ readonly at: Instant; readonly version: number }> {
  for (const [index, { version, fromAt, plan }] of revisions.entries()) {
    const first = index === 0 ? from : Math.max(fromAt + 1, from);
    const last = Math.min(revisions[index + 1]?.fromAt ?? to, to);
    const schedule = plan === undefined || first > last ? undefined : compiled(() => compile(plan));
    if (schedule === undefined) continue;
    for (let at = schedule.next(first - 1); at !== undefined && at <= last; at = schedule.next(at))
      yield { at, version };
  }
}

function compiled<T>(compile: () => T): T | undefined {
  try {
    return compile();
  } catch {
    return undefined;
  }
}
