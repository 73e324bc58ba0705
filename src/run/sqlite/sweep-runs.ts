import type { Instant } from "../../base/clock.ts";
import { waitedForSql } from "../../database/queries/lock-state.ts";
import { abandoned, lostRunFate } from "../../database/queries/lost-runs.ts";
import type { LiveRow } from "../../database/queries/run-columns.ts";
import type { SqliteConnection } from "../../database/sqlite/open-sqlite.ts";
import type { RunStatements } from "../../database/sqlite/run-statements.ts";
import type { Arrival } from "../arrival.ts";
import { FARTHEST_LEASE_MS, LeaseDoubts } from "../lease-doubts.ts";
import type { RunError } from "../run.ts";
import { ABANDON_AFTER_MS } from "../run-options.ts";
import type { SweepReport } from "../run-store.ts";

/** Rows of each kind in one transaction, so that no writer waits long behind it. */
const BATCH = 500;
/** Locks that runs wait for, looked at in one sweep. */
const LOCKS_AT_ONCE = 50;
const RELEASE_EVERY_MS = 5_000;

export interface Sweep {
  /** A look without the lock: most sweeps find nothing, and there is one each second in every process. */
  isNeeded(now: Instant): boolean;
  /** One batch, inside a write transaction. */
  batch(now: Instant): SweepReport & { readonly more: boolean };
  /** The store could not be written: no process could renew its lease, and whoever is doubted is doubted anew. */
  failed(): void;
}

/** How often a store that hands runs to a broker looks for what was sent while the database was the broker: it walks what is ready. */
const ARRIVALS_EVERY_MS = 60_000;

export function prepareSweep(connection: SqliteConnection, statements: RunStatements, arrival: Arrival): Sweep {
  const expired = connection.prepare<[Instant, number], LiveRow>(
    "select * from run_live where expires_at is not null and state <> 'running' and expires_at <= ? and started_at is null limit ?",
  );
  const due = connection.prepare<[Instant, number]>(`
    update run_live set state = '${arrival}', published_at = null
    where seq in (select seq from run_live where state = 'scheduled' and available_at <= ? order by available_at limit ?)`);
  const ended = connection.prepare<[Instant, Instant], { id: number; until: Instant }>(
    "select id, lease_until as until from process where (lease_until < ? or lease_until > ?) and id > 0 order by id limit 100",
  );
  // Changes nothing, and succeeds only where others could have renewed their leases as well.
  const touch = connection.prepare<[number]>("update process set loop_lag = loop_lag where id = ?");
  const doubts = new LeaseDoubts();
  const vanished = connection
    .prepare<[], number>(
      "select distinct process_id from run_live where state = 'running' and process_id > 0 and process_id not in (select id from process)",
    )
    .pluck();
  const heldBy = connection.prepare<[number, number], LiveRow>(
    "select * from run_live where state = 'running' and process_id = ? limit ?",
  );
  const overdue = connection.prepare<[Instant, number], LiveRow>(
    "select * from run_live where abandon_at is not null and abandon_at <= ? limit ?",
  );
  const veryOld = connection.prepare<[Instant, number], LiveRow>(
    "select * from run_live where state = 'running' and abandon_at is null and attempt_started_at < ? limit ?",
  );
  const waitedFor = connection.prepare<[string, number], string>(waitedForSql("?", "?")).pluck();
  /** How far the locks that runs wait for were looked at. */
  let waitedForTo = "";
  let releasedAt = Number.NEGATIVE_INFINITY;
  const anyHeld = connection.prepare<[]>("select 1 from run_live where state = 'held' limit 1").pluck();
  const removeProcess = connection.prepare<[number]>("delete from process where id = ?");
  const release = connection.prepare<[number, number, string]>(`
    update run_live set state = '${arrival}', process_id = null, suspect = ?, lost = ?, attempt_started_at = null, abandon_at = null,
      progress = null, published_at = null, slot_key = null, turn_at = null
    where id = ?`);
  // What waits as the other kind of broker has it: the project has changed its broker.
  const isOther = arrival === "ready" ? "state = 'unpublished'" : "state = 'ready' and published_at is null";
  const anyOther = connection.prepare<[]>(`select 1 from run_live where ${isOther} limit 1`).pluck();
  const arrive = connection.prepare<[number]>(`
    update run_live set state = '${arrival}', published_at = null
    where seq in (select seq from run_live where ${isOther} order by seq limit ?)`);
  let arrivalsAt = Number.NEGATIVE_INFINITY;

  const looks = [
    "select 1 from run_live where state = 'scheduled' and available_at <= ? limit 1",
    "select 1 from run_live where expires_at is not null and state <> 'running' and expires_at <= ? and started_at is null limit 1",
    "select 1 from process where lease_until < ? and id > 0 limit 1",
    `select 1 from process where lease_until > ? + ${FARTHEST_LEASE_MS} and id > 0 limit 1`,
    `select 1 from run_live where state = 'running' and
      (attempt_started_at < ? - ${ABANDON_AFTER_MS} and abandon_at is null or process_id > 0 and process_id not in (select id from process)) limit 1`,
    "select 1 from run_live where abandon_at is not null and abandon_at <= ? limit 1",
  ].map((sql) => connection.prepare<[Instant]>(sql).pluck());

  /** Those that left, and those that had their time to renew a lease that was seen to have ended. */
  function deadProcesses(now: Instant): readonly number[] {
    const { dead, doubted } = doubts.look(ended.all(now, now + FARTHEST_LEASE_MS), now);
    for (const id of doubted) touch.run(id);
    return dead;
  }

  /** Whether the run is lost; else it has been cancelled, or is executed again. */
  function takeFromDead(row: LiveRow, now: Instant): boolean {
    const process = statements.processName(row.process_id);
    const { attemptError, end, suspect, lost } = lostRunFate(row, process);
    if (attemptError !== null) {
      statements.addAttempt({
        runId: row.id,
        number: row.attempt,
        claim: row.claim,
        process,
        startedAt: row.attempt_started_at,
        endedAt: now,
        outcome: "lost",
        error: attemptError,
        result: null,
      });
    }
    if (end === null) release.run(suspect ? 1 : 0, lost, row.id);
    else endExecuted(row, end.state, now, process, end.error);
    return end?.state === "lost";
  }

  function endExecuted(
    row: LiveRow,
    state: "lost" | "cancelled",
    now: Instant,
    process: string | null,
    error: RunError,
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

  function hasOtherArrivals(now: Instant): boolean {
    if (arrival === "unpublished" && Math.abs(now - arrivalsAt) < ARRIVALS_EVERY_MS) return false;
    const found = anyOther.get() !== undefined;
    if (!found) arrivalsAt = now;
    return found;
  }

  function isReleaseNeeded(now: Instant): boolean {
    return Math.abs(now - releasedAt) >= RELEASE_EVERY_MS && anyHeld.get() !== undefined;
  }

  /** Whoever ends a run gives its slot on. A lock may also have got more slots, or lost the holder of one by hand. */
  function releaseHeld(now: Instant): number {
    if (Math.abs(now - releasedAt) < RELEASE_EVERY_MS) return 0;
    releasedAt = now;
    const keys = waitedFor.all(waitedForTo, LOCKS_AT_ONCE);
    waitedForTo = keys.length < LOCKS_AT_ONCE ? "" : (keys.at(-1) ?? "");
    return keys.reduce((sum, key) => sum + statements.releaseHeld(key, now), 0);
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
    for (const row of [...overdue.all(now, BATCH), ...veryOld.all(now - ABANDON_AFTER_MS, BATCH)]) {
      endExecuted(row, "lost", now, statements.processName(row.process_id), abandoned(row, now));
      lost += 1;
    }
    const arrived = hasOtherArrivals(now) ? arrive.run(BATCH).changes : 0;
    more ||= late.length === BATCH || becameReady === BATCH || arrived === BATCH;
    return { released, becameReady: becameReady + arrived + releaseHeld(now), expired: late.length, lost, more };
  }

  return {
    isNeeded: (now) =>
      looks.some((look) => look.get(now) !== undefined) || isReleaseNeeded(now) || hasOtherArrivals(now),
    batch,
    failed: () => doubts.clear(),
  };
}
