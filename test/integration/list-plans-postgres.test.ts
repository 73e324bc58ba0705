import { type CompiledQuery, Kysely, sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { postgresDialect } from "../../src/database/postgres/postgres-kysely.ts";
import { PostgresPool } from "../../src/database/postgres/postgres-pool.ts";
import { readUse } from "../../src/database/postgres/postgres-settings.ts";
import type { Tables } from "../../src/database/rows.ts";
import type { FiringQuery } from "../../src/ledger/firing-reader.ts";
import { type PeriodicTaskQuery, periodicTaskSorts } from "../../src/ledger/periodic-task-reader.ts";
import { SqlFiringReader } from "../../src/ledger/sql/sql-firing-reader.ts";
import { SqlPeriodicTaskReader } from "../../src/ledger/sql/sql-periodic-task-reader.ts";
import type { RunQuery } from "../../src/run/run-reader.ts";
import { SqlRunReader } from "../../src/run/sql/sql-run-reader.ts";
import { openPostgresTestDatabase, type PostgresTestDatabase } from "../support/postgres-database.ts";

/** Rows of each table that grows with use. */
const MANY = 60_000;
/** What one statement of a page may look at: a stretch of an index, and what it finds there. */
const BOUND = 21_000;
/** The same for a page that an index serves by itself. */
const SHORT = 1_000;

let database: PostgresTestDatabase;
let pool: PostgresPool;
let logged: Kysely<Tables>;
let asked: CompiledQuery[] = [];

beforeAll(async () => {
  database = await openPostgresTestDatabase();
  pool = new PostgresPool(database.driver, database.settings, readUse);
  logged = new Kysely<Tables>({
    dialect: postgresDialect(pool),
    log: ({ query }) => {
      asked.push(query);
    },
  });
  await fill();
});
afterAll(async () => {
  await pool.close();
  await database.close();
});

/** As the tables of a busy project are after a month. */
async function fill(): Promise<void> {
  const many = sql`generate_series(1, ${sql.lit(MANY)}) as i`;
  const run = sql`'run' || lpad(i::text, 8, '0'), 't.' || i % 20, case when i % 10 = 0 then 'slow' else 'default' end, 5`;
  const sent = sql`'{"input":{"n":1}}', '{}', '{"kind":"schedule"}'`;
  const statements = [
    sql`insert into periodic_task (uid, name, task, input, options, tags, queue, description, enabled, created_at, updated_at, version)
      select 'u' || i, 'name ' || lpad((i * 7919 % 1000003)::text, 7, '0'), 't.' || i % 20, '{}', '{}', '["x"]',
        case when i % 10 = 0 then 'slow' end, '', case when i % 100 = 0 then 0 else 1 end, i, i, 1 from ${many}`,
    sql`insert into periodic_task_tag select case when i % 100 = 0 then 'rare' else 'x' end, i from ${many}`,
    sql`insert into periodic_task_outcome
      select i, 'run' || i, case when i % 500 = 0 then 'failed' else 'succeeded' end, i, 5, i, 0 from ${many}`,
    sql`insert into schedule (uid, periodic_task_id, name, definition, zone, misfire, enabled, version)
      select 's' || i, i, '', '{"kind":"interval","every":1,"period":"hours"}', 'UTC', 'latest', 1, 1 from ${many}`,
    sql`insert into schedule_cursor select i, 1, 1000000 + i % 3600, 0, i from ${many}`,
    sql`insert into firing (schedule_id, nominal_at, through_at, version, verdict, reason, run_id, decided_at)
      select i % 500 + 1, i, i, 1, case when i % 200 = 0 then 'skipped' else 'sent' end, 'on_time', 'run' || i, i from ${many}`,
    sql`insert into run_done (id, task, queue, priority, state, input, options, origin, periodic_task_id, available_at, queued_at,
        attempt, retries, ended_at)
      select ${run}, case when i % 300 = 0 then 'failed' else 'succeeded' end, ${sent}, i % 500 + 1, i, i, 1, 0, i from ${many}`,
    sql`insert into run_live (id, task, queue, priority, state, input, options, origin, periodic_task_id, available_at, queued_at)
      select 'live' || lpad(i::text, 8, '0'), 't.' || i % 20, 'default', 5, case when i % 3 = 0 then 'scheduled' else 'ready' end,
        ${sent}, i % 500 + 1, ${sql.lit(MANY)} + i, ${sql.lit(MANY)} + i from ${many}`,
  ];
  for (const statement of statements) await statement.execute(database.db);
  for (const table of [
    "periodic_task",
    "periodic_task_tag",
    "periodic_task_outcome",
    "schedule",
    "schedule_cursor",
    "firing",
    "run_done",
  ]) {
    // As autovacuum does, which leaves the queue without statistics.
    await database.hot.query({ text: `vacuum analyze ${table}` });
  }
}

interface PlanNode {
  readonly "Node Type": string;
  readonly "Relation Name"?: string;
  readonly "Index Name"?: string;
  readonly "Actual Rows": number;
  readonly "Actual Loops": number;
  readonly "Rows Removed by Filter"?: number;
  readonly Plans?: readonly PlanNode[];
}

/** Rows that the statement looked at in tables, with the ones that it passed over. */
function rowsOf(node: PlanNode): number {
  const below = (node.Plans ?? []).reduce((sum, child) => sum + rowsOf(child), 0);
  if (node["Relation Name"] === undefined) return below;
  return below + (node["Actual Rows"] + (node["Rows Removed by Filter"] ?? 0)) * node["Actual Loops"];
}

function drawn(node: PlanNode, depth = 0): string {
  const { "Node Type": type, "Relation Name": table = "", "Index Name": index = "", Plans = [] } = node;
  const rows = `${node["Actual Rows"]} rows, ${node["Rows Removed by Filter"] ?? 0} passed over, ${node["Actual Loops"]} times`;
  return [
    `${"  ".repeat(depth)}${type} ${table} ${index}: ${rows}`,
    ...Plans.map((below) => drawn(below, depth + 1)),
  ].join("\n");
}

/** No statement of `read` looks at more rows than the bound, whatever the tables hold. */
async function expectBounded(read: () => Promise<unknown>, bound = BOUND): Promise<void> {
  asked = [];
  await read();
  expect(asked.length).toBeGreaterThan(0);
  for (const { sql: text, parameters } of asked) {
    const { rows } = await pool.query<{ "QUERY PLAN": string }>({
      text: `explain (analyze, format json) ${text}`,
      values: parameters,
    });
    const told = rows[0]?.["QUERY PLAN"] ?? "[]";
    const [{ Plan }] = JSON.parse(told) as [{ Plan: PlanNode }];
    expect(rowsOf(Plan), `${text.slice(0, 500)}\n${drawn(Plan)}`).toBeLessThanOrEqual(bound);
  }
}

test("a list that walks a whole table does not pass for bounded", async () => {
  const byQueue = logged.selectFrom("run_done").select("id").where("queue", "=", "none").limit(5);
  await expect(expectBounded(() => byQueue.execute())).rejects.toThrow();
});

const filters: Record<string, Partial<PeriodicTaskQuery>> = {
  "no filter": {},
  disabled: { enabled: false },
  task: { task: "t.3" },
  tag: { tag: "rare" },
  "a tag of nearly all": { tag: "x" },
  calendar: { calendarId: 1 },
  "last outcome": { lastOutcome: "failed" },
  queue: { queue: { name: "slow", tasks: [], except: false } },
  "the default queue": { queue: { name: "default", tasks: ["t.1"], except: true } },
  text: { text: "000123" },
};

test.each(periodicTaskSorts.flatMap((sort) => Object.keys(filters).map((filter) => [sort, filter] as const)))(
  "periodic tasks by %s with %s look at a bounded number of rows, first page and second",
  async (sort, name) => {
    const reader = new SqlPeriodicTaskReader(logged);
    const query = { ...filters[name], sort, limit: 25, now: 0 };
    // A text is looked for in both names of all of them, which stand in one index.
    const bound = name === "no filter" ? SHORT : name === "text" ? MANY : BOUND;
    await expectBounded(() => reader.list(query), bound);
    const { next } = await reader.list(query);
    if (next !== undefined) await expectBounded(() => reader.list({ ...query, after: next }), bound);
  },
);

const runFilters: Record<string, Partial<RunQuery>> = {
  "no filter": {},
  "one periodic task": { periodicTaskId: 1 },
  "one periodic task's failures": { periodicTaskId: 1, states: ["failed"] },
  failed: { states: ["failed"] },
  succeeded: { states: ["succeeded"] },
  "what waits for a person": { unhandled: true },
  running: { states: ["running"] },
  scheduled: { states: ["scheduled"] },
  task: { task: "t.3" },
  queue: { queue: "slow" },
  text: { text: "needle" },
  "a time": { since: 30_000, until: 30_500 },
};

test.each(Object.keys(runFilters))("runs with %s look at a bounded number of rows", async (name) => {
  const reader = new SqlRunReader(logged);
  const query = { ...runFilters[name], limit: 25 };
  const bound = name === "no filter" || name === "failed" || name === "a time" ? SHORT : BOUND;
  await expectBounded(() => reader.list(query), bound);
  const { next } = await reader.list(query);
  if (next !== undefined) await expectBounded(() => reader.list({ ...query, after: next }), bound);
});

const firingFilters: Record<string, Partial<FiringQuery>> = {
  "no filter": {},
  "one periodic task": { periodicTaskId: 1 },
  "one schedule": { scheduleId: 1 },
  skipped: { verdict: "skipped" },
  sent: { verdict: "sent" },
};

test.each(Object.keys(firingFilters))("firings with %s look at a bounded number of rows", async (name) => {
  const reader = new SqlFiringReader(logged);
  await expectBounded(() => reader.list({ ...firingFilters[name], limit: 25 }), name === "sent" ? BOUND : SHORT);
});

test("queues, the overview and the schedules look at a bounded number of rows", async () => {
  const runs = new SqlRunReader(logged);
  const periodicTasks = new SqlPeriodicTaskReader(logged);
  await expectBounded(() => runs.queues());
  await expectBounded(() => runs.unfinished(1));
  await expectBounded(() => runs.children("x"), SHORT);
  await expectBounded(() => periodicTasks.upcoming(50));
  await expectBounded(() => periodicTasks.failing(0, 5));
  await expectBounded(() => periodicTasks.tags({ limit: 200 }), SHORT);
  await expectBounded(() => periodicTasks.broken(5), SHORT);
  await expectBounded(() => periodicTasks.schedules({ now: 0, limit: 50 }), SHORT);
});
