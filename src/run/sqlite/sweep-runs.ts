import type { Instant } from "../../base/clock.ts";
import type { LiveRow } from "../../database/queries/run-columns.ts";
import type { SqliteConnection } from "../../database/sqlite/open-sqlite.ts";
import { DOUBT_MS, type SweepReport } from "../run-store.ts";
import type { RunStatements } from "./run-statements.ts";

/** Rows of each kind in one transaction, so that no writer waits long behind it. */
const BATCH = 500;
/** Begun attempts that may end with their worker before the run is given up. */
export const LOST_ATTEMPTS_LIMIT = 3;
/** A run that has been executing so long no longer counts as unfinished. */
export const ABANDON_AFTER_MS = 24 * 60 * 60 * 1000;

export interface Sweep {
  /** A look without the lock: most sweeps find nothing, and there is one each second in every process. */
  isNeeded(now: Instant): boolean;
  /** One batch, inside a write transaction. */
  batch(now: Instant): SweepReport & { readonly more: boolean };
  /** The store could not be written: no process could renew its lease, and whoever is doubted is doubted anew. */
  failed(): void;
}

export function prepareSweep(connection: SqliteConnection, statements: RunStatements): Sweep {
  const expired = connection.prepare<[Instant, number], LiveRow>(
    "select * from run_live where expires_at is not null and state <> 'running' and expires_at <= ? and started_at is null limit ?",
  );
  const due = connection.prepare<[Instant, number]>(`
    update run_live set state = 'ready'
    where seq in (select seq from run_live where state = 'scheduled' and available_at <= ? order by available_at limit ?)`);
  const ended = connection.prepare<[Instant], { id: number; lease_until: Instant }>(
    "select id, lease_until from process where lease_until < ? order by id limit 100",
  );
  // Changes nothing, and succeeds only where others could have renewed their leases as well.
  const touch = connection.prepare<[number]>("update process set loop_lag = loop_lag where id = ?");
  /** Which leases were seen to have ended, and since when: a renewed one is doubted anew when it ends. */
  const doubts = new Map<number, { readonly lease: Instant; readonly since: Instant }>();
  const vanished = connection
    .prepare<[], number>(
      "select distinct process_id from run_live where state = 'running' and process_id not in (select id from process)",
    )
    .pluck();
  const heldBy = connection.prepare<[number, number], LiveRow>(
    "select * from run_live where state = 'running' and process_id = ? limit ?",
  );
  const abandoned = connection.prepare<[Instant, number], LiveRow>(
    "select * from run_live where state = 'running' and attempt_started_at < ? limit ?",
  );
  const removeProcess = connection.prepare<[number]>("delete from process where id = ?");
  // Nobody knows whether a reserved run had begun: it is executed alone, and its beginning noted first.
  const release = connection.prepare<[number, number, string]>(`
    update run_live set state = 'ready', process_id = null, suspect = ?, lost = lost + ?, attempt_started_at = null, progress = null
    where id = ?`);

  const looks = [
    "select 1 from run_live where state = 'scheduled' and available_at <= ? limit 1",
    "select 1 from run_live where expires_at is not null and state <> 'running' and expires_at <= ? and started_at is null limit 1",
    "select 1 from process where lease_until < ? limit 1",
    `select 1 from run_live where state = 'running' and
      (attempt_started_at < ? - ${ABANDON_AFTER_MS} or process_id not in (select id from process)) limit 1`,
  ].map((sql) => connection.prepare<[Instant]>(sql).pluck());

  /** Those that left, and those that had their time to renew a lease that was seen to have ended. */
  function deadProcesses(now: Instant): number[] {
    const rows = ended.all(now);
    const found = new Set(rows.map(({ id }) => id));
    for (const id of doubts.keys()) if (!found.has(id)) doubts.delete(id);
    return rows.flatMap(({ id, lease_until: lease }) => {
      if (lease === 0) return id;
      const doubt = doubts.get(id);
      if (doubt?.lease === lease) return now - doubt.since >= DOUBT_MS ? id : [];
      touch.run(id);
      doubts.set(id, { lease, since: now });
      return [];
    });
  }

  /** Whether the run was given up. */
  function takeFromDead(row: LiveRow, now: Instant): boolean {
    const process = statements.processName(row.process_id);
    const begun = row.attempt_started_at !== null;
    if (begun) {
      statements.addAttempt({
        runId: row.id,
        number: row.attempt,
        claim: row.claim,
        process,
        startedAt: row.attempt_started_at,
        endedAt: now,
        outcome: "lost",
        error: { name: "WorkerLost", message: `worker '${process ?? "unknown"}' died or lost its lease` },
        result: null,
      });
    }
    const lost = row.lost + (begun ? 1 : 0);
    const onLost = (JSON.parse(row.options) as { onLost?: string }).onLost;
    if (row.cancel_requested_at !== null) {
      end(row, "cancelled", now, process, { name: "Cancelled", message: `cancelled by ${row.cancel_requested_by}` });
      return false;
    }
    if (begun && (onLost === "fail" || lost >= LOST_ATTEMPTS_LIMIT)) {
      const message =
        onLost === "fail"
          ? "its worker died while executing it, and the task is not to be begun again"
          : `${lost} workers died while executing it`;
      end(row, "lost", now, process, { name: "WorkerLost", message });
      return true;
    }
    release.run(begun ? 0 : 1, begun ? 1 : 0, row.id);
    return false;
  }

  function end(
    row: LiveRow,
    state: "lost" | "cancelled",
    now: Instant,
    process: string | null,
    error: { name: string; message: string },
  ) {
    statements.end({
      id: row.id,
      state,
      endedAt: now,
      attempt: null,
      attemptStartedAt: row.attempt_started_at,
      result: null,
      error,
      process,
    });
  }

  function batch(now: Instant): ReturnType<Sweep["batch"]> {
    let released = 0;
    let lost = 0;
    let more = false;

    const late = expired.all(now, BATCH);
    for (const row of late) {
      statements.endWaiting(row, "expired", now, { name: "Expired", message: "it had not begun when it expired" });
    }
    const becameReady = due.run(now, BATCH).changes;

    for (const id of [...deadProcesses(now), ...vanished.all()]) {
      const rows = heldBy.all(id, BATCH);
      for (const row of rows) {
        if (takeFromDead(row, now)) lost += 1;
        else released += 1;
      }
      if (rows.length < BATCH) removeProcess.run(id);
      else more = true;
    }
    for (const row of abandoned.all(now - ABANDON_AFTER_MS, BATCH)) {
      end(row, "lost", now, statements.processName(row.process_id), {
        name: "Abandoned",
        message: "it had been executing for 24 hours",
      });
      lost += 1;
    }
    more ||= late.length === BATCH || becameReady === BATCH;
    return { released, becameReady, expired: late.length, lost, more };
  }

  return {
    isNeeded: (now) => looks.some((look) => look.get(now) !== undefined),
    batch,
    failed: () => doubts.clear(),
  };
}
