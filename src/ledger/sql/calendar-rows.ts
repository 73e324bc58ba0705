import type { Kysely, Selectable } from "kysely";
import { HyoshiError } from "../../base/error.ts";
import type { CalendarDays } from "../../calendar/calendar-days.ts";
import type { CalendarRow, Tables } from "../../database/rows.ts";
import type { Calendar, CalendarSources } from "../calendar-store.ts";

type Database = Kysely<Tables>;

const gone = {
  en: "The calendar is not there any more, or is archived",
  ja: "このカレンダーは見つかりません。削除された可能性があります",
};

export function calendarOf(row: Selectable<CalendarRow>): Calendar {
  return {
    id: row.id,
    uid: row.uid,
    name: row.name,
    sources: JSON.parse(row.sources) as CalendarSources,
    days: JSON.parse(row.days) as CalendarDays,
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    archivedAt: row.archived_at,
  };
}

/** The calendar, locked, so that it is neither edited nor archived before this transaction has ended. */
export async function lockCalendar(db: Database, id: number): Promise<Calendar | undefined> {
  const row = await db
    .updateTable("calendar")
    .set((e) => ({ version: e.ref("version") }))
    .where("id", "=", id)
    .where("archived_at", "is", null)
    .returningAll()
    .executeTakeFirst();
  return row && calendarOf(row);
}

/** The newest version of a calendar's days. Locks the calendar; fails with `unknown_calendar`. */
export async function currentDaysVersion(db: Database, id: number): Promise<number> {
  const calendar = await lockCalendar(db, id);
  const newest = calendar && (await newestDaysVersion(db, id));
  if (newest !== undefined) return newest;
  throw new HyoshiError("unknown_calendar", `there is no calendar with the id ${id}, or it is archived`, {
    fields: { value: id, text: gone },
  });
}

export async function newestDaysVersion(db: Database, id: number): Promise<number | undefined> {
  const row = await db
    .selectFrom("calendar_revision")
    .select("version")
    .where("calendar_id", "=", id)
    .orderBy("version", "desc")
    .limit(1)
    .executeTakeFirst();
  return row?.version;
}
