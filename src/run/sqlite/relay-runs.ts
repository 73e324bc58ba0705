import type { Instant } from "../../base/clock.ts";
import { isLeased, lostMessagesSql, waitingQueuesSql } from "../../database/queries/relayed-runs.ts";
import { type LiveRow, unpublishedRun } from "../../database/queries/run-columns.ts";
import type { SqliteConnection } from "../../database/sqlite/open-sqlite.ts";
import type { RunStatements } from "../../database/sqlite/run-statements.ts";
import type { Claim, Refusal, UnpublishedRun } from "../run-store.ts";

/** What a relay does with runs. All but the looks are called inside a transaction. */
export interface RelayStatements {
  /** A look without the lock. */
  hasUnpublished(): boolean;
  take(limit: number, now: Instant): readonly UnpublishedRun[];
  markPublished(run: Claim, now: Instant): void;
  hold(run: Claim, now: Instant): void;
  leave(run: Claim): void;
  /** Whether it was still to be published. */
  refuse(refusal: Refusal, now: Instant): boolean;
  waitingQueues(before: Instant): readonly string[];
  republish(queue: string, before: Instant, limit: number): number;
}

type UnpublishedRow = LiveRow & { readonly periodic_task_name: string | null };

export function prepareRelay(connection: SqliteConnection, statements: RunStatements): RelayStatements {
  const any = connection.prepare<[]>("select 1 from run_live where state = 'unpublished' limit 1").pluck();
  const first = connection.prepare<[number], UnpublishedRow>(`
    select r.*, p.name as periodic_task_name from run_live r left join periodic_task p on p.id = r.periodic_task_id
    where r.state = 'unpublished' order by r.seq limit ?`);
  const lease = connection.prepare<[Instant | null, number]>("update run_live set published_at = ? where seq = ?");
  const mark = connection.prepare<[Instant, string, number]>(
    "update run_live set state = 'ready', published_at = ? where id = ? and claim = ? and state = 'unpublished'",
  );
  const hold = connection.prepare<[Instant | null, string, number]>(
    "update run_live set published_at = ? where id = ? and claim = ? and state = 'unpublished'",
  );
  const find = connection.prepare<[string, number, string], LiveRow>(
    "select * from run_live where id = ? and claim = ? and state = ?",
  );
  const queues = connection.prepare<[Instant], string>(waitingQueuesSql("?")).pluck();
  const again = connection.prepare<{ queue: string; before: Instant; limit: number }>(`
    update run_live set state = 'unpublished', published_at = null where seq in (${lostMessagesSql("@queue", "@before", "@limit")})`);

  return {
    hasUnpublished: () => any.get() !== undefined,
    take(limit, now) {
      const rows = first.all(limit);
      const leased = rows.findIndex((row) => isLeased(row, now));
      const mine = leased === -1 ? rows : rows.slice(0, leased);
      for (const { seq } of mine) lease.run(now, seq);
      return mine.map(unpublishedRun);
    },
    markPublished: ({ id, claim }, now) => void mark.run(now, id, claim),
    hold: ({ id, claim }, now) => void hold.run(now, id, claim),
    leave: ({ id, claim }) => void hold.run(null, id, claim),
    refuse({ id, claim, error, state = "unpublished" }, now) {
      const row = find.get(id, claim, state);
      if (row !== undefined) statements.endWaiting(row, "failed", now, error);
      return row !== undefined;
    },
    waitingQueues: (before) => queues.all(before),
    republish: (queue, before, limit) => again.run({ queue, before, limit }).changes,
  };
}
