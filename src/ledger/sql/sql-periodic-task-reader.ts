import { type Kysely, type Selectable, sql } from "kysely";
import type { Instant } from "../../base/clock.ts";
import { messageOf } from "../../base/error.ts";
import { COUNT_CAP, decodeCursor, encodeCursor, type Page } from "../../base/page.ts";
import type { PeriodicTaskOutcomeRow, PeriodicTaskRow, Tables } from "../../database/rows.ts";
import type {
  LastOutcome,
  ListedSchedule,
  PeriodicTaskQuery,
  PeriodicTaskReader,
  PeriodicTaskRecord,
  ScheduleQuery,
} from "../periodic-task-reader.ts";
import { type Pausable, pauseFor, selectPauses } from "./pause-rows.ts";
import { listPlaces } from "./periodic-task-places.ts";
import {
  periodicTask,
  plannedSchedule,
  type ScheduleWithCursor,
  scheduleQuery,
  selectSchedules,
} from "./periodic-task-rows.ts";
import { calendarDaysOf } from "./plan-rows.ts";
import { readStrips } from "./run-strip.ts";

type Row = Selectable<PeriodicTaskRow>;

/** Of the periodic tasks whose last run failed, so many are looked at: with more, the list is not what helps. */
const LOOKED_AT = 10_000;
/** Within what a statement may carry on either database. */
const UIDS_AT_ONCE = 500;

/** Plain SQL on a connection that reads: the same on SQLite and PostgreSQL. */
export class SqlPeriodicTaskReader implements PeriodicTaskReader {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  async list(query: PeriodicTaskQuery): Promise<Page<PeriodicTaskRecord>> {
    const page = await listPlaces(this.#db, query);
    return { ...page, items: await this.#records(page.items, query.now) };
  }

  async find(id: number, now: Instant): Promise<PeriodicTaskRecord | undefined> {
    return (await this.#records([id], now))[0];
  }

  async findIdByName(name: string): Promise<number | undefined> {
    const row = await this.#db
      .selectFrom("periodic_task")
      .select("id")
      .where("name", "=", name)
      .where("archived_at", "is", null)
      .executeTakeFirst();
    return row?.id;
  }

  async findByUids(uids: readonly string[]) {
    const found = new Map<string, { id: number; archivedAt: Instant | null }>();
    for (let from = 0; from < uids.length; from += UIDS_AT_ONCE) {
      const rows = await this.#db
        .selectFrom("periodic_task")
        .select(["uid", "id", "archived_at"])
        .where("uid", "in", uids.slice(from, from + UIDS_AT_ONCE))
        .execute();
      for (const { uid, id, archived_at } of rows) found.set(uid, { id, archivedAt: archived_at });
    }
    return found;
  }

  async findScheduleId(uid: string): Promise<number | undefined> {
    const row = await this.#db
      .selectFrom("schedule")
      .select("id")
      .where("uid", "=", uid)
      .where("removed_at", "is", null)
      .executeTakeFirst();
    return row?.id;
  }

  async idsFromCode(): Promise<readonly number[]> {
    const rows = await this.#db
      .selectFrom("periodic_task")
      .select("id")
      .where("code_app", "is not", null)
      .orderBy("id")
      .execute();
    return rows.map(({ id }) => id);
  }

  async isUser(id: number): Promise<boolean> {
    return (await this.#db.selectFrom("user").select("id").where("id", "=", id).executeTakeFirst()) !== undefined;
  }

  async tags({ after = "", limit }: { readonly after?: string; readonly limit: number }): Promise<readonly string[]> {
    // From each tag to the next along the key: a tag that 100,000 periodic tasks have is one step.
    const { rows } = await sql<{ tag: string }>`
      with recursive step (tag) as (
        select min(tag) from periodic_task_tag where tag > ${after}
        union all
        select (select min(t.tag) from periodic_task_tag as t where t.tag > step.tag) from step where step.tag is not null
      )
      select tag from step where tag is not null limit ${limit}`.execute(this.#db);
    return rows.map(({ tag }) => tag);
  }

  async schedules(query: ScheduleQuery): Promise<Page<ListedSchedule>> {
    const { limit, after, count } = query;
    const from = after === undefined ? undefined : decodeCursor(after, "schedules", ["number"])[0];
    const matching = (beyond: number | undefined, most: number) => {
      let found = scheduleQuery(this.#db).limit(most);
      if (query.id !== undefined) found = found.where("s.id", "=", query.id);
      if (query.periodicTaskId !== undefined) found = found.where("s.periodic_task_id", "=", query.periodicTaskId);
      return beyond === undefined ? found : found.where("s.id", ">", beyond);
    };
    const rows = await matching(from, limit + 1).execute();
    const shown = rows.slice(0, limit);
    const tasks = await this.#pausables(shown.map((row) => row.periodic_task_id));
    const ids = shown.map(({ id }) => id);
    const pauses = shown.length === 0 ? [] : await selectPauses(this.#db, [...tasks.values()], ids, query.now);
    const daysOf = await calendarDaysOf(this.#db, shown);
    const items = shown.map((row) => {
      const task = tasks.get(row.periodic_task_id);
      const pause = task === undefined ? null : pauseFor(pauses, task, row.id);
      return { ...plannedSchedule(readableSchedule(row), pause, daysOf), periodicTaskId: row.periodic_task_id };
    });
    const last = rows.length > limit ? items.at(-1) : undefined;
    const next = last && { next: encodeCursor("schedules", [last.id]) };
    if (!count) return { items, ...next };
    const { n } = await this.#db
      .selectFrom(matching(undefined, COUNT_CAP + 1).as("some"))
      .select(({ fn }) => fn.countAll<number>().as("n"))
      .executeTakeFirstOrThrow();
    return { items, ...next, count: { value: Math.min(Number(n), COUNT_CAP), capped: Number(n) > COUNT_CAP } };
  }

  async upcoming(limit: number) {
    const { items } = await listPlaces(this.#db, { sort: "nextAt", limit, enabled: true, now: 0 });
    if (items.length === 0) return [];
    const { rows } = await sql<{ periodicTaskId: number; name: string; at: number | null }>`
      select p.id as "periodicTaskId", p.name, (
        select min(c.next_at) from schedule as s cross join schedule_cursor as c
        where s.periodic_task_id = p.id and c.schedule_id = s.id) as at
      from periodic_task as p where p.id in (${sql.join(items)})`.execute(this.#db);
    return rows.flatMap(({ at, ...task }) => (at === null ? [] : [{ ...task, at }])).sort((a, b) => a.at - b.at);
  }

  async lastSuccess(id: number): Promise<Instant | undefined> {
    const row = await this.#db
      .selectFrom("periodic_task_outcome")
      .select("succeeded_at")
      .where("periodic_task_id", "=", id)
      .executeTakeFirst();
    return row?.succeeded_at ?? undefined;
  }

  async failing(since: Instant, limit: number) {
    const { rows } = await sql<OutcomeColumns & { periodicTaskId: number; name: string }>`
      select o.*, p.id as "periodicTaskId", p.name
      from (select run_id, state, ended_at, duration_ms, periodic_task_id from periodic_task_outcome
        where state in ('failed', 'lost') limit ${LOOKED_AT}) as o
      cross join periodic_task as p
      where p.id = o.periodic_task_id and p.archived_at is null and o.ended_at >= ${since}
      order by o.ended_at desc limit ${limit}`.execute(this.#db);
    return rows.map(({ periodicTaskId, name, ...outcome }) => ({ periodicTaskId, name, ...outcomeOf(outcome) }));
  }

  async broken(limit: number) {
    const rows = await this.#db
      .selectFrom("schedule_cursor as c")
      .innerJoin("schedule as s", "s.id", "c.schedule_id")
      .innerJoin("periodic_task as p", "p.id", "s.periodic_task_id")
      .select(["p.id as periodicTaskId", "p.name", "c.error"])
      .where("c.error", "is not", null)
      .where("s.removed_at", "is", null)
      .where("p.archived_at", "is", null)
      .limit(limit)
      .execute();
    return rows.map(({ error, ...task }) => ({ ...task, error: error ?? "" }));
  }

  /** In the order of the ids; those that are not there are left out. */
  async #records(ids: readonly number[], now: Instant): Promise<PeriodicTaskRecord[]> {
    if (ids.length === 0) return [];
    const db = this.#db;
    const rows = await db.selectFrom("periodic_task").selectAll().where("id", "in", ids).execute();
    const schedules = Map.groupBy(await selectSchedules(db, ids), (row) => row.periodic_task_id);
    const schedulesOf = (id: number) => schedules.get(id) ?? [];
    const scheduleIds = [...schedules.values()].flatMap((some) => some.map(({ id }) => id));
    const pauses = await selectPauses(db, rows.map(pausable), scheduleIds, now);
    const daysOf = await calendarDaysOf(db, [...schedules.values()].flat());
    const owners = await this.#owners(rows);
    const outcomes = await db
      .selectFrom("periodic_task_outcome")
      .selectAll()
      .where("periodic_task_id", "in", ids)
      .execute();
    const strips = await readStrips(
      db,
      rows.map(({ id }) => ({ id, scheduleIds: schedulesOf(id).map((schedule) => schedule.id) })),
    );
    const records = rows.map((row): PeriodicTaskRecord => {
      const outcome = outcomes.find(({ periodic_task_id }) => periodic_task_id === row.id);
      return {
        ...readable(row, schedulesOf(row.id), pauses, daysOf),
        owner: row.owner_id === null ? null : (owners.get(row.owner_id) ?? null),
        last: outcome === undefined ? null : outcomeOf(outcome),
        strip: strips.get(row.id) ?? [],
      };
    });
    return ids.flatMap((id) => records.find((record) => record.id === id) ?? []);
  }

  async #pausables(ids: readonly number[]): Promise<Map<number, Pausable>> {
    if (ids.length === 0) return new Map();
    const rows = await this.#db
      .selectFrom("periodic_task")
      .select(["id", "tags"])
      .where("id", "in", [...new Set(ids)])
      .execute();
    return new Map(rows.map((row) => [row.id, pausable(row)]));
  }

  async #owners(rows: readonly Row[]): Promise<Map<number, { id: number; username: string }>> {
    const ids = [...new Set(rows.flatMap(({ owner_id }) => owner_id ?? []))];
    if (ids.length === 0) return new Map();
    const users = await this.#db.selectFrom("user").select(["id", "username"]).where("id", "in", ids).execute();
    return new Map(users.map((user) => [user.id, user]));
  }
}

type OutcomeColumns = Pick<Selectable<PeriodicTaskOutcomeRow>, "run_id" | "state" | "ended_at" | "duration_ms">;

function outcomeOf(row: OutcomeColumns): LastOutcome {
  return { runId: row.run_id, state: row.state, endedAt: row.ended_at, durationMs: row.duration_ms };
}

/** A row that was edited by hand to nonsense is shown as broken, and does not hide the others. */
function readable(...parts: Parameters<typeof periodicTask>) {
  const [row, schedules, pauses, daysOf] = parts;
  try {
    return periodicTask(row, schedules, pauses, daysOf);
  } catch {
    const mended = {
      ...row,
      input: json(row.input, "{}"),
      options: json(row.options, "{}"),
      tags: json(row.tags, "[]"),
      held_reason: row.held_reason === null ? null : json(row.held_reason, "null"),
      code_base: row.code_base === null ? null : json(row.code_base, "null"),
    };
    return periodicTask(mended, schedules.map(readableSchedule), pauses, daysOf);
  }
}

function pausable({ id, tags }: Pick<Row, "id" | "tags">): Pausable {
  return { id, tags: JSON.parse(json(tags, "[]")) as string[] };
}

function readableSchedule(row: ScheduleWithCursor): ScheduleWithCursor {
  try {
    JSON.parse(row.definition);
    JSON.parse(row.input ?? "null");
    return row;
  } catch (error) {
    const definition = JSON.stringify({ kind: "crontab", expression: row.definition });
    return { ...row, definition, input: null, error: row.error ?? `its row is not JSON: ${messageOf(error)}` };
  }
}

function json(text: string, otherwise: string): string {
  try {
    JSON.parse(text);
    return text;
  } catch {
    return otherwise;
  }
}
