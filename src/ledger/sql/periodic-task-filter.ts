import { type Kysely, type RawBuilder, sql } from "kysely";
import { FARTHEST } from "../../database/queries/bounded-walk.ts";
import { contains } from "../../database/queries/conditions.ts";
import type { Tables } from "../../database/rows.ts";
import type { PeriodicTaskFilter, QueueFilter } from "../periodic-task-reader.ts";

/** A filter that so few pass is answered by looking at exactly these. */
export const CANDIDATES = 2_000;

/** Name and task are looked at as one text, which takes half as long; nobody types what stands between them. */
const BETWEEN = "\u0001";

type Id = { readonly id: number };

/** The conditions on `p`, which has the columns id, name, task, enabled and queue. */
export function conditions(filter: PeriodicTaskFilter): RawBuilder<boolean>[] {
  const { enabled, task, lastOutcome, tag, calendarId, queue, text } = filter;
  const found: RawBuilder<boolean>[] = [];
  if (enabled !== undefined) found.push(sql`p.enabled = ${enabled ? 1 : 0}`);
  if (task !== undefined) found.push(sql`p.task = ${task}`);
  if (queue !== undefined) found.push(goesTo(queue));
  if (lastOutcome !== undefined && isLive(lastOutcome)) {
    found.push(sql`exists (
      select 1 from run_live r where r.periodic_task_id = p.id and r.state = ${lastOutcome})`);
  } else if (lastOutcome !== undefined) {
    found.push(sql`exists (
      select 1 from periodic_task_outcome o where o.periodic_task_id = p.id and o.state = ${lastOutcome})`);
  }
  if (tag !== undefined) {
    found.push(sql`exists (select 1 from periodic_task_tag t where t.tag = ${tag} and t.periodic_task_id = p.id)`);
  }
  if (calendarId !== undefined) {
    found.push(sql`exists (
      select 1 from schedule s where s.calendar_id = ${calendarId} and s.removed_at is null and s.periodic_task_id = p.id)`);
  }
  if (text !== undefined) {
    found.push(sql`(${contains(sql`p.name || ${BETWEEN} || p.task`, text)} or exists (
      select 1 from periodic_task_tag t where t.periodic_task_id = p.id and ${contains(sql`t.tag`, text)}))`);
  }
  return found;
}

/** The states of unfinished runs that have an index; written into the statement, for SQLite to see that. */
const LIVE_STATES = ["unpublished", "ready", "scheduled", "held", "running"];
const isLive = (state: string): boolean => LIVE_STATES.includes(state);

function goesTo({ name, tasks, except }: QueueFilter): RawBuilder<boolean> {
  if (tasks.length === 0) return except ? sql`(p.queue = ${name} or p.queue is null)` : sql`p.queue = ${name}`;
  const list = sql.join(tasks);
  const byDefault = except ? sql`p.task not in (${list})` : sql`p.task in (${list})`;
  return sql`(p.queue = ${name} or (p.queue is null and ${byDefault}))`;
}

/**
 * The ids among which everything that passes the filter is found, where an index gives them and there are few; undefined where the
 * list itself is the shorter way.
 */
export async function candidates(
  db: Kysely<Tables>,
  filter: PeriodicTaskFilter & { readonly byNextTime: boolean },
): Promise<readonly number[] | undefined> {
  const most = CANDIDATES + 1;
  const few = async (query: RawBuilder<Id>) => {
    const { rows } = await query.execute(db);
    return rows.length > CANDIDATES ? undefined : rows.map(({ id }) => id);
  };
  const { archived, enabled, tag, calendarId, lastOutcome, queue, task, text, byNextTime } = filter;
  if (archived === true) {
    return few(sql<Id>`
      select id from periodic_task where archived_at is not null order by archived_at desc limit ${CANDIDATES}`);
  }
  if (enabled === false) {
    const ids = await few(
      sql<Id>`select id from periodic_task where archived_at is null and enabled = 0 order by name limit ${most}`,
    );
    if (ids !== undefined) return ids;
  }
  if (tag !== undefined) {
    const ids = await few(
      sql<Id>`select periodic_task_id as id from periodic_task_tag where tag = ${tag} limit ${most}`,
    );
    if (ids !== undefined) return ids;
  }
  if (calendarId !== undefined) {
    const ids = await few(sql<Id>`
      select periodic_task_id as id from schedule where calendar_id = ${calendarId} and removed_at is null limit ${most}`);
    if (ids !== undefined) return [...new Set(ids)];
  }
  if (lastOutcome !== undefined) {
    const ids = await few(
      isLive(lastOutcome)
        ? sql<Id>`
          select coalesce(periodic_task_id, 0) as id from run_live where state = ${sql.lit(lastOutcome)} limit ${most}`
        : sql<Id>`select periodic_task_id as id from periodic_task_outcome where state = ${lastOutcome} limit ${most}`,
    );
    if (ids !== undefined) return [...new Set(ids)];
  }
  if (task !== undefined && byNextTime) {
    const ids = await few(
      sql<Id>`select id from periodic_task where archived_at is null and task = ${task} limit ${most}`,
    );
    if (ids !== undefined) return ids;
  }
  if (queue !== undefined && !queue.except) {
    const ids = await few(queueCandidates(queue, most));
    if (ids !== undefined) return ids;
  }
  return text === undefined ? undefined : textCandidates(db, text, most);
}

function queueCandidates({ name, tasks }: QueueFilter, most: number): RawBuilder<Id> {
  const named = sql`select id from periodic_task where archived_at is null and queue = ${name}`;
  if (tasks.length === 0) return sql<Id>`${named} limit ${most}`;
  const list = sql.join(tasks);
  return sql<Id>`select id from (${named} union all
    select id from periodic_task where archived_at is null and task in (${list}) and queue is null) as p limit ${most}`;
}

async function textCandidates(db: Kysely<Tables>, text: string, most: number): Promise<readonly number[] | undefined> {
  const { rows: beyond } = await sql<Id>`
    select id from periodic_task where archived_at is null order by task, name limit 1 offset ${FARTHEST}`.execute(db);
  if (beyond.length > 0) return undefined;
  // Both names stand in one index, so the wide rows are not read.
  const { rows: named } = await sql<Id>`
    select id from (select id, task, name from periodic_task where archived_at is null order by task, name limit ${FARTHEST}) as p
    where ${contains(sql`p.name || ${BETWEEN} || p.task`, text)} limit ${most}`.execute(db);
  if (named.length > CANDIDATES) return undefined;
  const { rows: tagged } = await sql<Id>`
    select periodic_task_id as id
    from (select tag, periodic_task_id from periodic_task_tag order by tag, periodic_task_id limit ${FARTHEST}) as t
    where ${contains(sql`t.tag`, text)} limit ${most}`.execute(db);
  const ids = new Set([...named, ...tagged].map(({ id }) => id));
  return tagged.length > CANDIDATES || ids.size > CANDIDATES ? undefined : [...ids];
}
