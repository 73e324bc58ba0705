import { type Clock, type Instant, systemClock } from "../../base/clock.ts";
import { CLOCK_TOLERANCE_MS } from "../../base/clock-guard.ts";
import { cachedCalendarDays, calendarDaysSql } from "../../database/queries/calendar-days.ts";
import type { CalendarDaysOf } from "../../database/queries/due-row.ts";
import { inDatabase } from "../../database/queries/in-database.ts";
import { LATEST, mending, type PatrolRow, patrolSql } from "../../database/queries/patrol.ts";
import { releaseEarlySql } from "../../database/queries/release-early.ts";
import { writeTransaction } from "../../database/sqlite/busy.ts";
import type { SqliteConnection } from "../../database/sqlite/open-sqlite.ts";
import type { Carriage } from "../../run/arrival.ts";
import type { FireReport, FireRequest, Ledger, PatrolRequest, WithdrawRequest } from "../ledger.ts";
import { type FireDue, prepareFireDue } from "./fire-due.ts";
import { prepareWithdraw, type Withdraw } from "./withdraw.ts";

export class SqliteLedger implements Ledger {
  readonly #connection: SqliteConnection;
  readonly #daysOf: CalendarDaysOf;
  readonly #fireDue: FireDue;
  readonly #withdraw: Withdraw;
  readonly #tell: () => void;
  readonly #clock: Clock;
  readonly #nextWake;
  readonly #patrol;
  readonly #mend;
  readonly #releaseEarly;

  constructor(
    connection: SqliteConnection,
    tell: () => void = () => {},
    clock: Clock = systemClock,
    carriage: Carriage = inDatabase,
  ) {
    this.#connection = connection;
    this.#clock = clock;
    this.#tell = tell;
    const calendarDays = connection.prepare<[number, number], string>(calendarDaysSql("?", "?")).pluck();
    this.#daysOf = cachedCalendarDays((id, version) => calendarDays.get(id, version));
    this.#fireDue = prepareFireDue(connection, this.#daysOf, carriage);
    this.#withdraw = prepareWithdraw(connection, this.#daysOf);
    // Negative times are nobody's: the patrol mends them, and until then they must not be due for ever.
    this.#nextWake = connection
      .prepare<[], Instant>(
        `select min(next_at, ${LATEST}) from schedule_cursor where next_at is not null and next_at >= 0 order by next_at limit 1`,
      )
      .pluck();
    this.#patrol = connection.prepare<[number, string, number], PatrolRow>(patrolSql("?", "?", "?"));
    this.#mend = connection.prepare<[Instant | null, number, Instant]>(
      "update schedule_cursor set next_at = ? where schedule_id = ? and accounted_to = ?",
    );
    this.#releaseEarly = connection.prepare<{ now: Instant; beyond: Instant }>(releaseEarlySql("@now", "@beyond"));
  }

  async clock(): Promise<Instant> {
    return this.#clock.now();
  }

  async nextWakeAt(): Promise<Instant | undefined> {
    return this.#nextWake.get();
  }

  /** The file is open and its statements are prepared. */
  async warmUp(): Promise<void> {}

  async fireDue(request: FireRequest): Promise<FireReport> {
    const report = await writeTransaction(this.#connection, () => this.#fireDue(request));
    if (report.schedules > 0) this.#tell();
    return report;
  }

  async patrol(request: PatrolRequest) {
    const rows = this.#patrol.all(request.after, request.tzVersion, request.limit);
    const wrong = rows.flatMap((row) => {
      const mend = mending(row, request, this.#daysOf);
      return mend === undefined ? [] : { row, ...mend };
    });
    const mended: number[] = [];
    if (wrong.length > 0) {
      await writeTransaction(this.#connection, () => {
        mended.length = 0;
        for (const { row, nextAt } of wrong) {
          if (this.#mend.run(nextAt, row.schedule_id, row.accounted_to).changes === 1) mended.push(row.schedule_id);
        }
      });
      this.#tell();
    }
    return { mended, at: rows.length < request.limit ? 0 : (rows.at(-1)?.schedule_id ?? 0) };
  }

  async withdraw(request: WithdrawRequest) {
    const { now } = request;
    if (request.after === 0) {
      const early = { now, beyond: now + CLOCK_TOLERANCE_MS };
      const { changes } = await writeTransaction(this.#connection, () => this.#releaseEarly.run(early));
      if (changes > 0) this.#tell();
    }
    const ahead = this.#withdraw.look(request);
    if (ahead.length === 0) return { withdrawn: [], at: 0 };
    const withdrawn = await writeTransaction(this.#connection, () => this.#withdraw.take(ahead, request));
    this.#tell();
    return { withdrawn, at: ahead.length < request.limit ? 0 : (ahead.at(-1)?.schedule_id ?? 0) };
  }
}
