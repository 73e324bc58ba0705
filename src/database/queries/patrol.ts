import type { Instant } from "../../base/clock.ts";
import type { PatrolRequest } from "../../ledger/ledger.ts";
import { type CalendarDaysOf, daysRead, type PlanRow, planColumns, planOf } from "./due-row.ts";

/** Beyond any date that a schedule names. What is larger was edited by hand, and may not even be a safe integer. */
export const LATEST: Instant = 253_402_300_799_999;

/** A cursor beside what its schedule's nominal times follow from. */
export interface PatrolRow extends PlanRow {
  readonly schedule_id: number;
  /** As text: what was edited by hand need not be a safe integer. */
  readonly next_at: string | null;
  readonly accounted_to: number;
}

/**
 * Cursors of the schedules that are on, by their id. One that was planned with another tz database is nobody's mistake: a person looks at
 * what the new one changes, and plans anew. (A cross join, because SQLite then walks the cursors, and does not sort all schedules.)
 */
export const patrolSql = (after: string, tzVersion: string, limit: string) => `
  select c.schedule_id, cast(c.next_at as text) as next_at, c.accounted_to, ${planColumns}
  from schedule_cursor c
  cross join schedule s
  cross join periodic_task p
  where s.id = c.schedule_id and p.id = s.periodic_task_id
    and c.schedule_id > ${after} and c.error is null and s.enabled = 1 and s.removed_at is null and p.enabled = 1 and p.archived_at is null
    and (s.tz_version is null or s.tz_version = ${tzVersion} or c.next_at is null or c.next_at not between 0 and ${LATEST})
  order by c.schedule_id limit ${limit}`;

/** What the cursor should say, where it says something else and is not due anyhow: then firing puts it right. */
export function mending(
  row: PatrolRow,
  { now, nextAt }: Pick<PatrolRequest, "now" | "nextAt">,
  daysOf: CalendarDaysOf,
): { readonly nextAt: Instant | null } | undefined {
  const isDue = row.next_at !== null && Number(row.next_at) >= 0 && Number(row.next_at) <= now;
  if (isDue) return undefined;
  const expected = expectedAt(row, nextAt, daysOf);
  if (expected === undefined || String(expected) === String(row.next_at)) return undefined;
  return { nextAt: expected };
}

/** Undefined where the schedule cannot be computed: beat finds that out, and says so, when it is due. */
function expectedAt(
  row: PatrolRow,
  nextAt: PatrolRequest["nextAt"],
  daysOf: CalendarDaysOf,
): Instant | null | undefined {
  const days = daysRead(row, daysOf);
  try {
    return nextAt(planOf(row, days), row.accounted_to);
  } catch {
    return undefined;
  }
}
