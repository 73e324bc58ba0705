import type { Instant } from "../../base/clock.ts";
import { nextNamed, previousNamed } from "../../firing/named-times.ts";
import type { WithdrawRequest } from "../../ledger/ledger.ts";
import { type CalendarDaysOf, daysRead, type PlanRow, planColumns, planOf } from "./due-row.ts";

/** A cursor that accounts for times which have not come yet. */
export interface AheadRow extends PlanRow {
  readonly schedule_id: number;
  readonly accounted_to: number;
  /** 1 where it is on: then it waits for its next time. */
  readonly is_on: number;
}

/** A cross join, because SQLite then walks the cursors, and does not sort all schedules. */
export const aheadSql = (after: string, beyond: string, limit: string) => `
  select c.schedule_id, c.accounted_to, ${planColumns},
    case when c.error is null and s.enabled = 1 and s.removed_at is null and p.enabled = 1 and p.archived_at is null
      then 1 else 0 end as is_on
  from schedule_cursor c
  cross join schedule s
  cross join periodic_task p
  where s.id = c.schedule_id and p.id = s.periodic_task_id
    and c.schedule_id > ${after} and c.accounted_to > ${beyond}
  order by c.schedule_id limit ${limit}`;

/** Where the cursor returns to. A schedule that cannot be computed waits for nothing. */
export function returned(row: AheadRow, { now, compile }: WithdrawRequest, daysOf: CalendarDaysOf): Instant | null {
  if (row.is_on === 0) return null;
  const days = daysRead(row, daysOf);
  try {
    return nextNamed(compile(planOf(row, days)), now) ?? null;
  } catch {
    return null;
  }
}

/** A span that began in time and ends beyond, with the revision that it was decided by. */
export interface CoveringRow extends PlanRow {
  readonly schedule_id: number;
  readonly nominal_at: number;
}

export const coveringSql = (now: string, id: string) => `
  select f.schedule_id, f.nominal_at, s.uid, r.definition, r.zone, r.gap, r.fold, r.starts_at, r.ends_at,
    r.calendar_id, r.calendar_rule, r.calendar_version
  from firing f
  join schedule s on s.id = f.schedule_id
  join schedule_revision r on r.schedule_id = f.schedule_id and r.version = f.version
  where f.schedule_id = ${id} and f.nominal_at <= ${now} and f.through_at > ${now}`;

/** The last time of a span that has come. */
export function lastThatCame(row: CoveringRow, { now, compile }: WithdrawRequest, daysOf: CalendarDaysOf): Instant {
  const days = daysRead(row, daysOf);
  try {
    return Math.max(previousNamed(compile(planOf(row, days)), now) ?? row.nominal_at, row.nominal_at);
  } catch {
    return row.nominal_at;
  }
}

export const shortenSql = (throughAt: string, id: string, nominalAt: string) =>
  `update firing set through_at = ${throughAt} where schedule_id = ${id} and nominal_at = ${nominalAt}`;

/**
 * What takes a schedule back to an instant. Parameters: the instant, the schedule's id, and how a database adds `early: true` to the column
 * `detail`.
 */
export const withdrawSql = (now: string, id: string, markedEarly: string) => [
  // What has a run stays, and says that it was too early: when its time comes, its row is there already.
  `update firing set detail = ${markedEarly} where schedule_id = ${id} and nominal_at > ${now} and run_id is not null`,
  `delete from firing where schedule_id = ${id} and nominal_at > ${now} and run_id is null`,
  `update schedule_revision set from_at = ${now} where schedule_id = ${id} and from_at > ${now}`,
];

export const returnCursorSql = (nextAt: string, now: string, id: string, accountedTo: string) => `
  update schedule_cursor set next_at = ${nextAt}, accounted_to = ${now},
    accounted_from = case when accounted_from > ${now} then ${now} else accounted_from end
  where schedule_id = ${id} and accounted_to = ${accountedTo}`;

/** Pauses that were made, or ended, by a clock that was ahead. */
export const withdrawPausesSql = (now: string) => [
  `update pause set from_at = ${now} where from_at > ${now} and (ended_at is null or ended_at > ${now})`,
  `update pause set ended_at = ${now} where ended_at > ${now}`,
];
