import { type Kysely, sql } from "kysely";
import type { CalendarDays } from "../../calendar/calendar-days.ts";
import { type CalendarDaysOf, type PlanRow, planOf } from "../../database/queries/due-row.ts";
import type { Tables } from "../../database/rows.ts";
import type { SchedulePlan } from "../../firing/schedule-plan.ts";
import type { PlanSelection } from "../plan-reader.ts";

type Database = Kysely<Tables>;

/** Schedules that are not removed, of periodic tasks that are not archived, by id. */
export function selectedSchedules(db: Database, selection: PlanSelection, after: number, limit: number) {
  let query = db
    .selectFrom("schedule as s")
    .innerJoin("periodic_task as p", "p.id", "s.periodic_task_id")
    .leftJoin("schedule_revision as r", (on) =>
      on.onRef("r.schedule_id", "=", "s.id").onRef("r.version", "=", "s.version"),
    )
    .where("s.removed_at", "is", null)
    .where("p.archived_at", "is", null)
    .where("s.id", ">", after)
    .orderBy("s.id")
    .limit(limit);
  switch (selection.kind) {
    case "calendar":
      query = query.where("s.calendar_id", "=", selection.calendarId).where("s.calendar_id", "is not", null);
      if (selection.below !== undefined) query = query.where("r.calendar_version", "<", selection.below);
      return query;
    case "zones":
      return query.where("s.zone", "in", Object.keys(selection.zones));
    case "tasks":
      return query.where("s.periodic_task_id", "in", selection.periodicTaskIds);
    case "tz":
      return query.where("s.tz_version", "=", selection.tzVersion);
  }
}

/** The tz databases that schedules are planned with, one step along the index for each. */
export async function tzVersionsInUse(db: Database): Promise<readonly string[]> {
  const versions: string[] = [];
  for (let last = ""; versions.length < 100; ) {
    const { rows } = await sql<{ version: string | null }>`
      select min(tz_version) as version from schedule where tz_version > ${last} and removed_at is null`.execute(db);
    const version = rows[0]?.version ?? null;
    if (version === null) break;
    versions.push(version);
    last = version;
  }
  return versions;
}

/** The days of the calendars that the rows follow, each in the version that its row is planned with. */
export async function calendarDaysOf(
  db: Database,
  rows: readonly Pick<PlanRow, "calendar_id" | "calendar_version">[],
): Promise<CalendarDaysOf> {
  const known = new Map<string, CalendarDays>();
  for (const { calendar_id: id, calendar_version: version } of rows) {
    const key = `${id}/${version}`;
    if (id === null || version === null || known.has(key)) continue;
    const kept = await db
      .selectFrom("calendar_revision")
      .select("days")
      .where("calendar_id", "=", id)
      .where("version", "=", version)
      .executeTakeFirst();
    if (kept !== undefined) known.set(key, JSON.parse(kept.days) as CalendarDays);
  }
  return (id, version) => known.get(`${id}/${version}`);
}

/** Undefined where the row holds nonsense. */
export function readablePlan(row: PlanRow, daysOf: CalendarDaysOf): SchedulePlan | undefined {
  try {
    return planOf(row, daysOf);
  } catch {
    return undefined;
  }
}

export const planColumns = [
  "s.uid",
  "s.definition",
  "s.zone",
  "s.gap",
  "s.fold",
  "s.calendar_id",
  "s.calendar_rule",
  "s.starts_at",
  "s.ends_at",
  "r.calendar_version",
] as const;
