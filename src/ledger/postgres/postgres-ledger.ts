import type { Instant } from "../../base/clock.ts";
import { CLOCK_TOLERANCE_MS } from "../../base/clock-guard.ts";
import type { PostgresPool } from "../../database/postgres/postgres-pool.ts";
import { readServerClock } from "../../database/postgres/server-clock.ts";
import { inDatabase } from "../../database/queries/in-database.ts";
import { LATEST, mending, type PatrolRow, patrolSql } from "../../database/queries/patrol.ts";
import { releaseEarlySql } from "../../database/queries/release-early.ts";
import type { Carriage } from "../../run/arrival.ts";
import type { FireReport, FireRequest, Ledger, PatrolRequest, WithdrawRequest } from "../ledger.ts";
import { CalendarCache } from "./calendar-cache.ts";
import { takeDue } from "./due-rows.ts";
import { fireDue } from "./fire-due.ts";
import { withdraw } from "./withdraw.ts";
import { writeFirings } from "./write-firings.ts";

/**
 * With so many cursors in a batch, a second transaction takes the next ones while the first is decided and written: this process and the
 * server then work at the same time, and not in turn.
 */
const WORTH_TWO = 100;

export class PostgresLedger implements Ledger {
  readonly clock: () => Promise<Instant>;
  readonly #pool: PostgresPool;
  readonly #calendars = new CalendarCache();
  /** Says what has just been committed. */
  readonly #tell: () => void;

  readonly #carriage: Carriage;

  /** @param clock default: the server's */
  constructor(
    pool: PostgresPool,
    tell: () => void = () => {},
    clock: () => Promise<Instant> = () => readServerClock(pool),
    carriage: Carriage = inDatabase,
  ) {
    this.#carriage = carriage;
    this.#pool = pool;
    this.#tell = tell;
    this.clock = clock;
  }

  async nextWakeAt(): Promise<Instant | undefined> {
    // Negative times are nobody's: the patrol mends them, and until then they must not be due for ever.
    const { rows } = await this.#pool.query<{ at: Instant }>({
      name: "next-wake",
      text: `select least(next_at, ${LATEST}) as at from schedule_cursor
        where next_at is not null and next_at >= 0 order by next_at, schedule_id limit 1`,
    });
    return rows[0]?.at;
  }

  /** Takes nothing and writes nothing, on as many connections as a firing takes. */
  async warmUp(): Promise<void> {
    const nothing = () =>
      this.#pool.transaction(async (connection) => {
        await takeDue(connection, { now: -1, limit: 1 });
        await writeFirings(connection, [], [], 0, this.#carriage);
      });
    await Promise.all([nothing(), nothing()]);
  }

  async fireDue(request: FireRequest): Promise<FireReport> {
    const project = { calendars: this.#calendars, carriage: this.#carriage };
    const fire = (full?: () => void) =>
      this.#pool.transaction((connection) => fireDue(connection, request, project, full));
    let second: Promise<FireReport> | undefined;
    const first = fire(() => {
      if (request.limit >= WORTH_TWO && request.periodicTaskId === undefined) second ??= fire();
    });
    // The second has begun, if at all, when the first has ended.
    const reports = await allOf([
      first,
      first.then(
        () => second,
        () => second,
      ),
    ]);
    const report = reports.reduce(added);
    if (report.schedules > 0) this.#tell();
    return report;
  }

  async patrol(request: PatrolRequest) {
    const { rows } = await this.#pool.query<PatrolRow>({
      text: patrolSql("$1", "$2", "$3"),
      values: [request.after, request.tzVersion, request.limit],
    });
    const daysOf = await this.#calendars.daysFor(this.#pool, rows);
    const mended: number[] = [];
    for (const row of rows) {
      const mend = mending(row, request, daysOf);
      if (mend === undefined) continue;
      const { rowCount } = await this.#pool.query({
        text: "update schedule_cursor set next_at = $1 where schedule_id = $2 and accounted_to = $3",
        values: [mend.nextAt, row.schedule_id, row.accounted_to],
      });
      if (rowCount === 1) mended.push(row.schedule_id);
    }
    if (mended.length > 0) this.#tell();
    return { mended, at: rows.length < request.limit ? 0 : (rows.at(-1)?.schedule_id ?? 0) };
  }

  async withdraw(request: WithdrawRequest) {
    const { now, after } = request;
    if (after === 0) {
      const text = releaseEarlySql("$1", "$2");
      const { rowCount } = await this.#pool.query({ text, values: [now, now + CLOCK_TOLERANCE_MS] });
      if ((rowCount ?? 0) > 0) this.#tell();
    }
    const report = await withdraw(this.#pool, request, this.#calendars);
    if (report.withdrawn.length > 0) this.#tell();
    return report;
  }
}

/** Waits for all of them, also where one fails. */
async function allOf(reports: readonly Promise<FireReport | undefined>[]): Promise<readonly FireReport[]> {
  const settled = await Promise.allSettled(reports);
  const failed = settled.find((one) => one.status === "rejected");
  if (failed !== undefined) throw failed.reason;
  return settled.flatMap((one) => (one.status === "fulfilled" ? (one.value ?? []) : []));
}

function added(a: FireReport, b: FireReport): FireReport {
  return {
    schedules: a.schedules + b.schedules,
    sent: a.sent + b.sent,
    failed: a.failed + b.failed,
    latenessMs: [...a.latenessMs, ...b.latenessMs],
    // What the first could not finish may be due still.
    drained: a.drained && b.drained,
  };
}
