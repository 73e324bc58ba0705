import type { Instant } from "../../base/clock.ts";
import { messageOf } from "../../base/error.ts";
import { type DuePauseRow, duePausesSql, pausesBySchedule } from "../../database/queries/due-pauses.ts";
import { type CalendarDaysOf, type DueRow, dueColumns, dueSchedule } from "../../database/queries/due-row.ts";
import { firingRun, type TaskDefaults, unannounced } from "../../database/queries/firing-run.ts";
import { insertColumns, insertValues, type RunToInsert } from "../../database/queries/run-columns.ts";
import type { SqliteConnection } from "../../database/sqlite/open-sqlite.ts";
import { cannotCompute } from "../../firing/decide.ts";
import type { Decision, DueSchedule, PauseSpan, PlannedFiring } from "../../firing/decision.ts";
import type { FireReport, FireRequest } from "../ledger.ts";

export type FireDue = (request: FireRequest) => FireReport;

/** Rows of the ledger in one transaction, so that no writer waits long behind what many schedules catch up. */
const ROWS_AT_ONCE = 500;

/** Everything here happens inside one write transaction. */
export function prepareFireDue(connection: SqliteConnection, daysOf: CalendarDaysOf): FireDue {
  // `cross join` keeps SQLite's order: walk the cursors by their time, look the rest up by key.
  const due = connection.prepare<[Instant, number], DueRow>(`
    select ${dueColumns} from schedule_cursor c
    cross join schedule s on s.id = c.schedule_id
    cross join periodic_task p on p.id = s.periodic_task_id
    where c.next_at is not null and c.next_at between 0 and ?
    order by c.next_at limit ?`);
  const dueOf = connection.prepare<[number, Instant, number], DueRow>(`
    select ${dueColumns} from schedule s
    cross join schedule_cursor c on c.schedule_id = s.id
    cross join periodic_task p on p.id = s.periodic_task_id
    where s.periodic_task_id = ? and c.next_at is not null and c.next_at between 0 and ?
    order by c.next_at limit ?`);
  const anyPause = connection
    .prepare<[Instant]>(
      "select 1 from pause where ended_at is null union all select 1 from pause where ended_at > ? limit 1",
    )
    .pluck();
  const duePauses = connection.prepare<{ after: Instant; tasks: string; schedules: string }, DuePauseRow>(
    duePausesSql({ after: "@after", taskIds: "json_each(@tasks) i", scheduleIds: "json_each(@schedules) i" }),
  );
  const sentSoFar = connection
    .prepare<[number], number>("select sent from periodic_task_sent where periodic_task_id = ?")
    .pluck();
  const countSent = connection.prepare<[number]>(`
    insert into periodic_task_sent (periodic_task_id, sent) values (?, 1)
    on conflict (periodic_task_id) do update set sent = sent + 1`);
  const announced = connection
    .prepare<[string], string>(
      "select announcement from announced_task where task = ? order by announced_at desc limit 1",
    )
    .pluck();
  const insertFiring = connection.prepare<unknown[]>(`
    insert into firing (schedule_id, nominal_at, through_at, version, verdict, reason, detail, run_id, decided_at)
    values (?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing`);
  // One row for the whole of a pause or a closed day, however often beat looks meanwhile.
  const extendSpan = connection.prepare<unknown[]>(`
    update firing set through_at = ?, decided_at = ?
    where schedule_id = ? and nominal_at = (select max(nominal_at) from firing where schedule_id = ?)
      and verdict = ? and reason = ? and version = ? and through_at = ? and detail is ?`);
  const overrule = connection.prepare<unknown[]>(
    "update firing set verdict = ?, reason = ?, run_id = ?, detail = ? where schedule_id = ? and nominal_at = ?",
  );
  // Another schedule of the same periodic task at the same instant, whose run has the same input.
  const sentBySibling = connection.prepare<[Instant, number], { run_id: string; input: string }>(`
      select f.run_id, coalesce(l.input, d.input) as input from schedule o
      join firing f on f.schedule_id = o.id and f.nominal_at = ? and f.verdict = 'sent'
      left join run_live l on l.id = f.run_id
      left join run_done d on d.id = f.run_id
      where o.periodic_task_id = ?`);
  const insertRun = connection.prepare<unknown[]>(
    `insert into run_live (${insertColumns.join(", ")}) values (${insertColumns.map(() => "?").join(", ")}) on conflict do nothing`,
  );
  const blocker = connection
    .prepare<[string], string>("select id from run_live where lock_key = ? and state <> 'held'")
    .pluck();
  const moveCursor = connection.prepare<unknown[]>(
    "update schedule_cursor set next_at = ?, accounted_to = ?, error = ? where schedule_id = ? and version = ? and next_at = ?",
  );

  function pausesOf(rows: readonly DueRow[]): (row: DueRow) => readonly PauseSpan[] {
    const after = rows.reduce((earliest, row) => Math.min(earliest, row.accounted_to), Number.MAX_SAFE_INTEGER);
    if (anyPause.get(after) === undefined) return () => [];
    const tasks = JSON.stringify([...new Set(rows.map((row) => row.periodic_task_id))]);
    const schedules = JSON.stringify(rows.map((row) => row.schedule_id));
    return pausesBySchedule(duePauses.all({ after, tasks, schedules }));
  }

  function defaultsOf(task: string, known: Map<string, TaskDefaults>): TaskDefaults {
    const cached = known.get(task);
    if (cached !== undefined) return cached;
    const text = announced.get(task);
    const defaults = { ...unannounced, ...(text && (JSON.parse(text) as Partial<TaskDefaults>)) };
    known.set(task, defaults);
    return defaults;
  }

  /** Whether a run was sent. */
  function writeFiring(row: DueRow, firing: PlannedFiring, run: RunToInsert | undefined, now: Instant): boolean {
    const { nominalAt, throughAt, verdict, reason } = firing;
    const detail = firing.detail === null ? null : JSON.stringify(firing.detail);
    if (run === undefined) {
      const span = [row.schedule_id, row.schedule_id, verdict, reason, row.version, row.accounted_to, detail];
      if (extendSpan.run(throughAt, now, ...span).changes === 1) return false;
    }
    const inserted = insertFiring.run(
      row.schedule_id,
      nominalAt,
      throughAt,
      row.version,
      verdict,
      reason,
      detail,
      run?.id ?? null,
      now,
    );
    // A row for this nominal time is there already: its cursor was edited by hand, and what was sent is not sent again.
    if (inserted.changes === 0 || run === undefined) return false;

    if (row.schedules > 1) {
      const input = JSON.stringify(run.payload);
      const sibling = sentBySibling
        .all(nominalAt, row.periodic_task_id)
        .find((other) => other.run_id !== run.id && other.input === input);
      if (sibling !== undefined) {
        overrule.run("merged", "same_instant", sibling.run_id, null, row.schedule_id, nominalAt);
        return false;
      }
    }
    if (insertRun.run(insertValues(run, run.availableAt > now ? "scheduled" : "ready")).changes === 1) return true;
    const unfinished = run.lockKey === undefined ? undefined : blocker.get(run.lockKey);
    const why = unfinished === undefined ? null : JSON.stringify({ runId: unfinished });
    overrule.run("skipped", "overlap", null, why, row.schedule_id, nominalAt);
    return false;
  }

  return ({ now, limit, decide, periodicTaskId }) => {
    const rows = periodicTaskId === undefined ? due.all(now, limit) : dueOf.all(periodicTaskId, now, limit);
    if (rows.length === 0) return { schedules: 0, sent: 0, failed: 0, latenessMs: [], drained: true };
    const pauses = pausesOf(rows);
    const known = new Map<string, TaskDefaults>();
    const latenessMs: number[] = [];
    let schedules = 0;
    let failed = 0;
    let written = 0;
    let unfinished = rows.length === limit;
    for (const row of rows) {
      if (written >= ROWS_AT_ONCE) {
        unfinished = true;
        break;
      }
      let decision: Decision;
      let schedule: DueSchedule | undefined;
      try {
        const id = row.periodic_task_id;
        schedule = dueSchedule(row, { pauses: pauses(row), daysOf, sentSoFar: () => sentSoFar.get(id) ?? 0 });
        decision = decide(schedule, now);
      } catch (error) {
        decision = cannotCompute(now, messageOf(error));
        failed += 1;
      }
      for (const firing of decision.firings) {
        const run = schedule && firingRun(schedule, firing, now, defaultsOf(row.task, known));
        if (!writeFiring(row, firing, run, now)) continue;
        latenessMs.push(now - firing.nominalAt);
        if (schedule?.periodicTask.runsLeft != null) countSent.run(row.periodic_task_id);
      }
      moveCursor.run(
        decision.nextAt,
        decision.accountedTo,
        decision.error,
        row.schedule_id,
        row.cursor_version,
        row.next_at,
      );
      schedules += 1;
      written += decision.firings.length;
      unfinished ||= decision.nextAt !== null && decision.nextAt <= now;
    }
    return { schedules, sent: latenessMs.length, failed, latenessMs, drained: !unfinished };
  };
}
