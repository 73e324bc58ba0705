import type { Instant } from "../../base/clock.ts";
import { messageOf } from "../../base/error.ts";
import { type DueRow, dueSchedule } from "../../database/queries/due-row.ts";
import { firingRun, type TaskDefaults, unannounced } from "../../database/queries/firing-run.ts";
import { insertColumns, insertValues, type RunToInsert } from "../../database/queries/run-columns.ts";
import type { SqliteConnection } from "../../database/sqlite/open-sqlite.ts";
import { cannotCompute } from "../../firing/decide.ts";
import type { Decision, DueSchedule, PlannedFiring } from "../../firing/decision.ts";
import type { FireReport, FireRequest } from "../ledger.ts";

export type FireDue = (request: FireRequest) => FireReport;

const columns = `
  c.schedule_id, c.version as cursor_version, c.next_at, c.accounted_to, s.uid, s.version, s.definition, s.zone,
  s.input as schedule_input, s.periodic_task_id, p.task, p.input as payload, p.queue, p.priority, p.options,
  (select count(*) from schedule o where o.periodic_task_id = s.periodic_task_id and o.removed_at is null) as schedules`;

/** Everything here happens inside one write transaction. */
export function prepareFireDue(connection: SqliteConnection): FireDue {
  // `cross join` keeps SQLite's order: walk the cursors by their time, look the rest up by key.
  const due = connection.prepare<[Instant, number], DueRow>(`
    select ${columns} from schedule_cursor c
    cross join schedule s on s.id = c.schedule_id
    cross join periodic_task p on p.id = s.periodic_task_id
    where c.next_at is not null and c.next_at between 0 and ?
    order by c.next_at limit ?`);
  const dueOf = connection.prepare<[number, Instant, number], DueRow>(`
    select ${columns} from schedule s
    cross join schedule_cursor c on c.schedule_id = s.id
    cross join periodic_task p on p.id = s.periodic_task_id
    where s.periodic_task_id = ? and c.next_at is not null and c.next_at between 0 and ?
    order by c.next_at limit ?`);
  const paused = connection
    .prepare<[Instant, Instant], string>(
      "select scope_id from pause where scope = 'periodic-task' and ended_at is null and from_at <= ? and (until_at is null or until_at > ?)",
    )
    .pluck();
  const announced = connection
    .prepare<[string], string>(
      "select announcement from announced_task where task = ? order by announced_at desc limit 1",
    )
    .pluck();
  const insertFiring = connection.prepare<unknown[]>(`
    insert into firing (schedule_id, nominal_at, through_at, version, verdict, reason, detail, run_id, decided_at)
    values (?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing`);
  // One row for the whole of a pause, however often beat looks meanwhile.
  const extendSpan = connection.prepare<unknown[]>(`
    update firing set through_at = ?, decided_at = ?
    where schedule_id = ? and nominal_at = (select max(nominal_at) from firing where schedule_id = ?)
      and verdict = ? and reason = ? and version = ? and through_at = ?`);
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
    const { nominalAt, throughAt, verdict, reason, detail } = firing;
    if (reason === "paused") {
      const extended = extendSpan.run(
        throughAt,
        now,
        row.schedule_id,
        row.schedule_id,
        verdict,
        reason,
        row.version,
        row.accounted_to,
      );
      if (extended.changes === 1) return false;
    }
    const inserted = insertFiring.run(
      row.schedule_id,
      nominalAt,
      throughAt,
      row.version,
      verdict,
      reason,
      detail === null ? null : JSON.stringify(detail),
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
    if (insertRun.run(insertValues(run, "ready")).changes === 1) return true;
    const unfinished = run.lockKey === undefined ? undefined : blocker.get(run.lockKey);
    const why = unfinished === undefined ? null : JSON.stringify({ runId: unfinished });
    overrule.run("skipped", "overlap", null, why, row.schedule_id, nominalAt);
    return false;
  }

  return ({ now, limit, decide, periodicTaskId }) => {
    const rows = periodicTaskId === undefined ? due.all(now, limit) : dueOf.all(periodicTaskId, now, limit);
    if (rows.length === 0) return { schedules: 0, sent: 0, failed: 0, latenessMs: [], drained: true };
    const pausedIds = new Set(paused.all(now, now));
    const known = new Map<string, TaskDefaults>();
    const latenessMs: number[] = [];
    let failed = 0;
    for (const row of rows) {
      let decision: Decision;
      let schedule: DueSchedule | undefined;
      try {
        schedule = dueSchedule(row, pausedIds.has(String(row.periodic_task_id)));
        decision = decide(schedule, now);
      } catch (error) {
        decision = cannotCompute(now, messageOf(error));
        failed += 1;
      }
      for (const firing of decision.firings) {
        const run = schedule && firingRun(schedule, firing, now, defaultsOf(row.task, known));
        if (writeFiring(row, firing, run, now)) latenessMs.push(now - firing.nominalAt);
      }
      moveCursor.run(
        decision.nextAt,
        decision.accountedTo,
        decision.error,
        row.schedule_id,
        row.cursor_version,
        row.next_at,
      );
    }
    return { schedules: rows.length, sent: latenessMs.length, failed, latenessMs, drained: rows.length < limit };
  };
}
