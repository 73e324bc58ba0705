import { CLOCK_TOLERANCE_MS } from "../../base/clock-guard.ts";
import type { PostgresPool } from "../../database/postgres/postgres-pool.ts";
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
import type { WithdrawRequest } from "../ledger.ts";
import type { CalendarCache } from "./calendar-cache.ts";

const lookText = aheadSql("$1", "$2", "$3");
const coveringText = coveringSql("$1", "$2");
const shortenText = shortenSql("$1", "$2", "$3");
const returnText = returnCursorSql("$1", "$2", "$3", "$4");

/** One batch, and where to go on. */
export async function withdraw(pool: PostgresPool, request: WithdrawRequest, calendars: CalendarCache) {
  const { now, after, limit } = request;
  const values = [after, now + CLOCK_TOLERANCE_MS, limit];
  const { rows } = await pool.query<AheadRow>({ text: lookText, values });
  if (rows.length === 0) return { withdrawn: [], at: 0 };
  const daysOf = await calendars.daysFor(pool, rows);
  const withdrawn = await pool.transaction(async (connection) => {
    const taken: number[] = [];
    for (const text of withdrawPausesSql("$1")) await connection.query({ text, values: [now] });
    for (const row of rows) {
      const id = row.schedule_id;
      const cursor = [returned(row, request, daysOf), now, id, row.accounted_to];
      if ((await connection.query({ text: returnText, values: cursor })).rowCount === 0) continue;
      const covering = await connection.query<CoveringRow>({ text: coveringText, values: [now, id] });
      for (const span of covering.rows) {
        const through = lastThatCame(span, request, await calendars.daysFor(connection, [span]));
        await connection.query({ text: shortenText, values: [through, id, span.nominal_at] });
      }
      for (const text of withdrawSql("$1", "$2", `(coalesce(detail::jsonb, '{}') || '{"early":true}')::json`))
        await connection.query({ text, values: [now, id] });
      taken.push(id);
    }
    return taken;
  });
  return { withdrawn, at: rows.length < limit ? 0 : (rows.at(-1)?.schedule_id ?? 0) };
}
