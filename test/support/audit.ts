import type { Database } from "better-sqlite3";
import { compileSchedule, type ScheduleDefinition } from "../../src/schedule/definition.ts";

interface Cursor {
  readonly schedule_id: number;
  readonly accounted_from: number;
  readonly accounted_to: number;
}
interface Row {
  readonly nominal_at: number;
  readonly through_at: number;
  readonly verdict: string;
  readonly run_id: string | null;
}
interface Revision {
  readonly definition: string;
  readonly zone: string;
  readonly from_at: number;
}

/**
 * Everything that is wrong with the ledger and the runs, in words; empty when nothing is. Computes the nominal times of every schedule
 * anew from its revisions, and looks for each in the ledger; then for the one finished run of each sent firing.
 */
export function auditLedger(db: Database): string[] {
  const faults: string[] = [];
  const cursors = db.prepare<[], Cursor>("select schedule_id, accounted_from, accounted_to from schedule_cursor").all();
  for (const cursor of cursors) {
    const rows = db
      .prepare<[number], Row>("select * from firing where schedule_id = ? order by nominal_at")
      .all(cursor.schedule_id);
    faults.push(...auditSchedule(db, cursor, rows));
    for (const row of rows.filter(({ verdict }) => verdict === "sent")) faults.push(...auditRun(db, cursor, row));
  }
  return faults;
}

function auditSchedule(db: Database, cursor: Cursor, rows: readonly Row[]): string[] {
  const name = (at: number) => `schedule ${cursor.schedule_id} at ${new Date(at).toISOString()}`;
  const faults: string[] = [];
  const left = [...rows];
  for (const at of nominalTimes(db, cursor)) {
    while (left[0] !== undefined && left[0].through_at < at) left.shift();
    const [row, next] = left;
    if (row === undefined || row.nominal_at > at) faults.push(`${name(at)} is in no row`);
    else if (next !== undefined && next.nominal_at <= at) faults.push(`${name(at)} is in two rows`);
  }
  for (const [index, row] of rows.entries()) {
    const before = rows[index - 1];
    if (before !== undefined && before.through_at >= row.nominal_at)
      faults.push(`${name(row.nominal_at)} overlaps the row before it`);
    if (row.verdict === "sent" && row.nominal_at !== row.through_at)
      faults.push(`${name(row.nominal_at)} was sent as a span`);
  }
  return faults;
}

function* nominalTimes(db: Database, cursor: Cursor): Generator<number> {
  const revisions = db
    .prepare<[number], Revision>("select * from schedule_revision where schedule_id = ? order by version")
    .all(cursor.schedule_id);
  for (const [index, revision] of revisions.entries()) {
    const end = Math.min(revisions[index + 1]?.from_at ?? Number.POSITIVE_INFINITY, cursor.accounted_to);
    const schedule = compileSchedule(JSON.parse(revision.definition) as ScheduleDefinition, revision.zone);
    let at = schedule.next(Math.max(revision.from_at, cursor.accounted_from));
    for (; at !== undefined && at <= end; at = schedule.next(at)) yield at;
  }
}

function auditRun(db: Database, cursor: Cursor, row: Row): string[] {
  const finished = db.prepare("select count(*) from run_done where id = ?").pluck().get(row.run_id) as number;
  const unfinished = db.prepare("select count(*) from run_live where id = ?").pluck().get(row.run_id) as number;
  if (finished === 1 && unfinished === 0) return [];
  const at = new Date(row.nominal_at).toISOString();
  return [
    `schedule ${cursor.schedule_id} at ${at} was sent, and has ${finished} finished and ${unfinished} unfinished runs`,
  ];
}
