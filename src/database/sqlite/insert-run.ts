import type { Instant } from "../../base/clock.ts";
import type { Reason } from "../../firing/decision.ts";
import { placed, type RunLock, slotOf } from "../../firing/run-lock.ts";
import type { Arrival } from "../../run/arrival.ts";
import { firstState, insertColumns, insertValues, type RunToInsert } from "../queries/run-columns.ts";
import { REPLACER, replacedBy } from "../queries/settle-firing.ts";
import type { CancelRun } from "./cancel-run.ts";
import type { SqliteConnection } from "./open-sqlite.ts";
import type { RunStatements } from "./run-statements.ts";

/** What became of a run that was to be added; `by` and `behind` name an unfinished run in its way. */
export type Insertion =
  | { readonly answer: "added" | "exists" }
  | { readonly answer: "held"; readonly behind: string }
  | { readonly answer: "locked"; readonly reason: Reason; readonly by: string };

/** @param publishedAt when a broker took its message, where one has */
export type InsertRun = (run: RunToInsert, publishedAt?: Instant) => Insertion;

/** Adds a run under its overlap rule, inside a write transaction: the one way in, whoever sends it. */
export function prepareInsertRun(
  connection: SqliteConnection,
  statements: RunStatements,
  cancel: CancelRun,
  arrival: Arrival,
): InsertRun {
  const insert = connection.prepare<unknown[]>(
    `insert into run_live (${insertColumns.join(", ")}) values (${insertColumns.map(() => "?").join(", ")}) on conflict do nothing`,
  );
  const stateOf = connection.prepare<[string], string>("select state from run_live where id = ?").pluck();

  const insertReady = (run: RunToInsert, slot: string | null, publishedAt?: Instant) => {
    const state = publishedAt === undefined ? firstState(run, arrival) : "ready";
    return insert.run(insertValues(run, state, slot, publishedAt ?? null)).changes === 1;
  };

  function insertLocked(run: RunToInsert, lock: RunLock): Insertion {
    // As a rule nothing is in the way: one statement tries it, but where others may wait already.
    if (lock.rule === "skip" && insertReady(run, slotOf(lock.key, 0))) return { answer: "added" };
    if (stateOf.get(run.id) !== undefined) return { answer: "exists" };
    const placement = placed(lock, statements.lockStateOf(lock.key));
    if (placement.kind === "locked") return { answer: "locked", reason: placement.reason, by: placement.by };
    const why = replacedBy(run.id);
    const stop = (id: string) => cancel({ id, by: REPLACER, now: run.queuedAt, force: false, why });
    if (placement.kind === "slot") {
      if (placement.instead !== undefined) stop(placement.instead);
      insertReady(run, placement.slot);
      return { answer: "added" };
    }
    placement.drop.forEach(stop);
    insert.run(insertValues(run, "held", lock.key));
    placement.stop.forEach(stop);
    // One that nobody had begun has ended at once, and its slot is somebody's.
    return stateOf.get(run.id) === "held" ? { answer: "held", behind: placement.behind } : { answer: "added" };
  }

  return (run, publishedAt) => {
    if (run.lock !== undefined) return insertLocked(run, run.lock);
    return { answer: insertReady(run, null, publishedAt) ? "added" : "exists" };
  };
}
