import { type Kysely, type RawBuilder, sql } from "kysely";
import { COUNT_CAP } from "../../base/page.ts";
import type { PlanRow } from "../../database/queries/due-row.ts";
import type { Tables } from "../../database/rows.ts";
import type { SchedulePlan } from "../../firing/schedule-plan.ts";
import type { PeriodicTaskFilter } from "../periodic-task-reader.ts";
import type {
  GroupQuery,
  OutdatedPlans,
  PlanGroup,
  PlanGroups,
  PlannedRow,
  PlanReader,
  PlanSelection,
  TaskGroup,
  TaskGroups,
} from "../plan-reader.ts";
import { newestDaysVersion } from "./calendar-rows.ts";
import { conditions } from "./periodic-task-filter.ts";
import { calendarDaysOf, planColumns, readablePlan, selectedSchedules, tzVersionsInUse } from "./plan-rows.ts";

/** Calendars whose edit was interrupted: more than these are looked at by the next process that asks. */
const CALENDARS_AT_ONCE = 100;

/** The mean of so many runs is how long the next one is expected to take. */
const MEASURED_RUNS = 10;

interface GroupRow extends PlanRow {
  readonly schedule_id: number;
  readonly n: number;
  readonly total: number;
  readonly schedules: number;
  readonly place: number;
}

interface TaskGroupRow extends PlanRow {
  readonly periodic_task_id: number;
  readonly name: string;
  readonly mean_ms: number | null;
  readonly total: number;
}

/** Of those that follow a calendar, the version of its days that they are planned with. */
const calendarVersion = sql`case when s.calendar_id is not null then
  (select r.calendar_version from schedule_revision as r where r.schedule_id = s.id and r.version = s.version) end`;

/** The columns of a {@link PlanRow}. */
const planColumnsSql = sql`s.uid, s.definition, s.zone, s.gap, s.fold, s.calendar_id, s.calendar_rule, s.starts_at, s.ends_at,
  ${calendarVersion} as calendar_version`;

/** One text for all that the times follow from, which both databases can compare. What is hashed has times of its own for each uid. */
const planText = sql`
  cast(s.definition as text) || '|' || s.zone || '|' || s.gap || '|' || s.fold || '|' || coalesce(s.calendar_rule, '')
  || '|' || coalesce(s.calendar_id, 0) || '|' || coalesce(${calendarVersion}, 0)
  || '|' || coalesce(s.starts_at, 0) || '|' || coalesce(s.ends_at, 0) || case
    when cast(s.definition as text) like '%"crontab"%' and lower(cast(s.definition as text)) like '%h%' then s.uid
    else '' end`;

/** Schedules that fire, each with the text of its plan. */
function onSchedules(filter: Pick<PeriodicTaskFilter, "queue" | "tag">): RawBuilder<unknown> {
  const where = [
    sql`s.removed_at is null and s.enabled = 1`,
    sql`p.enabled = 1 and p.archived_at is null and p.held_reason is null`,
    ...conditions(filter),
  ];
  return sql`
    select s.id, ${planText} as plan from schedule as s join periodic_task as p on p.id = s.periodic_task_id
    where ${sql.join(where, sql` and `)}`;
}

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
      .select(["s.enabled as schedule_enabled", "p.enabled", "p.held_reason", "c.next_at", "c.accounted_to"])
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
      held: row.held_reason !== null,
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

  async groups({ filter = {}, largest, others }: GroupQuery): Promise<PlanGroups> {
    const { rows } = await sql<GroupRow>`
      with g as (
        select min(id) as schedule_id, count(*) as n from (${onSchedules(filter)}) as s group by plan
      ), ranked as (
        select g.*, count(*) over () as total, sum(n) over () as schedules,
          row_number() over (order by n desc, schedule_id) as place,
          row_number() over (order by schedule_id * 7919 % 10007, schedule_id) as lot
        from g
      )
      select k.*, ${planColumnsSql} from ranked as k join schedule as s on s.id = k.schedule_id
      where place <= ${largest} or lot <= ${others}
      order by place`.execute(this.#db);
    const daysOf = await calendarDaysOf(this.#db, rows);
    const groups = rows.flatMap((row): PlanGroup[] => {
      const plan = readablePlan(row, daysOf);
      const place = { scheduleId: Number(row.schedule_id), isLargest: Number(row.place) <= largest };
      return plan === undefined ? [] : [{ plan, schedules: Number(row.n), ...place }];
    });
    const [first] = rows;
    return { groups, total: Number(first?.total ?? 0), schedules: Number(first?.schedules ?? 0) };
  }

  async taskGroups(limit: number): Promise<TaskGroups> {
    const { rows } = await sql<TaskGroupRow>`
      select ${planColumnsSql}, s.periodic_task_id, p.name, g.total, (
          select avg(f.ended_at - f.started_at) from (
            select d.ended_at, d.started_at from run_done as d
            where d.periodic_task_id = s.periodic_task_id and d.periodic_task_id is not null and d.started_at is not null
            order by d.queued_at desc limit ${MEASURED_RUNS}) as f) as mean_ms
      from (
        select id, count(*) over () as total from (${onSchedules({})}) as s
        order by id * 7919 % 10007, id limit ${limit}
      ) as g
      join schedule as s on s.id = g.id
      join periodic_task as p on p.id = s.periodic_task_id`.execute(this.#db);
    const daysOf = await calendarDaysOf(this.#db, rows);
    const groups = rows.flatMap((row): TaskGroup[] => {
      const plan = readablePlan(row, daysOf);
      if (plan === undefined) return [];
      const meanMs = row.mean_ms === null ? null : Math.round(Number(row.mean_ms));
      return [{ plan, periodicTaskId: row.periodic_task_id, name: row.name, meanMs }];
    });
    return { groups, total: Number(rows[0]?.total ?? 0) };
  }

  async examples({ definition, zone }: Pick<SchedulePlan, "definition" | "zone">, limit: number) {
    return this.#db
      .selectFrom("schedule as s")
      .innerJoin("periodic_task as p", "p.id", "s.periodic_task_id")
      .select(["p.id", "p.name"])
      .where(sql`cast(s.definition as text)`, "=", JSON.stringify(definition))
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
