import type { Instant } from "../../base/clock.ts";
import type { NextAt } from "../../ledger/ledger.ts";
import type { ScheduleDefinition } from "../../schedule/definition.ts";

/** Beyond any date that a schedule names. What is larger was edited by hand, and may not even be a safe integer. */
export const LATEST: Instant = 253_402_300_799_999;

/** A cursor beside the text of its schedule. */
export interface PatrolRow {
  readonly schedule_id: number;
  /** As text: what was edited by hand need not be a safe integer. */
  readonly next_at: string | null;
  readonly accounted_to: number;
  readonly definition: string;
  readonly zone: string;
}

/** What the cursor should say, where it says something else. */
export function mending(row: PatrolRow, nextAt: NextAt): { readonly nextAt: Instant | null } | undefined {
  const expected = expectedAt(row, nextAt);
  if (expected === undefined || String(expected) === String(row.next_at)) return undefined;
  return { nextAt: expected };
}

/** Undefined where the schedule cannot be computed: beat finds that out, and says so, when it is due. */
function expectedAt(row: PatrolRow, nextAt: NextAt): Instant | null | undefined {
  try {
    return nextAt({ definition: JSON.parse(row.definition) as ScheduleDefinition, zone: row.zone }, row.accounted_to);
  } catch {
    return undefined;
  }
}
