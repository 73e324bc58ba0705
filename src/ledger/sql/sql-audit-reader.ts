import { type Kysely, type Selectable, sql } from "kysely";
import type { Instant } from "../../base/clock.ts";
import type { JsonObject } from "../../base/json.ts";
import type { FiringRow, Tables } from "../../database/rows.ts";
import type { AuditedRevision } from "../../firing/audit-schedule.ts";
import type { AuditedCursor, AuditReader, LedgerRow } from "../audit-reader.ts";
import { calendarDaysOf, readablePlan } from "./plan-rows.ts";

const MOST_REVISIONS = 10_000;

/** Plain SQL on a connection that reads: the same on SQLite and PostgreSQL. */
export class SqlAuditReader implements AuditReader {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  cursors({ after, limit }: { readonly after: number; readonly limit: number }): Promise<readonly AuditedCursor[]> {
    return this.#cursors().where("s.id", ">", after).orderBy("s.id").limit(limit).execute();
  }

  cursor(scheduleId: number): Promise<AuditedCursor | undefined> {
    return this.#cursors().where("s.id", "=", scheduleId).executeTakeFirst();
  }

  async revisions(scheduleId: number): Promise<readonly AuditedRevision[]> {
    const rows = await this.#db
      .selectFrom("schedule_revision as r")
      .innerJoin("schedule as s", "s.id", "r.schedule_id")
      .selectAll("r")
      .select("s.uid")
      .where("r.schedule_id", "=", scheduleId)
      .orderBy("r.version")
      .limit(MOST_REVISIONS)
      .execute();
    const daysOf = await calendarDaysOf(this.#db, rows);
    return rows.map((row) => ({
      version: row.version,
      fromAt: row.from_at,
      plan: readablePlan(row, daysOf),
      tzVersion: row.tz_version,
    }));
  }

  async rows(
    scheduleId: number,
    { after, through, limit }: { readonly after: Instant; readonly through: Instant; readonly limit: number },
  ): Promise<readonly LedgerRow[]> {
    const before = await this.#db
      .selectFrom("firing")
      .selectAll()
      .where("schedule_id", "=", scheduleId)
      .where("nominal_at", "<=", after)
      .orderBy("nominal_at", "desc")
      .limit(1)
      .execute();
    const following = await this.#db
      .selectFrom("firing")
      .selectAll()
      .where("schedule_id", "=", scheduleId)
      .where("nominal_at", ">", after)
      .where("nominal_at", "<=", through)
      .orderBy("nominal_at")
      .limit(limit)
      .execute();
    return [...before.filter((row) => row.through_at > after), ...following].map(ledgerRow);
  }

  async runs(ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
    if (ids.length === 0) return new Map();
    // One statement, so that a run that ends meanwhile is in one of both.
    const list = sql.join(ids);
    const { rows } = await sql<{ id: string; state: string }>`
      select id, state from run_live where id in (${list})
      union all select id, state from run_done where id in (${list})`.execute(this.#db);
    return new Map(rows.map(({ id, state }) => [id, state]));
  }

  #cursors() {
    return this.#db
      .selectFrom("schedule as s")
      .innerJoin("schedule_cursor as c", "c.schedule_id", "s.id")
      .innerJoin("periodic_task as p", "p.id", "s.periodic_task_id")
      .select(["s.id as scheduleId", "s.uid", "s.name as scheduleName"])
      .select(["p.id as periodicTaskId", "p.name as periodicTaskName"])
      .select(["c.accounted_from as accountedFrom", "c.accounted_to as accountedTo"]);
  }
}

function ledgerRow(row: Selectable<FiringRow>): LedgerRow {
  return {
    nominalAt: row.nominal_at,
    throughAt: row.through_at,
    version: row.version,
    verdict: row.verdict,
    reason: row.reason,
    detail: row.detail === null ? null : (JSON.parse(row.detail) as JsonObject),
    runId: row.run_id,
    decidedAt: row.decided_at,
  };
}
