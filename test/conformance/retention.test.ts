import { afterEach, beforeEach, expect, it } from "vitest";
import { SqlRetention } from "../../src/control/sql/sql-retention.ts";
import { SqlDeadLetterStore } from "../../src/run/sql/sql-dead-letter-store.ts";
import type { KeepOptions } from "../../src/task/keep-options.ts";
import { type AnyTestDatabase, openAnyTestDatabase } from "../support/any-database.ts";

const day = 86_400_000;
const now = Date.UTC(2027, 5, 1);
const policy = { runsDays: 30, failuresDays: 90, ledgerDays: 400, changesDays: 400, lastRuns: 3 };
let database: AnyTestDatabase;
let announced: { task: string; keep?: KeepOptions; announcedAt: number }[];

beforeEach(async () => {
  database = await openAnyTestDatabase();
  announced = [];
});
afterEach(() => database.close());

async function addRun(
  id: string,
  daysAgo: number,
  { state = "succeeded", periodicTask = null as number | null, task = "t" } = {},
) {
  const at = now - daysAgo * day;
  const sent = { task, queue: "default", priority: 5, input: "{}", options: "{}", origin: "{}" };
  const times = { available_at: at, queued_at: at, ended_at: at };
  await database.db
    .insertInto("run_done")
    .values({ id, state, periodic_task_id: periodicTask, ...sent, ...times, attempt: 1, retries: 0 })
    .execute();
  const log = { run_id: id, chunk: 0, attempt: 1, first_line: 1, at, text: "line" };
  await database.db.insertInto("run_log").values(log).execute();
}
const left = async () =>
  (await database.db.selectFrom("run_done").select("id").orderBy("queued_at").execute()).map(({ id }) => id);
const countOf = async (table: "run_log" | "firing") =>
  (await database.db.selectFrom(table).selectAll().execute()).length;

async function purgeAll(limit: number) {
  const retention = new SqlRetention({ db: database.db, policy, announcements: async () => announced });
  let position: Parameters<typeof retention.purge>[0]["position"];
  for (let n = 0; n < 100; n += 1) {
    const report = await retention.purge({ now, limit, position });
    position = report.position;
    if (!report.more) return;
  }
  throw new Error("the purge found no end");
}

it("removes runs after their days, failures later, and their logs with them", async () => {
  await addRun("old", 31);
  await addRun("old failure", 89, { state: "failed" });
  await addRun("older failure", 91, { state: "lost" });
  await addRun("young", 29);
  await purgeAll(200);
  expect(await left()).toEqual(["old failure", "young"]);
  expect(await countOf("run_log")).toBe(2);
});

it("removes refused messages with failed runs", async () => {
  const letters = new SqlDeadLetterStore(database.db, database.reader);
  const properties = { contentType: "application/json", contentEncoding: "utf-8" };
  const envelope = { headers: {}, properties, body: new Uint8Array() };
  const letter = (daysAgo: number) => ({ at: now - daysAgo * day, queue: "q", code: "x", why: "y", envelope });
  await letters.add([91, 89, 95].map(letter));
  await purgeAll(1);
  expect((await letters.list({ limit: 10 })).items.map(({ at }) => (now - at) / day)).toEqual([89]);
});

it("keeps the latest runs of a periodic task however old they are", async () => {
  for (let n = 0; n < 6; n += 1) await addRun(`run ${n}`, 100 - n, { periodicTask: 1 });
  await purgeAll(2);
  expect(await left()).toEqual(["run 3", "run 4", "run 5"]);
});

it("keeps runs of a task for as long as the task says, and so many of them at most", async () => {
  announced = [
    { task: "short", keep: { days: 2, failuresDays: 5 }, announcedAt: 2 },
    { task: "long", keep: { days: 300 }, announcedAt: 1 },
    { task: "few", keep: { mostRuns: 2 }, announcedAt: 1 },
    { task: "last", keep: { days: 1, lastRuns: 2 }, announcedAt: 1 },
    // What it said before it said nothing of keeping counts no more.
    { task: "t", keep: { days: 1 }, announcedAt: 1 },
    { task: "t", announcedAt: 3 },
  ];
  await addRun("plain", 3);
  await addRun("short", 3, { task: "short" });
  await addRun("short young", 1, { task: "short" });
  await addRun("short failure", 4, { task: "short", state: "failed" });
  await addRun("short old failure", 6, { task: "short", state: "failed" });
  await addRun("long", 299, { task: "long" });
  await addRun("longer", 301, { task: "long" });
  for (let n = 0; n < 5; n += 1) await addRun(`few ${n}`, 1 - n / 10, { task: "few" });
  for (let n = 0; n < 5; n += 1) await addRun(`last ${n}`, 60 - n, { task: "last" });
  await purgeAll(2);
  expect((await left()).sort()).toEqual(
    ["plain", "short young", "short failure", "long", "few 3", "few 4", "last 3", "last 4"].sort(),
  );
});

it("keeps runs of a periodic task as that says, before its task and the settings", async () => {
  announced = [{ task: "t", keep: { days: 1, mostRuns: 3 }, announcedAt: 1 }];
  const add = async (name: string, keep?: KeepOptions) => {
    const row = { uid: name, name, task: "t", input: "{}", tags: "[]", description: "", enabled: 1, version: 1 };
    const options = JSON.stringify({ overlap: "allow", ...(keep && { keep }) });
    const made = { ...row, options, created_at: 0, updated_at: 0 };
    const inserted = await database.db
      .insertInto("periodic_task")
      .values(made as never)
      .returning("id")
      .executeTakeFirstOrThrow();
    return inserted.id;
  };
  const own = await add("own", { days: 50, lastRuns: 0, mostRuns: 4 });
  for (let n = 0; n < 6; n += 1) await addRun(`own ${n}`, 52 - n, { periodicTask: own });
  await addRun("own failure", 80, { periodicTask: own, state: "failed" });
  await purgeAll(3);
  expect(await left()).toEqual(["own 2", "own 3", "own 4", "own 5"]);
});

it("comes to an end however few rows it may take at once", async () => {
  for (let n = 0; n < 25; n += 1) await addRun(`run ${n}`, 40);
  for (let n = 0; n < 25; n += 1) {
    const at = now - 500 * day + n;
    const decided = { verdict: "sent", reason: "on_time", decided_at: at };
    await database.db
      .insertInto("firing")
      .values({ schedule_id: 1, nominal_at: at, through_at: at, version: 1, ...decided })
      .execute();
  }
  await purgeAll(7);
  expect(await left()).toEqual([]);
  expect(await countOf("firing")).toBe(0);
});
