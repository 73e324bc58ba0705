import type { Instant } from "../../base/clock.ts";
import type { PostgresConnection } from "../../database/postgres/postgres-pool.ts";
import { type DueRow, dueColumns } from "../../database/queries/due-row.ts";
import { type TaskDefaults, unannounced } from "../../database/queries/firing-run.ts";
import type { Carriage } from "../../run/arrival.ts";

/** A due cursor. */
export interface TakenRow extends DueRow {
  /** What processes have announced of its task, on the first row of each task. */
  readonly announcement: string | null;
  /** Whether there is a pause that may cover it. */
  readonly any_pause: number;
}

// Each row is looked up by its key (`offset 0` keeps it so), whatever is known of the tables just after an import. One announcement for each task and not for each row: it holds the schema of the task.
const withTexts = (cursors: string) => `
  with c as materialized (${cursors}),
  due as materialized (
    select ${dueColumns} from c
    cross join lateral (select * from schedule where id = c.schedule_id offset 0) s
    cross join lateral (select * from periodic_task where id = s.periodic_task_id offset 0) p
  ),
  announced as materialized (
    select t.schedule_id, a.announcement from (select min(schedule_id) as schedule_id, task from due group by task) t
    cross join lateral (
      select announcement from announced_task where task = t.task order by announced_at desc limit 1
    ) a
  )
  select due.*, a.announcement,
    (select exists (select 1 from pause where ended_at is null)
      or exists (select 1 from pause where ended_at > (select min(accounted_to) from due))) as any_pause
  from due left join announced a on a.schedule_id = due.schedule_id
  order by due.next_at, due.schedule_id`;

const takeAll = withTexts(`
  select schedule_id, version, next_at, accounted_to from schedule_cursor
  where next_at is not null and next_at between 0 and $1
  order by next_at, schedule_id limit $2 for update skip locked`);

// For an edit, which waits: what was due before it is fired before it.
const takeOf = withTexts(`
  select c.* from schedule o cross join lateral (
    select schedule_id, version, next_at, accounted_to from schedule_cursor
    where schedule_id = o.id and next_at is not null and next_at between 0 and $1 for update
  ) c
  where o.periodic_task_id = $3 limit $2`);

const again = withTexts(`
  select schedule_id, version, next_at, accounted_to from schedule_cursor where schedule_id = any($1::bigint[])`);

/** Locks due cursors for the rest of the transaction, those that are due the longest first, and reads what they are decided from. */
export async function takeDue(
  connection: PostgresConnection,
  { now, limit, periodicTaskId }: { now: Instant; limit: number; periodicTaskId?: number },
): Promise<readonly TakenRow[]> {
  const { rows } =
    periodicTaskId === undefined
      ? await connection.query<TakenRow>({ name: "take-due", text: takeAll, values: [now, limit] })
      : await connection.query<TakenRow>({ text: takeOf, values: [now, limit, periodicTaskId] });
  // Of an edit that was committed while this statement ran the cursor is new, and the text beside it is not.
  const torn = rows.filter((row) => row.cursor_version !== row.version).map((row) => row.schedule_id);
  if (torn.length === 0) return rows;
  const whole = await connection.query<TakenRow>({ text: again, values: [torn] });
  const byId = new Map(whole.rows.map((row) => [row.schedule_id, row]));
  return rows.map((row) => byId.get(row.schedule_id) ?? row);
}

/** What is known of the tasks of all rows. */
export function announcedDefaults(rows: readonly TakenRow[], { queueOf }: Carriage): (row: TakenRow) => TaskDefaults {
  const ofTask = new Map<string, TaskDefaults>();
  for (const { task, announcement } of rows) {
    if (announcement === null) continue;
    ofTask.set(task, { ...unannounced(task, queueOf), ...(JSON.parse(announcement) as Partial<TaskDefaults>) });
  }
  return ({ task }) => ofTask.get(task) ?? unannounced(task, queueOf);
}
