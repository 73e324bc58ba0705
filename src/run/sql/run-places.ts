import { type Kysely, type RawBuilder, sql } from "kysely";
import { COUNT_CAP, decodeCursor, encodeCursor, type Page } from "../../base/page.ts";
import { boundedWalk } from "../../database/queries/bounded-walk.ts";
import { all, contains } from "../../database/queries/conditions.ts";
import type { Tables } from "../../database/rows.ts";
import { type FinalState, finalStates, type LiveState, liveStates, type RunState } from "../run.ts";
import type { RunQuery } from "../run-reader.ts";

type Database = Kysely<Tables>;

/** Where a run stands in the list. */
interface Place {
  readonly id: string;
  readonly queued_at: number;
}

/** Rows that one request looks at for a filter without an index: their wide columns are read for a text. */
const FARTHEST = 40_000;
const FARTHEST_FOR_TEXT = 20_000;
/** Running ones are few, and found by who runs them. */
const MOST_RUNNING = 5_000;

/** The ids of a page, the newest first: both tables' own pages, merged. */
export async function listRunPlaces(db: Database, query: RunQuery): Promise<Page<string>> {
  const { limit, after, text } = query;
  const from = after === undefined ? undefined : placeOf(after);
  if (from === undefined && text !== undefined && (await isRun(db, text)))
    return { items: [text], count: { value: 1, capped: false } };
  const walks: Awaited<ReturnType<typeof walkSource>>[] = [];
  // The live ones first: a run that ends between the two is seen twice, and not missed.
  for (const source of sourcesOf(query)) walks.push(await walkSource(db, source, query, from));
  const rows = walks
    .flatMap((walk) => walk.rows)
    .sort(newestFirst)
    .filter((row, index, all) => row.id !== all[index - 1]?.id);
  // Beyond where a table was looked at, nobody knows whether a run of it comes first.
  const stops = walks.flatMap((walk) => walk.scannedTo ?? []).sort(newestFirst);
  const [stop] = stops;
  const known = stop === undefined ? rows : rows.filter((row) => newestFirst(row, stop) <= 0);
  const items = known.slice(0, limit);
  const last = known.length > limit ? items.at(-1) : stop;
  return { items: items.map(({ id }) => id), ...(last && { next: cursorOf(last) }) };
}

async function isRun(db: Database, id: string): Promise<boolean> {
  const { rows } = await sql`
    select id from run_live where id = ${id} union all select id from run_done where id = ${id}`.execute(db);
  return rows.length > 0;
}

export async function countRuns(db: Database, query: RunQuery): Promise<{ value: number; capped: boolean }> {
  let value = 0;
  let capped = false;
  for (const { residual, rows: source } of sourcesOf(query)) {
    const stretch = residual.length === 0 ? COUNT_CAP + 1 : farthestOf(query);
    const { rows } = await sql<{ n: number }>`
      select count(*) as n from (select 1 as one from (${source(undefined, stretch)}) as r
        where ${all(residual)} limit ${COUNT_CAP + 1}) as counted`.execute(db);
    value += Number(rows[0]?.n ?? 0);
    if (value > COUNT_CAP) return { value: COUNT_CAP, capped: true };
    if (residual.length === 0) continue;
    const { rows: beyond } = await sql<Place>`${source(undefined, 1, stretch)}`.execute(db);
    capped ||= beyond.length > 0;
  }
  return { value, capped };
}

function walkSource(db: Database, { residual, rows: source }: Source, query: RunQuery, from: Place | undefined) {
  return boundedWalk<Place, Place>({
    need: query.limit + 1,
    from,
    filtered: residual.length > 0,
    farthest: farthestOf(query),
    async rows(at, stretch, need) {
      // The order is said again for PostgreSQL; both databases see that it is there already, and read no more than is needed.
      const { rows } = await sql<Place>`
        select r.id, r.queued_at from (${source(at, stretch)}) as r where ${all(residual)}
        order by r.queued_at desc, r.id desc limit ${need}`.execute(db);
      return rows;
    },
    async end(at, stretch) {
      const { rows } = await sql<Place>`${source(at, 1, stretch - 1)}`.execute(db);
      return rows[0];
    },
  });
}

interface Source {
  /** The rows of one index, the newest first. */
  readonly rows: (at: Place | undefined, limit: number, offset?: number) => RawBuilder<unknown>;
  /** What the index does not know. */
  readonly residual: readonly RawBuilder<boolean>[];
}

/** Each filter that an index knows leads to it; the others are asked of the rows that it gives. */
function sourcesOf(query: RunQuery): Source[] {
  const sources: Source[] = [];
  if (query.unhandled) {
    const states = (["failed", "lost"] as const).filter((state) => query.states?.includes(state) ?? true);
    return states.map((state) => unsuccessfulSource(query, state));
  }
  const live = statesAmong<LiveState>(query, liveStates);
  const done = statesAmong<FinalState>(query, finalStates);
  if (live.length > 0) sources.push(liveSource(query, live));
  // Each state has its own part of the index of what did not succeed.
  if (done.includes("succeeded")) sources.push(doneSource(query, done));
  else sources.push(...done.map((state) => unsuccessfulSource(query, state)));
  return sources;
}

function statesAmong<State extends RunState>({ states }: RunQuery, known: readonly State[]): readonly State[] {
  return states === undefined ? known : known.filter((state) => states.includes(state));
}

function liveSource(query: RunQuery, states: readonly LiveState[]): Source {
  const parts = new Parts(query, "run_live");
  // The few running ones come from the index of who runs them, and are sorted.
  if (states.length === 1 && states[0] === "running" && query.periodicTaskId === undefined) {
    parts.from = sql`(select * from run_live where state = 'running' and process_id is not null limit ${MOST_RUNNING}) as running`;
  } else if (states.length < liveStates.length) parts.keep("state", sql`r.state in (${sql.join(states)})`);
  return parts.narrowed();
}

function doneSource(query: RunQuery, states: readonly FinalState[]): Source {
  const parts = new Parts(query, "run_done");
  if (states.length < finalStates.length) parts.keep("state", sql`r.state in (${sql.join(states)})`);
  return parts.narrowed();
}

function unsuccessfulSource(query: RunQuery, state: FinalState): Source {
  const parts = new Parts(query, "run_done");
  parts.indexed.push(sql`state = ${state} and state <> 'succeeded'`);
  return parts.narrowed();
}

class Parts {
  from: RawBuilder<unknown>;
  readonly indexed: RawBuilder<boolean>[] = [];
  readonly #residual: RawBuilder<boolean>[] = [];
  readonly #columns = new Set(["id", "queued_at"]);
  readonly #query: RunQuery;
  readonly #table: "run_live" | "run_done";

  constructor(query: RunQuery, table: "run_live" | "run_done") {
    this.#query = query;
    this.#table = table;
    this.from = sql.table(table);
  }

  keep(column: string, condition: RawBuilder<boolean>): void {
    this.#columns.add(column);
    this.#residual.push(condition);
  }

  narrowed(): Source {
    const { periodicTaskId, task, queue, text, since, until, unhandled } = this.#query;
    const hasIndex = this.indexed.length > 0;
    if (periodicTaskId !== undefined) this.indexed.push(sql`periodic_task_id = ${periodicTaskId}`);
    if (task !== undefined) {
      if (hasIndex || periodicTaskId !== undefined) this.keep("task", sql`r.task = ${task}`);
      else this.indexed.push(sql`task = ${task}`);
    }
    if (queue !== undefined) this.keep("queue", sql`r.queue = ${queue}`);
    if (unhandled) {
      this.keep("started_at", sql`r.started_at is not null`);
      this.#residual.push(sql`not exists (select 1 from handled_run as h where h.run_id = r.id)`);
    }
    if (text !== undefined) {
      const searched = ["task", "input", ...(this.#table === "run_done" ? ["result", "error"] : [])];
      for (const column of searched) this.#columns.add(column);
      this.#residual.push(
        sql`(${sql.join(
          searched.map((column) => contains(sql`cast(${sql.ref(`r.${column}`)} as text)`, text)),
          sql` or `,
        )})`,
      );
    }
    if (since !== undefined) this.indexed.push(sql`queued_at >= ${since}`);
    if (until !== undefined) this.indexed.push(sql`queued_at <= ${until}`);
    const columns = sql.join([...this.#columns].map((column) => sql.ref(column)));
    return {
      residual: this.#residual,
      rows: (at, limit, offset = 0) => {
        const conditions = [...this.indexed];
        if (at !== undefined) conditions.push(sql`(queued_at, id) < (${at.queued_at}, ${at.id})`);
        return sql`select ${columns} from ${this.from} where ${all(conditions)}
          order by queued_at desc, id desc limit ${limit} offset ${offset}`;
      },
    };
  }
}

const farthestOf = ({ text }: RunQuery) => (text === undefined ? FARTHEST : FARTHEST_FOR_TEXT);

function newestFirst(a: Place, b: Place): number {
  return b.queued_at - a.queued_at || (a.id < b.id ? 1 : a.id > b.id ? -1 : 0);
}

const LIST = "runs";
const cursorOf = ({ id, queued_at }: Place): string => encodeCursor(LIST, [queued_at, id]);

function placeOf(cursor: string): Place {
  const [queued_at, id] = decodeCursor(cursor, LIST, ["number", "text"]);
  return { id, queued_at };
}
