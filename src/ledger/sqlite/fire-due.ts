import Sqlite from "better-sqlite3";
import type { Instant } from "../../base/clock.ts";
import { messageOf } from "../../base/error.ts";
import { type DuePauseRow, duePausesSql, pausesBySchedule } from "../../database/queries/due-pauses.ts";
import { type CalendarDaysOf, type DueRow, dueColumns, dueSchedule } from "../../database/queries/due-row.ts";
import { firingRun, type TaskDefaults, unannounced } from "../../database/queries/firing-run.ts";
import { prepareCancelRun } from "../../database/sqlite/cancel-run.ts";
import { prepareInsertRun } from "../../database/sqlite/insert-run.ts";
import type { SqliteConnection } from "../../database/sqlite/open-sqlite.ts";
import { RunStatements } from "../../database/sqlite/run-statements.ts";
import { cannotCompute } from "../../firing/decide.ts";
import type { Decision, DueSchedule, Hold, KnownRow, PauseSpan } from "../../firing/decision.ts";
import type { Carriage } from "../../run/arrival.ts";
import type { FireReport, FireRequest } from "../ledger.ts";
import { prepareWriteFiring } from "./write-firing.ts";

export type FireDue = (request: FireRequest) => FireReport;

/** Rows of the ledger in one transaction, so that no writer waits long behind what many schedules catch up. */
const ROWS_AT_ONCE = 500;

/** Everything here happens inside one write transaction. */
export function prepareFireDue(connection: SqliteConnection, daysOf: CalendarDaysOf, carriage: Carriage): FireDue {
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
  const statements = new RunStatements(connection, carriage);
  const insertRun = prepareInsertRun(
    connection,
    statements,
    prepareCancelRun(connection, statements),
    carriage.arrival,
  );
  const writeFiring = prepareWriteFiring(connection, insertRun);
  const knownRows = connection.prepare<[number, Instant, Instant], KnownRow>(`
    select nominal_at as nominalAt, through_at as throughAt from firing
    where schedule_id = ? and nominal_at > ? and nominal_at <= ? order by nominal_at`);
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

  function end(id: number, runId: string | undefined, now: Instant): void {
    const hold: Hold = { kind: "ended", at: now, count: sentSoFar.get(id) ?? 0, ...(runId !== undefined && { runId }) };
    statements.hold(id, hold);
  }

  function defaultsOf(task: string, known: Map<string, TaskDefaults>): TaskDefaults {
    const cached = known.get(task);
    if (cached !== undefined) return cached;
    const text = announced.get(task);
    const defaults = {
      ...unannounced(task, carriage.queueOf),
      ...(text && (JSON.parse(text) as Partial<TaskDefaults>)),
    };
    known.set(task, defaults);
    return defaults;
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
      let follows = true;
      try {
        const id = row.periodic_task_id;
        schedule = dueSchedule(row, { pauses: pauses(row), daysOf, sentSoFar: () => sentSoFar.get(id) ?? 0 });
        decision = decide(schedule, now);
        // Single times are written where there is no row yet; a span must not cover one that is there.
        const known = decision.firings.some(({ run }) => run === null)
          ? knownRows.all(row.schedule_id, row.accounted_to, decision.accountedTo)
          : [];
        if (known.length > 0) decision = decide({ ...schedule, known }, now);
        follows = known.length === 0;
      } catch (error) {
        // What the database cannot do now it may do a moment later: that is no fault of the schedule.
        if (error instanceof Sqlite.SqliteError) throw error;
        decision = cannotCompute(row.accounted_to, now, messageOf(error));
        failed += 1;
      }
      let runsLeft = schedule?.periodicTask.runsLeft ?? null;
      for (const firing of decision.firings) {
        const run = schedule && firingRun(schedule, firing, now, defaultsOf(row.task, known));
        const written = writeFiring(row, firing, run, now, follows);
        follows = false;
        if (written === "sent") latenessMs.push(now - firing.nominalAt);
        if (written === "none" || runsLeft === null) continue;
        countSent.run(row.periodic_task_id);
        runsLeft -= 1;
        if (runsLeft === 0) end(row.periodic_task_id, firing.run?.id, now);
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
