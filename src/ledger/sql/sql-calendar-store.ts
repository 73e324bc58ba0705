import { type Kysely, sql } from "kysely";
import { HyoshiError } from "../../base/error.ts";
import { canonicalJson, type Json, type JsonObject } from "../../base/json.ts";
import { COUNT_CAP, decodeCursor, encodeCursor, type Page } from "../../base/page.ts";
import { recordChange } from "../../database/queries/change.ts";
import type { Tables } from "../../database/rows.ts";
import {
  type Calendar,
  type CalendarDraft,
  type CalendarQuery,
  type CalendarStore,
  type ListedCalendar,
  noCalendar,
} from "../calendar-store.ts";
import type { EditContext } from "../periodic-task-store.ts";
import { calendarOf, lockCalendar } from "./calendar-rows.ts";

type Database = Kysely<Tables>;

export interface SqlCalendarStoreOptions {
  readonly db: Database;
  /** Random texts that name calendars outside the database. */
  readonly uid: () => string;
  /** Called after each commit. */
  readonly tell?: () => void;
}

/** Plain SQL through Kysely: the same on SQLite and PostgreSQL. */
export class SqlCalendarStore implements CalendarStore {
  readonly #db: Database;
  readonly #uid: () => string;
  readonly #tell: () => void;

  constructor({ db, uid, tell = () => {} }: SqlCalendarStoreOptions) {
    this.#db = db;
    this.#uid = uid;
    this.#tell = tell;
  }

  create(draft: CalendarDraft, context: EditContext): Promise<Calendar> {
    return this.#edit(async (db) => {
      await assertNameFree(db, draft.name, undefined);
      const { now } = context;
      const row = await db
        .insertInto("calendar")
        .values({
          uid: this.#uid(),
          ...columnsOf(draft),
          planned_version: 1,
          created_at: now,
          updated_at: now,
          archived_at: null,
          version: 1,
        })
        .returningAll()
        .executeTakeFirstOrThrow();
      await addDays(db, row.id, 1, draft, context);
      await record(db, row.id, draft.name, "created", null, changeView(draft), context);
      return calendarOf(row);
    });
  }

  update(id: number, version: number, draft: CalendarDraft, context: EditContext): Promise<Calendar> {
    return this.#edit(async (db) => {
      const before = await lockCalendar(db, id);
      if (before === undefined) throw noCalendar(id);
      if (before.version !== version) {
        throw new HyoshiError(
          "stale_version",
          `calendar '${before.name}' was changed meanwhile: the change was made from version ${version}, and it is now at version ${before.version}`,
          { fields: { id, version: before.version } },
        );
      }
      await assertNameFree(db, draft.name, id);
      const row = await db
        .updateTable("calendar")
        .set({ ...columnsOf(draft), updated_at: context.now, version: version + 1 })
        .where("id", "=", id)
        .returningAll()
        .executeTakeFirstOrThrow();
      if (textOf(before.days) !== textOf(draft.days)) await addDays(db, id, version + 1, draft, context);
      await record(db, id, draft.name, "updated", changeView(before), changeView(draft), context);
      return calendarOf(row);
    });
  }

  async archive(id: number, context: EditContext): Promise<void> {
    await this.#edit(async (db) => {
      const before = await lockCalendar(db, id);
      if (before === undefined) throw noCalendar(id);
      const used = await countUses(db, id, 11);
      if (used > 0) throw inUse(before.name, used);
      await db
        .updateTable("calendar")
        .set({ archived_at: context.now, updated_at: context.now, version: before.version + 1 })
        .where("id", "=", id)
        .execute();
      await record(db, id, before.name, "archived", changeView(before), null, context);
    });
  }

  async find(id: number): Promise<ListedCalendar | undefined> {
    const row = await this.#db.selectFrom("calendar").selectAll().where("id", "=", id).executeTakeFirst();
    if (row === undefined) return undefined;
    return { ...calendarOf(row), schedules: await countUses(this.#db, id, COUNT_CAP) };
  }

  async list({ archived, limit, after, count }: CalendarQuery): Promise<Page<ListedCalendar>> {
    const name = archived ? "archived calendars" : "calendars";
    const from = after === undefined ? undefined : decodeCursor(after, name, ["text", "number"]);
    let query = this.#db.selectFrom("calendar").where("archived_at", archived ? "is not" : "is", null);
    const total = count
      ? await query.select(({ fn }) => fn.countAll<number>().as("n")).executeTakeFirstOrThrow()
      : undefined;
    if (from !== undefined) {
      const [text, id] = from;
      query = query.where((e) => e.or([e("name", ">", text), e.and([e("name", "=", text), e("id", ">", id)])]));
    }
    const rows = await query
      .selectAll()
      .orderBy("name")
      .orderBy("id")
      .limit(limit + 1)
      .execute();
    const items: ListedCalendar[] = [];
    for (const row of rows.slice(0, limit)) {
      items.push({ ...calendarOf(row), schedules: await countUses(this.#db, row.id, COUNT_CAP) });
    }
    const last = rows.length > limit ? items.at(-1) : undefined;
    return {
      items,
      ...(last && { next: encodeCursor(name, [last.name, last.id]) }),
      ...(total && { count: { value: Math.min(Number(total.n), COUNT_CAP), capped: Number(total.n) > COUNT_CAP } }),
    };
  }

  async #edit<T>(work: (db: Database) => Promise<T>): Promise<T> {
    const answer = await this.#db.transaction().execute(work);
    this.#tell();
    return answer;
  }
}

/** Schedules that follow it, of periodic tasks that are there; at most `most`. */
async function countUses(db: Database, id: number, most: number): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*) as n from (
      select 1 as one from schedule as s join periodic_task as p on p.id = s.periodic_task_id
      where s.calendar_id = ${id} and s.calendar_id is not null and s.removed_at is null and p.archived_at is null
      limit ${most}) as c`.execute(db);
  return Number(rows[0]?.n ?? 0);
}

function inUse(name: string, used: number): HyoshiError {
  const many = used > 10 ? "more than 10 schedules" : `${used} schedule${used === 1 ? "" : "s"}`;
  const ja = used > 10 ? "10 件を超える" : `${used} 件の`;
  return new HyoshiError(
    "calendar_in_use",
    `calendar '${name}' is followed by ${many}: give them another calendar, or none, before it is archived`,
    {
      fields: {
        schedules: used,
        text: {
          en: `${used === 1 ? "A schedule follows" : `${many.charAt(0).toUpperCase()}${many.slice(1)} follow`} it: give ${used === 1 ? "it" : "them"} another calendar, or none, first.`,
          ja: `${ja}スケジュールがこのカレンダーを使っています。先に別のカレンダーに変えるか、外してください。`,
        },
      },
    },
  );
}

async function assertNameFree(db: Database, name: string, except: number | undefined): Promise<void> {
  const taken = await db
    .selectFrom("calendar")
    .select("id")
    .where("name", "=", name)
    .where("archived_at", "is", null)
    .executeTakeFirst();
  if (taken === undefined || taken.id === except) return;
  throw new HyoshiError("name_taken", `a calendar named '${name}' exists already: choose another name`, {
    fields: {
      field: "name",
      path: "/name",
      value: name,
      text: { en: `Another calendar is named “${name}”`, ja: `「${name}」という名前のカレンダーがすでにあります` },
    },
  });
}

function columnsOf({ name, sources, days }: CalendarDraft) {
  return { name, sources: JSON.stringify(sources), days: JSON.stringify(days) };
}

async function addDays(db: Database, id: number, version: number, { days }: CalendarDraft, { now }: EditContext) {
  await db
    .insertInto("calendar_revision")
    .values({ calendar_id: id, version, days: JSON.stringify(days), from_at: now })
    .execute();
}

const textOf = (days: CalendarDraft["days"]): string => canonicalJson({ ...days } as unknown as Json);

/** What a person edits. */
function changeView({ name, sources }: CalendarDraft): JsonObject {
  const { weekend, holidays, years, closed, open } = sources;
  return { name, weekend, holidays, years, closed, open } as unknown as JsonObject;
}

async function record(
  db: Database,
  id: number,
  label: string,
  action: string,
  before: JsonObject | null,
  after: JsonObject | null,
  { now, by }: EditContext,
): Promise<void> {
  await recordChange(db, {
    at: now,
    by: by.name,
    resource: "calendar",
    resourceId: String(id),
    label,
    action,
    before,
    after,
  });
}
