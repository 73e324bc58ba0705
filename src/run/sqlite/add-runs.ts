import { insertColumns, insertValues } from "../../database/queries/run-columns.ts";
import type { SqliteConnection } from "../../database/sqlite/open-sqlite.ts";
import type { NewRun } from "../run.ts";

/** `exists`, `locked`: as in the port. Called inside a transaction. */
export type AddRun = (run: NewRun) => "added" | "exists" | "locked";

export function prepareAddRun(connection: SqliteConnection): AddRun {
  const insert = connection.prepare<unknown[]>(
    `insert into run_live (${insertColumns.join(", ")}) values (${insertColumns.map(() => "?").join(", ")}) on conflict do nothing`,
  );
  const isDone = connection.prepare<[string]>("select 1 from run_done where id = ?").pluck();
  const isLive = connection.prepare<[string]>("select 1 from run_live where id = ?").pluck();
  return (run) => {
    if (isDone.get(run.id) !== undefined) return "exists";
    const { changes } = insert.run(insertValues(run, run.availableAt > run.queuedAt ? "scheduled" : "ready"));
    if (changes === 1) return "added";
    return isLive.get(run.id) === undefined ? "locked" : "exists";
  };
}
