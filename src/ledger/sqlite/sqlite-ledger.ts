import type { Instant } from "../../base/clock.ts";
import { LATEST, mending, type PatrolRow } from "../../database/queries/patrol.ts";
import { writeTransaction } from "../../database/sqlite/busy.ts";
import type { SqliteConnection } from "../../database/sqlite/open-sqlite.ts";
import type { FireReport, FireRequest, Ledger, NextAt } from "../ledger.ts";
import { type FireDue, prepareFireDue } from "./fire-due.ts";

export class SqliteLedger implements Ledger {
  readonly #connection: SqliteConnection;
  readonly #fireDue: FireDue;
  readonly #tell: () => void;
  readonly #nextWake;
  readonly #patrol;
  readonly #mend;

  constructor(connection: SqliteConnection, tell: () => void = () => {}) {
    this.#connection = connection;
    this.#tell = tell;
    this.#fireDue = prepareFireDue(connection);
    // Negative times are nobody's: the patrol mends them, and until then they must not be due for ever.
    this.#nextWake = connection
      .prepare<[], Instant>(
        `select min(next_at, ${LATEST}) from schedule_cursor where next_at is not null and next_at >= 0 order by next_at limit 1`,
      )
      .pluck();
    this.#patrol = connection.prepare<[number, number], PatrolRow>(`
      select c.schedule_id, cast(c.next_at as text) as next_at, c.accounted_to, s.definition, s.zone
      from schedule_cursor c
      join schedule s on s.id = c.schedule_id
      join periodic_task p on p.id = s.periodic_task_id
      where c.schedule_id > ? and c.error is null and s.enabled = 1 and s.removed_at is null and p.enabled = 1 and p.archived_at is null
      order by c.schedule_id limit ?`);
    this.#mend = connection.prepare<[Instant | null, number, Instant]>(
      "update schedule_cursor set next_at = ? where schedule_id = ? and accounted_to = ?",
    );
  }

  async nextWakeAt(): Promise<Instant | undefined> {
    return this.#nextWake.get();
  }

  async fireDue(request: FireRequest): Promise<FireReport> {
    const report = await writeTransaction(this.#connection, () => this.#fireDue(request));
    if (report.schedules > 0) this.#tell();
    return report;
  }

  async patrol(request: { after: number; limit: number; nextAt: NextAt }) {
    const rows = this.#patrol.all(request.after, request.limit);
    const wrong = rows.flatMap((row) => {
      const mend = mending(row, request.nextAt);
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
}
