import { type CompiledQuery, Kysely } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { patrolSql } from "../../src/database/queries/patrol.ts";
import { aheadSql } from "../../src/database/queries/withdraw.ts";
import type { Tables } from "../../src/database/rows.ts";
import { readerDialect } from "../../src/database/sqlite/reader-dialect.ts";
import type { FiringQuery } from "../../src/ledger/firing-reader.ts";
import { type PeriodicTaskQuery, periodicTaskSorts } from "../../src/ledger/periodic-task-reader.ts";
import { SqlAuditReader } from "../../src/ledger/sql/sql-audit-reader.ts";
import { SqlCalendarStore } from "../../src/ledger/sql/sql-calendar-store.ts";
import { SqlFiringReader } from "../../src/ledger/sql/sql-firing-reader.ts";
import { SqlPauseStore } from "../../src/ledger/sql/sql-pause-store.ts";
import { SqlPeriodicTaskReader } from "../../src/ledger/sql/sql-periodic-task-reader.ts";
import { SqlPlanReader } from "../../src/ledger/sql/sql-plan-reader.ts";
import type { RunQuery } from "../../src/run/run-reader.ts";
import { SqlRunReader } from "../../src/run/sql/sql-run-reader.ts";
import { createTestCatalog, type TestCatalog } from "../support/catalog.ts";
import { openTestDatabase, type TestDatabase } from "../support/database.ts";
import { FakeClock } from "../support/fake-clock.ts";

/** Tables that grow with use. */
const BIG = [
  "periodic_task",
  "periodic_task_tag",
  "periodic_task_outcome",
  "schedule",
  "schedule_cursor",
  "firing",
  "run_live",
  "run_done",
  "run_log",
  "attempt",
  "change",
];

let database: TestDatabase;
let logged: Kysely<Tables>;
let asked: CompiledQuery[] = [];
let testCatalog: TestCatalog;

beforeAll(async () => {
  database = await openTestDatabase();
  logged = new Kysely<Tables>({
    dialect: readerDialect(database.file),
    log: ({ query }) => {
      asked.push(query);
    },
  });
  testCatalog = createTestCatalog(database, new FakeClock());
  const root = { name: "test", superuser: true, permissions: new Set<string>() };
  for (const name of ["a", "b", "c"]) {
    const schedules = [{ kind: "interval", every: 1, period: "hours" }];
    const task = await testCatalog.catalog.editor.save({ name, task: "t.x", tags: ["x"], schedules }, undefined, root);
    await testCatalog.catalog.requests.runNow(task.id, {}, { by: root, via: "manual" });
  }
});
afterAll(async () => {
  await logged.destroy();
  await database.close();
});

/** What SQLite does for every statement of `read`. */
async function plansOf(read: () => Promise<unknown>): Promise<readonly { sql: string; steps: readonly string[] }[]> {
  asked = [];
  await read();
  expect(asked.length).toBeGreaterThan(0);
  return asked.map(({ sql, parameters }) => {
    const plan = database.hot.prepare<unknown[], { detail: string }>(`explain query plan ${sql}`);
    return { sql, steps: plan.all(parameters as unknown[]).map(({ detail }) => detail) };
  });
}

/** No statement reads a table that grows but by an index, and none sorts what it reads of it; a walk along an index has a limit. */
async function expectBounded(read: () => Promise<unknown>): Promise<void> {
  for (const { sql, steps } of await plansOf(read)) {
    const told = `${sql}\n${steps.join("\n")}`;
    const aliases = new Map([...sql.matchAll(/"?(\w+)"? as "?(\w+)"?/g)].map(([, table, alias]) => [alias, table]));
    // Rows that were chosen by their keys, or of one thing: sorting these few is no harm.
    const isOfFew = /\bin \(\?|"?(periodic_task_id|run_id|parent_id|scope_id)"? = \?|state = 'running'/.test(sql);
    for (const step of steps) {
      if (/TEMP B-TREE FOR (ORDER BY|DISTINCT)/.test(step) && !/LAST (\d+ )?TERMS? OF/.test(step))
        expect(isOfFew, told).toBe(true);
      const [, name = ""] = /^SCAN (\w+)/.exec(step) ?? [];
      const isPart = steps.some(
        (other) => other.endsWith(`CO-ROUTINE ${name}`) || other.endsWith(`MATERIALIZE ${name}`),
      );
      const table = aliases.get(name) ?? name;
      if (name === "" || isPart || !BIG.includes(table)) continue;
      expect(sql, told).toMatch(/\blimit\b/i);
      // A table is itself in the order of its key.
      const isClustered = table === "periodic_task_tag" || /order by "s"."id" limit/.test(sql);
      expect(isClustered || /USING (COVERING )?INDEX/.test(step), told).toBe(true);
    }
  }
}

test("a list that would walk or sort a whole table does not pass for bounded", async () => {
  const byQueue = logged.selectFrom("run_done").select("id").where("queue", "=", "x");
  await expect(expectBounded(() => byQueue.limit(5).execute())).rejects.toThrow();
  const byEnd = logged.selectFrom("run_done").select("id").where("task", "=", "x").orderBy("ended_at").limit(5);
  await expect(expectBounded(() => byEnd.execute())).rejects.toThrow();
});

const filters: Record<string, Partial<PeriodicTaskQuery>> = {
  "no filter": {},
  enabled: { enabled: true },
  disabled: { enabled: false },
  task: { task: "t.x" },
  tag: { tag: "x" },
  calendar: { calendarId: 1 },
  "last outcome": { lastOutcome: "failed" },
  running: { lastOutcome: "running" },
  waiting: { lastOutcome: "ready" },
  queue: { queue: { name: "default", tasks: ["t.y"], except: true } },
  "another queue": { queue: { name: "slow", tasks: ["t.y"], except: false } },
  text: { text: "a" },
  all: { enabled: true, task: "t.x", tag: "x", lastOutcome: "failed", text: "a" },
};

test.each(periodicTaskSorts.flatMap((sort) => Object.keys(filters).map((filter) => [sort, filter] as const)))(
  "periodic tasks by %s with %s are read along an index, first page and second",
  async (sort, name) => {
    const reader = new SqlPeriodicTaskReader(logged);
    const query = { ...filters[name], sort, limit: 1, now: 0, count: true };
    const { next } = await reader.list({ sort, limit: 1, now: 0 });
    expect(next).toBeDefined();
    await expectBounded(() => reader.list(query));
    await expectBounded(() => reader.list({ ...query, after: next ?? "" }));
  },
);

const runFilters: Record<string, Partial<RunQuery>> = {
  "no filter": {},
  "one periodic task": { periodicTaskId: 1 },
  "one periodic task's failures": { periodicTaskId: 1, states: ["failed"] },
  failed: { states: ["failed"] },
  "what did not succeed": { states: ["failed", "lost", "expired", "cancelled"] },
  succeeded: { states: ["succeeded"] },
  "what waits for a person": { unhandled: true },
  running: { states: ["running"] },
  waiting: { states: ["ready", "scheduled"] },
  task: { task: "t.x" },
  queue: { queue: "default" },
  text: { text: "x" },
  "a time": { since: 1, until: Number.MAX_SAFE_INTEGER },
  all: { periodicTaskId: 1, states: ["failed", "ready"], task: "t.x", queue: "default", text: "x", since: 1 },
};

test.each(Object.keys(runFilters))("runs with %s are read along an index, first page and second", async (name) => {
  const reader = new SqlRunReader(logged);
  const query = { ...runFilters[name], limit: 1, count: true };
  const { next } = await reader.list({ limit: 1 });
  expect(next).toBeDefined();
  await expectBounded(() => reader.list(query));
  await expectBounded(() => reader.list({ ...query, after: next ?? "" }));
});

const firingFilters: Record<string, Partial<FiringQuery>> = {
  "no filter": {},
  "one periodic task": { periodicTaskId: 1 },
  "one schedule": { scheduleId: 1 },
  skipped: { verdict: "skipped" },
  sent: { verdict: "sent" },
  "one periodic task's missed": { periodicTaskId: 1, verdict: "missed" },
};

test.each(Object.keys(firingFilters))("firings with %s are read along an index", async (name) => {
  const reader = new SqlFiringReader(logged);
  await expectBounded(() => reader.list({ ...firingFilters[name], limit: 1, count: true }));
});

test("the status of queues, the overview and the schedules are read along indexes", async () => {
  const runs = new SqlRunReader(logged);
  const periodicTasks = new SqlPeriodicTaskReader(logged);
  await expectBounded(() => runs.queues());
  await expectBounded(() => runs.unfinished(1));
  await expectBounded(() => runs.children("x"));
  await expectBounded(() => periodicTasks.upcoming(50));
  await expectBounded(() => periodicTasks.tags({ limit: 200 }));
  await expectBounded(() => periodicTasks.broken(5));
  await expectBounded(() => periodicTasks.schedules({ now: 0, limit: 50, count: true }));
  await expectBounded(() => periodicTasks.schedules({ now: 0, limit: 50, periodicTaskId: 1 }));
});

test("plans, pauses and the ledger under audit are read in bounded steps", async () => {
  const plans = new SqlPlanReader(logged);
  const pauses = new SqlPauseStore(logged);
  const audit = new SqlAuditReader(logged);
  const calendars = new SqlCalendarStore({ db: logged, uid: () => "" });
  await expectBounded(() => plans.outdated("2026a"));
  await expectBounded(() => plans.select({ kind: "tz", tzVersion: "2020a" }, { after: 0, limit: 200 }));
  await expectBounded(() => plans.select({ kind: "calendar", calendarId: 1 }, { after: 0, limit: 200 }));
  await expectBounded(() => plans.select({ kind: "tasks", periodicTaskIds: [1, 2] }, { after: 0, limit: 200 }));
  await expectBounded(() => pauses.list({ ended: false, now: 0, limit: 50 }));
  await expectBounded(() => pauses.list({ ended: true, now: 0, limit: 50 }));
  await expectBounded(() => calendars.list({ archived: false, limit: 50 }));
  await expectBounded(() => audit.cursors({ after: 0, limit: 200 }));
  await expectBounded(() => audit.revisions(1));
  await expectBounded(() => audit.rows(1, { after: 0, through: 9, limit: 500 }));
  await expectBounded(() => audit.runs(["a", "b"]));
});

test.each([
  ["patrol", patrolSql("?", "?", "?"), [0, "2026a", 20]],
  ["search for cursors that are ahead", aheadSql("?", "?", "?"), [0, 0, 200]],
])("beat's %s walks the cursors in their order, whatever SQLite knows of the tables", async (_, sql, values) => {
  const many = await openTestDatabase();
  try {
    many.hot.exec(`
      with recursive n (id) as (select 1 union all select id + 1 from n where id < 2000)
      insert into periodic_task (id, uid, name, task, input, options, tags, description, enabled, created_at, updated_at, version)
      select id, 'p' || id, 'p' || id, 't', '{}', '{}', '[]', '', 1, 0, 0, 1 from n;
      insert into schedule (id, uid, periodic_task_id, name, definition, zone, misfire, enabled, version)
      select id, 's' || id, id, '', '{}', 'UTC', 'latest', 1, 1 from periodic_task;
      insert into schedule_cursor (schedule_id, version, next_at, accounted_from, accounted_to)
      select id, 1, 1, 0, 0 from schedule;
      analyze`);
    const plan = many.hot.prepare<unknown[], { detail: string }>(`explain query plan ${sql}`);
    const steps = plan.all(...values).map(({ detail }) => detail);
    expect(steps[0]).toMatch(/^SEARCH c USING PRIMARY KEY/);
    expect(steps.filter((step) => step.includes("TEMP B-TREE"))).toEqual([]);
  } finally {
    await many.close();
  }
});
