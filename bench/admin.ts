/**
 * The admin's lists over HTTP, as a browser asks for them: 100,000 periodic tasks with their last runs, and 1,000,000 runs. Each page is asked
 * for by one client, one request after the other.
 */
import Sqlite, { type Database } from "better-sqlite3";
import { builtMain, createTestProject, type TestProject } from "../test/support/project.ts";
import { percentile, type Result, report, rounded } from "./support/report.ts";
import { seedPeriodicTasks } from "./support/seed.ts";

const PERIODIC_TASKS = 100_000;
const RUNS = 1_000_000;
const REQUESTS = 40;
const day = 86_400_000;

/** Ten runs of each periodic task over the last month; one in fifty failed. */
function seedRuns(db: Database): void {
  db.exec(
    "create temp table numbers as with recursive n (i) as (select 0 union all select i + 1 from n where i < 99999) select i from n",
  );
  const insert = db.prepare(`
    insert into run_done (id, task, queue, priority, state, input, options, origin, periodic_task_id, schedule_id, schedule_version, nominal_at,
      available_at, queued_at, process, attempt, retries, started_at, attempt_started_at, ended_at, result, error)
    select printf('%08x-%04x-8000-8000-%012x', i, @round, i), 'app.noop', 'default', 5, iif(i % 50 = @round, 'failed', 'succeeded'),
      '{"args":[],"kwargs":{}}', '{}', '{"kind":"schedule"}', i + 1, i + 1, 1, @at + i, @at + i, @at + i, 'worker-1@bench', 1, 0,
      @at + i + 5, @at + i + 5, @at + i + 45, 'null', iif(i % 50 = @round, '{"name":"Error","message":"no"}', null)
    from numbers`);
  const rounds = RUNS / PERIODIC_TASKS;
  db.transaction(() => {
    for (let round = 0; round < rounds; round += 1) insert.run({ round, at: Date.now() - (rounds - round) * 3 * day });
    db.exec(`insert into periodic_task_outcome (periodic_task_id, run_id, state, ended_at, duration_ms, succeeded_at, failed_in_a_row)
      select periodic_task_id, id, state, ended_at, 40, iif(state = 'succeeded', ended_at, null), iif(state = 'failed', 1, 0)
      from run_done order by queued_at desc limit ${PERIODIC_TASKS}`);
    db.exec(
      "insert into periodic_task_tag (tag, periodic_task_id) select 'billing', id from periodic_task where id % 1000 = 0",
    );
    db.exec(`update periodic_task set tags = '["billing"]' where id % 1000 = 0`);
  })();
}

async function succeeded(project: TestProject, args: readonly string[], env?: Record<string, string>): Promise<string> {
  const { code, stdout, stderr } = await project.run(args, env);
  if (code !== 0) throw new Error(`hyoshi ${args.join(" ")} ended with ${code}: ${stderr}`);
  return stdout;
}

const pages: readonly (readonly [name: string, path: string])[] = [
  ["periodic tasks by name", "periodic-tasks?limit=50"],
  ["periodic tasks by name, with the count", "periodic-tasks?limit=50&count=true"],
  ["periodic tasks by next time", "periodic-tasks?limit=50&sort=nextAt"],
  ["periodic tasks by task, backwards", "periodic-tasks?limit=50&sort=-task"],
  ["periodic tasks whose last run failed", "periodic-tasks?limit=50&lastOutcome=failed"],
  ["periodic tasks with a tag", "periodic-tasks?limit=50&tag=billing"],
  ["periodic tasks with a text in their name", "periodic-tasks?limit=50&q=99999"],
  ["runs, the newest first", "runs?limit=50"],
  ["runs, with the count", "runs?limit=50&count=true"],
  ["runs that failed", "runs?limit=50&state=failed"],
  ["runs of a task", "runs?limit=50&task=app.noop"],
  ["runs of a periodic task", "runs?limit=50&periodicTaskId=500"],
];

async function measure(base: string, token: string, path: string): Promise<number[]> {
  const times: number[] = [];
  for (let n = 0; n < REQUESTS; n += 1) {
    const start = performance.now();
    const response = await fetch(`${base}/api/v1/${path}`, { headers: { authorization: `Bearer ${token}` } });
    const body = (await response.json()) as { items: unknown[] };
    times.push(performance.now() - start);
    if (response.status !== 200 || body.items.length === 0)
      throw new Error(`${path} answered ${response.status} with ${JSON.stringify(body).slice(0, 200)}`);
  }
  return times;
}

const project = createTestProject(
  { "app/tasks.ts": 'import { task } from "hyoshi";\nexport const noop = task("app.noop", { run: () => {} });\n' },
  { main: builtMain },
);
try {
  await succeeded(project, ["migrate"]);
  await succeeded(project, ["createsuperuser", "--username", "bench", "--no-input"], {
    HYOSHI_ADMIN_PASSWORD: "kestrel-lantern-47",
  });
  const { token } = JSON.parse(await succeeded(project, ["createtoken", "bench", "--json"])) as { token: string };
  const db = new Sqlite(project.databaseFile);
  seedPeriodicTasks(db, PERIODIC_TASKS, (index) => ({
    definition: { kind: "clocked", at: Date.now() + day + index },
    nextAt: Date.now() + day + index,
  }));
  seedRuns(db);
  db.pragma("wal_checkpoint(truncate)");
  db.close();

  const port = 20_000 + (process.pid % 20_000);
  const server = project.start(["runserver", "--port", String(port)]);
  await server.says(`:${port}`);
  const results: Result[] = [];
  for (const [name, path] of pages) {
    const times = await measure(`http://127.0.0.1:${port}`, token, path);
    results.push({ figure: `${name}, p50`, value: rounded(percentile(times, 0.5)), unit: "ms" });
    results.push({ figure: `${name}, max of ${REQUESTS}`, value: rounded(Math.max(...times)), unit: "ms" });
  }
  await server.end();
  report("admin", { database: "SQLite", periodicTasks: PERIODIC_TASKS, runs: RUNS }, results);
} finally {
  await project.close();
}
