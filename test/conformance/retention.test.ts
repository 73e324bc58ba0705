import { afterEach, beforeEach, expect, it } from "vitest";
import { SqlRetention } from "../../src/control/sql/sql-retention.ts";
import { openTestDatabase, type TestDatabase } from "../support/database.ts";

const day = 86_400_000;
const now = Date.UTC(2027, 5, 1);
const policy = { runsDays: 30, failuresDays: 90, ledgerDays: 400, changesDays: 400, lastRuns: 3 };
let database: TestDatabase;

beforeEach(async () => {
  database = await openTestDatabase();
});
afterEach(() => database.close());

function addRun(id: string, daysAgo: number, { state = "succeeded", periodicTask = null as number | null } = {}) {
  const at = now - daysAgo * day;
  database.hot
    .prepare(`insert into run_done (id, task, queue, priority, state, input, options, origin, periodic_task_id, available_at,
      queued_at, attempt, retries, ended_at) values (?, 't', 'default', 5, ?, '{}', '{}', '{}', ?, ?, ?, 1, 0, ?)`)
    .run(id, state, periodicTask, at, at, at);
  database.hot.prepare("insert into run_log values (?, 0, 1, 1, ?, 'line')").run(id, at);
}
const left = () => database.hot.prepare("select id from run_done order by queued_at").pluck().all();

async function purgeAll(limit: number) {
  const retention = new SqlRetention(database.db, policy);
  let position: Parameters<typeof retention.purge>[0]["position"];
  for (let n = 0; n < 100; n += 1) {
    const report = await retention.purge({ now, limit, position });
    position = report.position;
    if (!report.more) return;
  }
  throw new Error("the purge found no end");
}

it("removes runs after their days, failures later, and their logs with them", async () => {
  addRun("old", 31);
  addRun("old failure", 89, { state: "failed" });
  addRun("older failure", 91, { state: "lost" });
  addRun("young", 29);
  await purgeAll(200);
  expect(left()).toEqual(["old failure", "young"]);
  expect(database.hot.prepare("select count(*) from run_log").pluck().get()).toBe(2);
});

it("keeps the latest runs of a periodic task however old they are", async () => {
  for (let n = 0; n < 6; n += 1) addRun(`run ${n}`, 100 - n, { periodicTask: 1 });
  await purgeAll(2);
  expect(left()).toEqual(["run 3", "run 4", "run 5"]);
});

it("comes to an end however few rows it may take at once", async () => {
  for (let n = 0; n < 25; n += 1) addRun(`run ${n}`, 40);
  for (let n = 0; n < 25; n += 1) {
    const at = now - 500 * day + n;
    database.hot.prepare("insert into firing values (1, ?, ?, 1, 'sent', 'on_time', null, null, ?)").run(at, at, at);
  }
  await purgeAll(7);
  expect(left()).toEqual([]);
  expect(database.hot.prepare("select count(*) from firing").pluck().get()).toBe(0);
});
