import type { Instant } from "../../base/clock.ts";
import type { InsertRun } from "../../database/sqlite/insert-run.ts";
import type { SqliteConnection } from "../../database/sqlite/open-sqlite.ts";
import type { NewRun } from "../run.ts";
import type { AddAnswer } from "../run-store.ts";

/** Called inside a transaction. */
export type AddRun = (run: NewRun, publishedAt?: Instant) => AddAnswer;

export function prepareAddRun(connection: SqliteConnection, insert: InsertRun): AddRun {
  const isDone = connection.prepare<[string]>("select 1 from run_done where id = ?").pluck();
  return (run, publishedAt) => (isDone.get(run.id) === undefined ? insert(run, publishedAt).answer : "exists");
}
