import { type Kysely, sql } from "kysely";
import { COUNT_CAP } from "../../base/page.ts";
import type { PlanRow } from "../../database/queries/due-row.ts";
import type { Tables } from "../../database/rows.ts";
import type { SchedulePlan } from "../../firing/schedule-plan.ts";
import type { OutdatedPlans, PlanGroup, PlannedRow, PlanReader, PlanSelection } from "../plan-reader.ts";
import { newestDaysVersion } from "./calendar-rows.ts";
import { calendarDaysOf, planColumns, readablePlan, selectedSchedules, tzVersionsInUse } from "./plan-rows.ts";

/** Calendars whose edit was interrupted: more than these are looked at by the next process that asks. */
const CALENDARS_AT_ONCE = 100;

/** Plain SQL on a connection that reads: the same on SQLite and PostgreSQL. */
export class SqlPlanReader implements PlanReader {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  async select(
    selection: PlanSelection,
    { after, limit }: { readonly after: number; readonly limit: number },
  ): Promise<readonly PlannedRow[]> {
    const rows = await selectedSchedules(this.#db, selection, after, limit)
      .innerJoin("schedule_cursor as c", "c.schedule_id", "s.id")
      .select(planColumns)
      .select(["s.id", "s.name as schedule_name", "s.periodic_task_id", "p.name", "s.tz_version"])
      .select(["s.enabled as schedule_enabled", "p.enabled", "c.next_at", "c.accounted_to"])
      .execute();
    const daysOf = await calendarDaysOf(this.#db, rows);
    return rows.map((row) => ({
      scheduleId: row.id,
      scheduleName: row.schedule_name,
      periodicTaskId: row.periodic_task_id,
      periodicTaskName: row.name,
      plan: readablePlan(row, daysOf),
      accountedTo: row.accounted_to,
      nextAt: row.next_at,
      on: row.enabled === 1 && row.schedule_enabled === 1,
      tzVersion: row.tz_version ?? "unknown",
    }));
  }

  async count(selection: PlanSelection, most: number): Promise<number> {
    const { n } = await this.#db
      .selectFrom(selectedSchedules(this.#db, selection, 0, most).select("s.id").as("some"))
      .select(({ fn }) => fn.countAll<number>().as("n"))
      .executeTakeFirstOrThrow();
    return Number(n);
  }

  async outdated(tzVersion: string): Promise<OutdatedPlans> {
    const tzVersions = (await tzVersionsInUse(this.#db)).filter((version) => version !== tzVersion);
    const calendars = await this.#db
      .selectFrom("calendar as k")
      .select("k.id")
      .where("k.planned_version", "<", (e) =>
        e
          .selectFrom("calendar_revision as d")
          .select(({ fn }) => fn.max("d.version").as("newest"))
          .whereRef("d.calendar_id", "=", "k.id"),
      )
      .limit(CALENDARS_AT_ONCE)
      .execute();
    const selections: PlanSelection[] = tzVersions.map((version) => ({ kind: "tz", tzVersion: version }));
    for (const { id } of calendars) {
      const newest = await newestDaysVersion(this.#db, id);
      if (newest !== undefined) selections.push({ kind: "calendar", calendarId: id, below: newest });
    }
    let count = 0;
    for (const selection of selections)
      count += await this.count(selection, COUNT_CAP + 1 - Math.min(count, COUNT_CAP));
    return {
      count: Math.min(count, COUNT_CAP),
      capped: count > COUNT_CAP,
      tzVersions,
      calendarIds: calendars.map(({ id }) => id),
      selections,
    };
  }

  async groups(limit: number) {
    // What is hashed has times of its own for each uid.
    const { rows } = await sql<PlanRow & { schedule_id: number; n: number; total: number; schedules: number }>`
      select g.*, s.uid as uid, count(*) over () as total, sum(g.n) over () as schedules
      from (
        select s.definition, s.zone, s.gap, s.fold, s.calendar_id, s.calendar_rule, s.starts_at, s.ends_at, r.calendar_version,
          min(s.id) as schedule_id, count(*) as n
        from schedule as s
        join periodic_task as p on p.id = s.periodic_task_id
        left join schedule_revision as r on s.calendar_id is not null and r.schedule_id = s.id and r.version = s.version
        where s.removed_at is null and s.enabled = 1 and p.enabled = 1 and p.archived_at is null and p.held_reason is null
        group by s.definition, s.zone, s.gap, s.fold, s.calendar_id, s.calendar_rule, s.starts_at, s.ends_at, r.calendar_version,
          case when s.definition like '%H%' then s.uid else '' end
      ) as g
      join schedule as s on s.id = g.schedule_id
      order by g.n desc, g.schedule_id
      limit ${limit}`.execute(this.#db);
    const daysOf = await calendarDaysOf(this.#db, rows);
    const groups = rows.flatMap((row): PlanGroup[] => {
      const plan = readablePlan(row, daysOf);
      return plan === undefined ? [] : [{ plan, schedules: Number(row.n), scheduleId: row.schedule_id }];
    });
    const [first] = rows;
    return { groups, total: Number(first?.total ?? 0), schedules: Number(first?.schedules ?? 0) };
  }

  async examples({ definition, zone }: Pick<SchedulePlan, "definition" | "zone">, limit: number) {
    return this.#db
      .selectFrom("schedule as s")
      .innerJoin("periodic_task as p", "p.id", "s.periodic_task_id")
      .select(["p.id", "p.name"])
      .where("s.definition", "=", JSON.stringify(definition))
      .where("s.zone", "=", zone)
      .where("s.removed_at", "is", null)
      .where("s.enabled", "=", 1)
      .where("p.enabled", "=", 1)
      .where("p.archived_at", "is", null)
      .orderBy("s.id")
      .limit(limit)
      .execute();
  }
}
