import type { Instant } from "../../base/clock.ts";
import type { Json } from "../../base/json.ts";
import type { DueRow } from "../../database/queries/due-row.ts";
import type { RunToInsert } from "../../database/queries/run-columns.ts";
import type { InsertRun } from "../../database/sqlite/insert-run.ts";
import type { SqliteConnection } from "../../database/sqlite/open-sqlite.ts";
import type { PlannedFiring, Reason, Verdict } from "../../firing/decision.ts";

/**
 * `none`: nothing was sent by this firing.
 *
 * @param follows it is about the times right behind those that the schedule's last row is about
 */
export type WriteFiring = (
  row: DueRow,
  firing: PlannedFiring,
  run: RunToInsert | undefined,
  now: Instant,
  follows: boolean,
) => "sent" | "held" | "none";

/** Writes a firing with its run, and the verdict that follows from what else is there. Everything happens inside one write transaction. */
export function prepareWriteFiring(connection: SqliteConnection, insertRun: InsertRun): WriteFiring {
  const insertFiring = connection.prepare<unknown[]>(`
    insert into firing (schedule_id, nominal_at, through_at, version, verdict, reason, detail, run_id, decided_at)
    values (?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing`);
  // One row for the whole of a pause or of a closed day, however often beat looks meanwhile.
  const extendSpan = connection.prepare<unknown[]>(`
    update firing set through_at = ?, decided_at = ?
    where schedule_id = ? and nominal_at = (select max(nominal_at) from firing where schedule_id = ? and nominal_at <= ?)
      and verdict = ? and reason = ? and version = ? and through_at = ? and detail is ? and run_id is null`);
  const overrule = connection.prepare<unknown[]>(
    "update firing set verdict = ?, reason = ?, run_id = ?, detail = ? where schedule_id = ? and nominal_at = ?",
  );
  // Another schedule of the same periodic task at the same instant, whose run has the same input.
  const sentBySibling = connection.prepare<[Instant, number], { run_id: string; input: string }>(`
    select f.run_id, coalesce(l.input, d.input) as input from schedule o
    join firing f on f.schedule_id = o.id and f.nominal_at = ? and f.verdict in ('sent', 'held')
    left join run_live l on l.id = f.run_id
    left join run_done d on d.id = f.run_id
    where o.periodic_task_id = ?`);

  function sibling(row: DueRow, run: RunToInsert, nominalAt: Instant): string | undefined {
    if (row.schedules === 1) return undefined;
    const input = JSON.stringify(run.payload);
    const others = sentBySibling.all(nominalAt, row.periodic_task_id);
    return others.find((other) => other.run_id !== run.id && other.input === input)?.run_id;
  }

  return (row, firing, run, now, follows) => {
    const { nominalAt, throughAt, verdict, reason } = firing;
    const detail = firing.detail === null ? null : JSON.stringify(firing.detail);
    const key = row.schedule_id;
    if (run === undefined && follows) {
      const last = row.accounted_to;
      const { changes } = extendSpan.run(throughAt, now, key, key, last, verdict, reason, row.version, last, detail);
      if (changes === 1) return "none";
    }
    const values = [key, nominalAt, throughAt, row.version, verdict, reason, detail, run?.id ?? null, now];
    // A row for this nominal time is there already: its cursor was set back, and what was sent is not sent again.
    if (insertFiring.run(...values).changes === 0 || run === undefined) return "none";

    const isNow = (verdict: Verdict, reason: Reason, runId: string | null, detail: { [key: string]: Json } | null) =>
      overrule.run(verdict, reason, runId, detail === null ? null : JSON.stringify(detail), key, nominalAt);
    const merged = sibling(row, run, nominalAt);
    if (merged !== undefined) {
      isNow("merged", "same_instant", merged, null);
      return "none";
    }
    const inserted = insertRun(run);
    switch (inserted.answer) {
      case "added":
        return "sent";
      case "held":
        isNow("held", "waiting", run.id, { runId: inserted.behind });
        return "held";
      case "locked":
        isNow("skipped", inserted.reason, null, { runId: inserted.by });
        return "none";
      default:
        // The run is there, although its row of the ledger was not: it was sent then.
        return "none";
    }
  };
}
