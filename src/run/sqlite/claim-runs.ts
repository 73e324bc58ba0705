import type { Instant } from "../../base/clock.ts";
import { claimedRun, type LiveRow } from "../../database/queries/run-columns.ts";
import type { SqliteConnection } from "../../database/sqlite/open-sqlite.ts";
import type { ClaimedRun } from "../run-store.ts";

export type ClaimRuns = (request: {
  readonly processId: number;
  readonly queues: readonly string[];
  readonly limit: number;
  readonly now: Instant;
}) => readonly ClaimedRun[];

/** The statement depends on the number of queues, so there is one per number. */
export function prepareClaimRuns(connection: SqliteConnection): ClaimRuns {
  const byCount = new Map<number, ReturnType<typeof prepare>>();

  function prepare(count: number) {
    // Each queue's first rows come from the index in order; together they hold the first ones of all queues.
    const one = `select * from (select seq, priority from run_live where state = 'ready' and queue = ?
      and (expires_at is null or expires_at > ? or started_at is not null) order by priority desc, seq limit ?)`;
    const candidates = Array.from({ length: count }, () => one).join(" union all ");
    return connection.prepare<unknown[], LiveRow>(`
      update run_live set state = 'running', process_id = ?, claim = claim + 1, attempt_started_at = null
      where seq in (select seq from (${candidates}) order by priority desc, seq limit ?)
      returning *`);
  }

  return ({ processId, queues, limit, now }) => {
    if (queues.length === 0 || limit <= 0) return [];
    let statement = byCount.get(queues.length);
    if (statement === undefined) {
      statement = prepare(queues.length);
      byCount.set(queues.length, statement);
    }
    const rows = statement.all(processId, ...queues.flatMap((queue) => [queue, now, limit]), limit);
    // RETURNING promises no order.
    rows.sort((a, b) => b.priority - a.priority || a.seq - b.seq);
    return rows.map((row) => claimedRun(row, processId, { isCarried: true }));
  };
}
