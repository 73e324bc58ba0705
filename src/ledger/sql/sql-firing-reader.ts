import { type Kysely, type RawBuilder, type Selectable, sql } from "kysely";
import type { Instant } from "../../base/clock.ts";
import type { JsonObject } from "../../base/json.ts";
import { COUNT_CAP, decodeCursor, encodeCursor, type Page } from "../../base/page.ts";
import { boundedWalk } from "../../database/queries/bounded-walk.ts";
import type { FiringRow, Tables } from "../../database/rows.ts";
import type { Reason, Verdict } from "../../firing/decision.ts";
import type { FiringQuery, FiringReader, FiringRecord } from "../firing-reader.ts";
import { calendarDaysOf, readablePlan } from "./plan-rows.ts";

type Row = Selectable<FiringRow>;
type Place = Pick<Row, "schedule_id" | "nominal_at" | "decided_at">;

/** Schedules of one periodic task, removed ones among them; the newest so many are looked at. */
const MOST_SCHEDULES = 200;

/** Plain SQL on a connection that reads: the same on SQLite and PostgreSQL. */
export class SqlFiringReader implements FiringReader {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  async list(query: FiringQuery): Promise<Page<FiringRecord>> {
    const { limit, after, count } = query;
    const schedules = await this.#schedulesOf(query);
    const name = schedules === undefined ? "firings by decision" : "firings by time";
    const source = schedules === undefined ? byDecision(query.verdict) : byNominalTime(schedules);
    const order =
      schedules === undefined
        ? sql`f.decided_at desc, f.schedule_id desc, f.nominal_at desc`
        : sql`f.nominal_at desc, f.schedule_id desc`;
    if (schedules?.length === 0) return { items: [], ...(count && { count: { value: 0, capped: false } }) };
    const from = after === undefined ? undefined : placeOf(name, after);
    // What was not sent has an index of its own; what was sent is nearly everything.
    const filter = query.verdict === undefined ? sql`` : sql`where f.verdict = ${query.verdict}`;
    const { rows, scannedTo } = await boundedWalk<Row, Place>({
      need: limit + 1,
      from,
      filtered: query.verdict !== undefined,
      stretch: stretchOf(schedules),
      rows: async (at, stretch, need) =>
        (
          await sql<Row>`select f.* from (${source(at, stretch, 0)}) as f ${filter}
            order by ${order} limit ${need}`.execute(this.#db)
        ).rows,
      end: async (at, stretch) => (await sql<Row>`${source(at, 1, stretch - 1)}`.execute(this.#db)).rows[0],
    });
    const items = rows.slice(0, limit);
    const last = rows.length > limit ? items.at(-1) : scannedTo;
    return {
      items: await this.#records(items),
      ...(last && { next: encodeCursor(name, [last.decided_at, last.nominal_at, last.schedule_id]) }),
      ...(count && { count: await this.#count(source, filter, schedules, query) }),
    };
  }

  async find(scheduleId: number, nominalAt: Instant): Promise<FiringRecord | undefined> {
    const row = await this.#db
      .selectFrom("firing")
      .selectAll()
      .where("schedule_id", "=", scheduleId)
      .where("nominal_at", "<=", nominalAt)
      .orderBy("nominal_at", "desc")
      .limit(1)
      .executeTakeFirst();
    if (row === undefined || row.through_at < nominalAt) return undefined;
    return (await this.#records([row]))[0];
  }

  async #count(
    source: Source,
    filter: RawBuilder<unknown>,
    schedules: readonly number[] | undefined,
    { verdict }: FiringQuery,
  ) {
    const stretch = verdict === undefined ? COUNT_CAP + 1 : stretchOf(schedules);
    const { rows } = await sql<{ n: number }>`
      select count(*) as n from (select 1 as one from (${source(undefined, stretch, 0, KEY)}) as f ${filter} limit ${COUNT_CAP + 1}) as c`.execute(
      this.#db,
    );
    const n = Number(rows[0]?.n ?? 0);
    if (n > COUNT_CAP || verdict === undefined) return { value: Math.min(n, COUNT_CAP), capped: n > COUNT_CAP };
    const { rows: beyond } = await source(undefined, 1, stretch).execute(this.#db);
    return { value: n, capped: beyond.length > 0 };
  }

  /** Undefined: all schedules. */
  async #schedulesOf({ periodicTaskId, scheduleId }: FiringQuery): Promise<readonly number[] | undefined> {
    if (periodicTaskId === undefined) return scheduleId === undefined ? undefined : [scheduleId];
    const rows = await this.#db
      .selectFrom("schedule")
      .select("id")
      .where("periodic_task_id", "=", periodicTaskId)
      .orderBy("id", "desc")
      .limit(MOST_SCHEDULES)
      .execute();
    const ids = rows.map(({ id }) => id);
    return scheduleId === undefined ? ids : ids.filter((id) => id === scheduleId);
  }

  async #records(rows: readonly Row[]): Promise<FiringRecord[]> {
    if (rows.length === 0) return [];
    const ids = [...new Set(rows.map((row) => row.schedule_id))];
    const schedules = await this.#db
      .selectFrom("schedule")
      .select(["id", "uid", "name", "periodic_task_id"])
      .where("id", "in", ids)
      .execute();
    const revisions = await this.#db
      .selectFrom("schedule_revision")
      .selectAll()
      .where("schedule_id", "in", ids)
      .where("version", "in", [...new Set(rows.map((row) => row.version))])
      .execute();
    const daysOf = await calendarDaysOf(this.#db, revisions);
    return rows.map((row) => {
      const schedule = schedules.find(({ id }) => id === row.schedule_id);
      const revision = revisions.find((one) => one.schedule_id === row.schedule_id && one.version === row.version);
      const plan = revision && readablePlan({ ...revision, uid: schedule?.uid ?? "" }, daysOf);
      return {
        scheduleId: row.schedule_id,
        scheduleName: schedule?.name ?? "",
        periodicTaskId: schedule?.periodic_task_id ?? 0,
        nominalAt: row.nominal_at,
        throughAt: row.through_at,
        version: row.version,
        verdict: row.verdict as Verdict,
        reason: row.reason as Reason,
        detail: row.detail === null ? null : (JSON.parse(row.detail) as JsonObject),
        runId: row.run_id,
        decidedAt: row.decided_at,
        revision: plan === undefined || revision === undefined ? null : { plan, fromAt: revision.from_at },
      };
    });
  }
}

/** Each schedule's rows are read that far, and all of them sorted: together no more than for one. */
const stretchOf = (schedules: readonly number[] | undefined): number =>
  Math.max(Math.floor(COUNT_CAP / Math.max(schedules?.length ?? 1, 1)), 500);

type Source = (at: Place | undefined, limit: number, offset: number, columns?: RawBuilder<unknown>) => RawBuilder<Row>;

/** All that counting asks of a row stands in the indexes. */
const KEY = sql`schedule_id, nominal_at, decided_at, verdict`;
const WHOLE = sql`*`;

function byDecision(verdict: Verdict | undefined): Source {
  return (at, limit, offset, columns = WHOLE) => {
    const ofVerdict =
      verdict === undefined || verdict === "sent" ? sql`1 = 1` : sql`verdict = ${verdict} and verdict <> 'sent'`;
    const range =
      at === undefined
        ? sql``
        : sql`and (decided_at, schedule_id, nominal_at) < (${at.decided_at}, ${at.schedule_id}, ${at.nominal_at})`;
    return sql<Row>`select ${columns} from firing where ${ofVerdict} ${range}
      order by decided_at desc, schedule_id desc, nominal_at desc limit ${limit} offset ${offset}`;
  };
}

/** Each schedule's own rows come in order from the key; together they are merged. */
function byNominalTime(schedules: readonly number[]): Source {
  return (at, limit, offset, columns = WHOLE) => {
    const parts = schedules.map((id) => {
      // Rows of one instant come in the order of their schedules, the latest first.
      const range =
        at === undefined ? sql`` : sql`and nominal_at ${id < at.schedule_id ? sql`<=` : sql`<`} ${at.nominal_at}`;
      return sql`select * from (
        select ${columns} from firing where schedule_id = ${id} ${range} order by nominal_at desc limit ${limit + offset}) as one`;
    });
    return sql<Row>`select * from (${sql.join(parts, sql` union all `)}) as rows_of_all
      order by nominal_at desc, schedule_id desc limit ${limit} offset ${offset}`;
  };
}

function placeOf(list: string, cursor: string): Place {
  const [decided_at, nominal_at, schedule_id] = decodeCursor(cursor, list, ["number", "number", "number"]);
  return { decided_at, nominal_at, schedule_id };
}
