import { CLOCK_TOLERANCE_MS } from "../../base/clock-guard.ts";
import type { CalendarDaysOf } from "../../database/queries/due-row.ts";
import {
  type AheadRow,
  aheadSql,
  type CoveringRow,
  coveringSql,
  lastThatCame,
  returnCursorSql,
  returned,
  shortenSql,
  withdrawPausesSql,
  withdrawSql,
} from "../../database/queries/withdraw.ts";
import type { SqliteConnection } from "../../database/sqlite/open-sqlite.ts";
import type { WithdrawRequest } from "../ledger.ts";

export interface Withdraw {
  /** Cursors that are ahead, without the lock. */
  look(request: WithdrawRequest): readonly AheadRow[];
  /** Inside a write transaction; answers the schedules whose cursors were still there. */
  take(rows: readonly AheadRow[], request: WithdrawRequest): readonly number[];
}

export function prepareWithdraw(connection: SqliteConnection, daysOf: CalendarDaysOf): Withdraw {
  const ahead = connection.prepare<[number, number, number], AheadRow>(aheadSql("?", "?", "?"));
  const returnCursor = connection.prepare<{ nextAt: number | null; now: number; id: number; accountedTo: number }>(
    returnCursorSql("@nextAt", "@now", "@id", "@accountedTo"),
  );
  const takeBack = withdrawSql("@now", "@id", "json_set(coalesce(detail, '{}'), '$.early', json('true'))").map((sql) =>
    connection.prepare<{ now: number; id: number }>(sql),
  );
  const covering = connection.prepare<{ now: number; id: number }, CoveringRow>(coveringSql("@now", "@id"));
  const shorten = connection.prepare<[number, number, number]>(shortenSql("?", "?", "?"));
  const takeBackPauses = withdrawPausesSql("@now").map((sql) => connection.prepare<{ now: number }>(sql));

  return {
    look: ({ now, after, limit }) => ahead.all(after, now + CLOCK_TOLERANCE_MS, limit),
    take(rows, request) {
      const { now } = request;
      for (const statement of takeBackPauses) statement.run({ now });
      return rows.flatMap((row) => {
        const id = row.schedule_id;
        const cursor = { nextAt: returned(row, request, daysOf), now, id, accountedTo: row.accounted_to };
        if (returnCursor.run(cursor).changes === 0) return [];
        const span = covering.get({ now, id });
        if (span !== undefined) shorten.run(lastThatCame(span, request, daysOf), id, span.nominal_at);
        for (const statement of takeBack) statement.run({ now, id });
        return id;
      });
    },
  };
}
