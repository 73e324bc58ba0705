import type { Instant } from "../../base/clock.ts";
import type { PauseSpan } from "../../firing/decision.ts";
import type { DueRow } from "./due-row.ts";

/** A pause that covers some of the due schedules. */
export interface DuePauseRow {
  readonly scope: string;
  readonly scope_id: string;
  readonly from_at: number;
  readonly until_at: number | null;
  readonly ended_at: number | null;
  readonly by_name: string;
  readonly reason: string;
  /** With a tag: a periodic task that has it. */
  readonly periodic_task_id: number | null;
}

const pauseColumns = "p.scope, p.scope_id, p.from_at, p.until_at, p.ended_at, p.by_name, p.reason";

/**
 * Pauses that are open or ended after an instant, of everything and of the given periodic tasks and schedules.
 *
 * @param after, taskIds, scheduleIds a database's own words for the instant, and for a list of ids as a table `i` with a column `value`
 */
export function duePausesSql({
  after,
  taskIds,
  scheduleIds,
}: {
  readonly after: string;
  readonly taskIds: string;
  readonly scheduleIds: string;
}): string {
  const isRelevant = `(p.ended_at is null or p.ended_at > ${after})`;
  const ofIds = (scope: string, ids: string) => `
    select ${pauseColumns}, null as periodic_task_id from ${ids}
    cross join pause p where p.scope = '${scope}' and p.scope_id = cast(i.value as text) and ${isRelevant}`;
  return `
    select ${pauseColumns}, null as periodic_task_id from pause p where p.scope = 'all' and p.scope_id = '' and ${isRelevant}
    union all
    select ${pauseColumns}, t.periodic_task_id from ${taskIds}
    cross join periodic_task_tag t
    cross join pause p where t.periodic_task_id = i.value and p.scope = 'tag' and p.scope_id = t.tag and ${isRelevant}
    union all ${ofIds("periodic-task", taskIds)}
    union all ${ofIds("schedule", scheduleIds)}`;
}

/** The pauses of each due schedule, the widest first. */
export function pausesBySchedule(pauses: readonly DuePauseRow[]): (row: DueRow) => readonly PauseSpan[] {
  if (pauses.length === 0) return () => [];
  const ofKey = Map.groupBy(pauses, (pause) => keyOf(pause.scope, pause.periodic_task_id ?? pause.scope_id));
  return (row) =>
    [
      keyOf("all", ""),
      keyOf("tag", row.periodic_task_id),
      keyOf("periodic-task", row.periodic_task_id),
      keyOf("schedule", row.schedule_id),
    ].flatMap((key) => (ofKey.get(key) ?? []).map(pauseSpan));
}

function keyOf(scope: string, id: string | number): string {
  return `${scope} ${id}`;
}

function pauseSpan(row: DuePauseRow): PauseSpan {
  return {
    scope: row.scope as PauseSpan["scope"],
    scopeId: row.scope_id,
    fromAt: row.from_at,
    endAt: earliest(row.until_at, row.ended_at),
    reason: row.reason,
    by: row.by_name,
  };
}

function earliest(a: Instant | null, b: Instant | null): Instant | null {
  if (a === null || b === null) return a ?? b;
  return Math.min(a, b);
}
