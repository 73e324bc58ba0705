import type { Instant } from "../../base/clock.ts";
import {
  meaningOf,
  meaningOfDone,
  ownersSql,
  replacedColumns,
  replacedValues,
  replaces,
} from "../../database/queries/relayed-runs.ts";
import { claimedRun, type DoneRow, type LiveRow } from "../../database/queries/run-columns.ts";
import type { SqliteConnection } from "../../database/sqlite/open-sqlite.ts";
import type { Acceptance, IncomingRun } from "../run-store.ts";
import type { AddRun } from "./add-runs.ts";

/** Called inside a transaction. */
export type AcceptRun = (message: IncomingRun, processId: number, now: Instant) => Acceptance;

export function prepareAcceptRun(connection: SqliteConnection, add: AddRun): AcceptRun {
  const findLive = connection.prepare<[string], LiveRow>("select * from run_live where id = ?");
  const findDone = connection.prepare<[string], Pick<DoneRow, "id" | "task" | "input" | "retries" | "wire">>(
    "select id, task, input, retries, wire from run_done where id = ?",
  );
  const claim = connection.prepare<unknown[], LiveRow>(`
    update run_live set state = 'running', process_id = ?, claim = claim + 1, attempt_started_at = null,
      input = case when retries < ? then ? else input end, retries = max(retries, ?), published_at = coalesce(published_at, ?)
    where seq = ? returning *`);
  const schedule = connection.prepare<unknown[]>(`
    update run_live set state = 'scheduled', process_id = null, available_at = ?, published_at = null, attempt_started_at = null,
      input = case when retries < ? then ? else input end, retries = max(retries, ?)
    where seq = ?`);
  const replace = connection.prepare<unknown[], LiveRow>(`
    update run_live set ${replacedColumns.map((column) => `${column} = ?`).join(", ")},
      state = 'ready', process_id = null, claim = claim + 1, attempt = 0, attempt_started_at = null, progress = null
    where seq = ? returning *`);
  const owner = connection.prepare<[string]>(ownersSql("?"));
  const setRetries = connection.prepare<[number, string]>("update run_live set retries = ? where id = ?");

  function addNew(message: IncomingRun, now: Instant): LiveRow | undefined {
    const { run, retries } = message;
    if (run.availableAt > now) add({ ...run, queuedAt: Math.min(run.queuedAt, now) });
    else add(run, now);
    if (retries > 0) setRetries.run(retries, run.id);
    return findLive.get(run.id);
  }

  function isReplacement(row: LiveRow, message: IncomingRun): boolean {
    const answer = replaces(row, message);
    return answer === "foreign" ? owner.get(row.task) === undefined : answer;
  }

  return (message, processId, now) => {
    const { run, retries } = message;
    let row = findLive.get(run.id);
    if (row === undefined) {
      const done = findDone.get(run.id);
      if (done !== undefined || message.isRecorded) return meaningOfDone(done, message);
      row = addNew(message, now);
      if (row === undefined) return { kind: "duplicate" };
    }
    if (isReplacement(row, message)) row = replace.get(...replacedValues(message), row.seq) ?? row;
    const meaning = meaningOf(row, message, now);
    const input = JSON.stringify(run.payload);
    if (meaning === "schedule") {
      schedule.run(run.availableAt, retries, input, retries, row.seq);
      return { kind: "later" };
    }
    if (meaning !== "claim") return meaning;
    const claimed = claim.get(processId, retries, input, retries, now, row.seq);
    return claimed === undefined ? { kind: "duplicate" } : { kind: "claimed", run: claimedRun(claimed, processId) };
  };
}
