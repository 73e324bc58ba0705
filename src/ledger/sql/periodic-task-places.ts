import { type Kysely, type RawBuilder, sql } from "kysely";
import { COUNT_CAP, type Page } from "../../base/page.ts";
import { boundedWalk, FARTHEST } from "../../database/queries/bounded-walk.ts";
import { all } from "../../database/queries/conditions.ts";
import type { Tables } from "../../database/rows.ts";
import type { PeriodicTaskQuery } from "../periodic-task-reader.ts";
import { CANDIDATES, candidates, conditions } from "./periodic-task-filter.ts";
import { compare, cursorOf, orderOf, type Place, placeOf } from "./periodic-task-order.ts";

type Database = Kysely<Tables>;
type Walked = { readonly rows: readonly Place[]; readonly scannedTo: Place | undefined };

/** The ids of a page of the list, in order. */
export async function listPlaces(db: Database, query: PeriodicTaskQuery): Promise<Page<number>> {
  const { sort, after, count } = query;
  const from = after === undefined ? undefined : placeOf(sort, after);
  const byNextTime = orderOf(sort).field === "nextAt";
  const ids = await candidates(db, { ...query, byNextTime });
  if (ids !== undefined) {
    const places = await placesAmong(db, ids, query, byNextTime);
    const rest = places.filter((place) => from === undefined || compare(sort, place, from) > 0);
    rest.sort((a, b) => compare(sort, a, b));
    // Of archived ones no more are looked at.
    const counted = { value: places.length, capped: query.archived === true && ids.length === CANDIDATES };
    return { ...pageOf({ rows: rest, scannedTo: undefined }, query), ...(count && { count: counted }) };
  }
  const walked = await (byNextTime ? walkNextTimes(db, query, from) : walkNames(db, query, from, []));
  return { ...pageOf(walked, query), ...(count && { count: await counted(db, query) }) };
}

function pageOf({ rows, scannedTo }: Walked, { sort, limit }: PeriodicTaskQuery): Page<number> {
  const items = rows.slice(0, limit);
  const last = rows.length > limit ? items.at(-1) : scannedTo;
  return { items: items.map(({ id }) => id), ...(last && { next: cursorOf(sort, last) }) };
}

async function placesAmong(
  db: Database,
  ids: readonly number[],
  query: PeriodicTaskQuery,
  byNextTime: boolean,
): Promise<Place[]> {
  if (ids.length === 0) return [];
  const list = sql.join(ids);
  const archived = query.archived === true ? sql`not null` : sql`null`;
  const { rows } = await sql<{ id: number; name: string; task: string }>`
    select p.id, p.name, p.task from periodic_task as p
    where p.id in (${list}) and p.archived_at is ${archived} and ${all(conditions(query))}`.execute(db);
  const places = rows.map((row) => ({ ...row, nextAt: null, scheduleId: null }));
  if (!byNextTime || places.length === 0) return places;
  const { rows: times } = await sql<{ id: number; next_at: number; schedule_id: number }>`
    select s.periodic_task_id as id, c.next_at, c.schedule_id
    from schedule as s cross join schedule_cursor as c
    where s.periodic_task_id in (${sql.join(places.map(({ id }) => id))}) and c.schedule_id = s.id and c.next_at is not null`.execute(
    db,
  );
  const earliest = new Map<number, { next_at: number; schedule_id: number }>();
  for (const time of times) {
    const known = earliest.get(time.id);
    const later = known === undefined ? -1 : time.next_at - known.next_at || time.schedule_id - known.schedule_id;
    if (later < 0) earliest.set(time.id, time);
  }
  return places.map((place) => {
    const time = earliest.get(place.id);
    return time === undefined ? place : { ...place, nextAt: time.next_at, scheduleId: time.schedule_id };
  });
}

/** In the order of names, or of tasks and then names. */
function walkNames(
  db: Database,
  query: PeriodicTaskQuery,
  from: Place | undefined,
  more: readonly RawBuilder<boolean>[],
  farthest = FARTHEST,
): Promise<Walked> {
  const { field, descending } = orderOf(query.sort);
  const { task, ...filter } = query;
  const residual = [...conditions(filter), ...more];
  const direction = descending && field !== "nextAt" ? sql`desc` : sql`asc`;
  const beyond = descending && field !== "nextAt" ? sql`<` : sql`>`;
  // Within one task the index on tasks is in the order of names.
  const byTask = field === "task" && task === undefined;
  const order = byTask ? sql`task ${direction}, name ${direction}` : sql`name ${direction}`;
  const range = (at: Place | undefined) => {
    const ofTask = task === undefined ? sql`` : sql`and task = ${task}`;
    if (at === undefined) return ofTask;
    return byTask
      ? sql`${ofTask} and (task, name) ${beyond} (${at.task}, ${at.name})`
      : sql`${ofTask} and name ${beyond} ${at.name}`;
  };
  type Row = Omit<Place, "nextAt" | "scheduleId">;
  const place = (row: Row): Place => ({ ...row, nextAt: null, scheduleId: null });
  return boundedWalk<Place, Place>({
    need: query.limit + 1,
    from,
    filtered: residual.length > 0,
    farthest,
    async rows(at, stretch, need) {
      const { rows } = await sql<Row>`
        select p.id, p.name, p.task
        from (select id, name, task, enabled, queue from periodic_task
          where archived_at is null ${range(at)} order by ${order} limit ${stretch}) as p
        where ${all(residual)} order by ${order} limit ${need}`.execute(db);
      return rows.map(place);
    },
    async end(at, stretch) {
      const { rows } = await sql<Row>`
        select id, name, task from periodic_task
        where archived_at is null ${range(at)} order by ${order} limit 1 offset ${stretch - 1}`.execute(db);
      return rows[0] && place(rows[0]);
    },
  });
}

/** Idle ones are looked at in shorter stretches: each costs a look at its schedules. */
const FARTHEST_IDLE = 40_000;

/** In the order of the cursors, and then those that wait for no time, by name. */
async function walkNextTimes(db: Database, query: PeriodicTaskQuery, from: Place | undefined): Promise<Walked> {
  // What is switched off waits for no time.
  const none: Walked = { rows: [], scannedTo: undefined };
  const hasDue = query.enabled !== false && (from === undefined || from.nextAt !== null);
  const due = hasDue ? await walkCursors(db, query, from) : none;
  if (due.rows.length > query.limit || due.scannedTo !== undefined) return due;
  const waitsForNone = sql<boolean>`not exists (
    select 1 from schedule as s cross join schedule_cursor as c
    where s.periodic_task_id = p.id and c.schedule_id = s.id and c.next_at is not null)`;
  const idle = await walkNames(
    db,
    { ...query, limit: query.limit - due.rows.length },
    from?.nextAt === null ? from : undefined,
    query.enabled === false ? [] : [waitsForNone],
    FARTHEST_IDLE,
  );
  return { rows: [...due.rows, ...idle.rows], scannedTo: idle.scannedTo };
}

function walkCursors(db: Database, query: PeriodicTaskQuery, from: Place | undefined): Promise<Walked> {
  const { descending } = orderOf(query.sort);
  const direction = descending ? sql`desc` : sql`asc`;
  const beyond = descending ? sql`<` : sql`>`;
  const range = (at: Place | undefined) =>
    at === undefined ? sql`` : sql`and (c.next_at, c.schedule_id) ${beyond} (${at.nextAt}, ${at.scheduleId})`;
  const order = sql`c.next_at ${direction}, c.schedule_id ${direction}`;
  interface Row {
    readonly id: number;
    readonly name: string;
    readonly task: string;
    readonly next_at: number;
    readonly schedule_id: number;
  }
  return boundedWalk<Place, Place>({
    need: query.limit + 1,
    from,
    filtered: true,
    async rows(at, stretch, need) {
      // `cross join` keeps SQLite's order: the cursors first. A periodic task stands where its earliest schedule does.
      const { rows } = await sql<Row>`
        select p.id, p.name, p.task, d.next_at, d.schedule_id
        from (select s.periodic_task_id as id, c.next_at, c.schedule_id
          from schedule_cursor as c cross join schedule as s
          where s.id = c.schedule_id and c.next_at is not null ${range(at)} order by ${order} limit ${stretch}) as d
        cross join periodic_task as p
        where p.id = d.id and p.archived_at is null and ${all(conditions(query))} and not exists (
          select 1 from schedule as s cross join schedule_cursor as c
          where s.periodic_task_id = d.id and c.schedule_id = s.id and c.next_at is not null
            and (c.next_at, c.schedule_id) < (d.next_at, d.schedule_id))
        order by d.next_at ${direction}, d.schedule_id ${direction} limit ${need}`.execute(db);
      return rows.map(({ id, name, task, next_at, schedule_id }) => ({
        id,
        name,
        task,
        nextAt: next_at,
        scheduleId: schedule_id,
      }));
    },
    async end(at, stretch) {
      const { rows } = await sql<Pick<Row, "next_at" | "schedule_id">>`
        select c.next_at, c.schedule_id from schedule_cursor as c
        where c.next_at is not null ${range(at)} order by ${order} limit 1 offset ${stretch - 1}`.execute(db);
      const [row] = rows;
      return row && { id: 0, name: "", task: "", nextAt: row.next_at, scheduleId: row.schedule_id };
    },
  });
}

async function counted(db: Database, query: PeriodicTaskQuery) {
  const { task, ...filter } = query;
  const residual = conditions(filter);
  const ofTask = task === undefined ? sql`` : sql`and task = ${task}`;
  const stretch = residual.length === 0 ? COUNT_CAP + 1 : FARTHEST;
  const order = task === undefined ? sql`name` : sql`task, name`;
  const { rows } = await sql<{ n: number }>`
    select count(*) as n from (select 1 as one
      from (select id, name, task, enabled, queue from periodic_task
        where archived_at is null ${ofTask} order by ${order} limit ${stretch}) as p
      where ${all(residual)} limit ${COUNT_CAP + 1}) as counted`.execute(db);
  const n = Number(rows[0]?.n ?? 0);
  if (n > COUNT_CAP || residual.length === 0) return { value: Math.min(n, COUNT_CAP), capped: n > COUNT_CAP };
  const { rows: beyond } = await sql`
    select id from periodic_task where archived_at is null ${ofTask} order by ${order} limit 1 offset ${FARTHEST}`.execute(
    db,
  );
  return { value: n, capped: beyond.length > 0 };
}
