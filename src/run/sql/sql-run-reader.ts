import { type Kysely, sql } from "kysely";
import { COUNT_CAP, type Page } from "../../base/page.ts";
import { attemptOf } from "../../database/queries/run-columns.ts";
import type { Tables } from "../../database/rows.ts";
import type { Attempt, Run, RunState } from "../run.ts";
import type { ChildRun, FamilyRun, ListedRun, QueueDepth, RunQuery, RunReader, RunRecord } from "../run-reader.ts";
import { readQueueDepths } from "./queue-depths.ts";
import { readFamily } from "./run-family.ts";
import { countRuns, listRunPlaces } from "./run-places.ts";
import { type ListedRow, listedRun, type Names, sharedColumns } from "./run-rows.ts";

const MOST_CHILDREN = 200;

const LIVE_COLUMNS = sql.join([
  ...sharedColumns.map((column) => sql.ref(`r.${column}`)),
  sql`p.name as worker, r.process_id, r.claim, r.cancel_requested_at, null as ended_at, r.waits_for`,
]);
const DONE_COLUMNS = sql.join([
  ...sharedColumns.map((column) => sql.ref(`r.${column}`)),
  sql`r.process as worker, null as process_id, 0 as claim, null as cancel_requested_at, r.ended_at, null as waits_for`,
]);

interface Wide {
  readonly input: string;
  readonly wire: string | null;
  readonly result: string | null;
  readonly error: string | null;
}

/** Plain SQL on a connection that reads: the same on SQLite and PostgreSQL. */
export class SqlRunReader implements RunReader {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  async list(query: RunQuery): Promise<Page<ListedRun>> {
    const page = await listRunPlaces(this.#db, query);
    const rows = await this.#rows<ListedRow>(page.items, sql``, sql``);
    const names = await this.#names(rows);
    const items = page.items.flatMap((id) => {
      const row = rows.get(id);
      return row === undefined ? [] : [listedRun(row, names)];
    });
    if (!query.count) return { ...page, items };
    return { ...page, items, count: page.count ?? (await countRuns(this.#db, query)) };
  }

  async find(id: string): Promise<RunRecord | undefined> {
    const live = sql`, r.input, r.wire, null as result, null as error`;
    const rows = await this.#rows<ListedRow & Wide>([id], live, sql`, r.input, r.wire, r.result, r.error`);
    const row = rows.get(id);
    if (row === undefined) return undefined;
    return {
      ...listedRun(row, await this.#names(rows)),
      payload: JSON.parse(row.input) as Run["payload"],
      ...(row.wire !== null && { wire: JSON.parse(row.wire) as NonNullable<Run["wire"]> }),
      ...(row.result !== null && { result: JSON.parse(row.result) as NonNullable<Run["result"]> }),
      ...(row.error !== null && { error: JSON.parse(row.error) as NonNullable<Run["error"]> }),
    };
  }

  async attempts(id: string): Promise<readonly Attempt[]> {
    const rows = await this.#db
      .selectFrom("attempt")
      .selectAll()
      .where("run_id", "=", id)
      .orderBy("number")
      .orderBy("claim")
      .limit(1_000)
      .execute();
    return rows.map(attemptOf);
  }

  async children(id: string): Promise<readonly ChildRun[]> {
    const { rows } = await sql<{ id: string; task: string; state: RunState; queued_at: number }>`
      select id, task, state, queued_at from (
        select id, task, state, queued_at from run_live where parent_id = ${id} limit ${MOST_CHILDREN}) as live
      union all select id, task, state, queued_at from (
        select id, task, state, queued_at from run_done where parent_id = ${id} limit ${MOST_CHILDREN}) as done`.execute(
      this.#db,
    );
    const once = new Map(rows.map((row) => [row.id, row]));
    return [...once.values()]
      .sort((a, b) => a.queued_at - b.queued_at || (a.id < b.id ? -1 : 1))
      .slice(0, MOST_CHILDREN)
      .map(({ id: child, task, state }) => ({ id: child, task, state }));
  }

  family(rootId: string): Promise<readonly FamilyRun[]> {
    return readFamily(this.#db, rootId);
  }

  queues(): Promise<readonly QueueDepth[]> {
    return readQueueDepths(this.#db);
  }

  async waitingIn({
    queue,
    scheduled,
    until,
    limit,
  }: {
    queue: string;
    scheduled: boolean;
    until: number;
    limit: number;
  }): Promise<readonly string[]> {
    const ids: string[] = [];
    const states = ["ready", "unpublished", "held", ...(scheduled ? ["scheduled"] : [])];
    for (const state of states) {
      if (ids.length >= limit) break;
      const { rows } = await sql<{ id: string }>`
        select id from run_live where state = ${sql.lit(state)} and queue = ${queue} and queued_at <= ${until}
        limit ${limit - ids.length}`.execute(this.#db);
      ids.push(...rows.map(({ id }) => id));
    }
    return ids;
  }

  async unfinished(periodicTaskId: number): Promise<{ waiting: number; running: number }> {
    const { rows } = await sql<{ state: string; n: number }>`
      select state, count(*) as n
      from (select state from run_live where periodic_task_id = ${periodicTaskId} limit ${COUNT_CAP}) as r
      group by state`.execute(this.#db);
    const running = rows.find(({ state }) => state === "running");
    const total = rows.reduce((sum, { n }) => sum + Number(n), 0);
    return { running: Number(running?.n ?? 0), waiting: total - Number(running?.n ?? 0) };
  }

  /** Live and finished rows by id; of a run that ended in between, the finished one. */
  async #rows<Row extends ListedRow>(
    ids: readonly string[],
    moreOfLive: ReturnType<typeof sql>,
    moreOfDone: ReturnType<typeof sql>,
  ): Promise<Map<string, Row>> {
    if (ids.length === 0) return new Map();
    const list = sql.join(ids);
    const { rows: live } = await sql<Row>`
      select ${LIVE_COLUMNS} ${moreOfLive} from run_live as r left join process as p on p.id = r.process_id
      where r.id in (${list})`.execute(this.#db);
    const { rows: done } = await sql<Row>`
      select ${DONE_COLUMNS} ${moreOfDone} from run_done as r where r.id in (${list})`.execute(this.#db);
    return new Map([...live, ...done].map((row) => [row.id, row]));
  }

  async #names(rows: ReadonlyMap<string, ListedRow>): Promise<Names> {
    const listed = [...rows.values()];
    const periodicTasks = new Set(listed.flatMap((row) => row.periodic_task_id ?? []));
    const schedules = new Set(listed.flatMap((row) => row.schedule_id ?? []));
    return {
      periodicTasks: await this.#namesOf("periodic_task", [...periodicTasks]),
      schedules: await this.#namesOf("schedule", [...schedules]),
    };
  }

  async #namesOf(table: "periodic_task" | "schedule", ids: readonly number[]): Promise<Map<number, string>> {
    if (ids.length === 0) return new Map();
    const rows = await this.#db.selectFrom(table).select(["id", "name"]).where("id", "in", ids).execute();
    return new Map(rows.map(({ id, name }) => [id, name]));
  }
}
