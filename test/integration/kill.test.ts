import Sqlite from "better-sqlite3";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openSqliteDatabase } from "../../src/database/sqlite/sqlite-database.ts";
import { SqlPeriodicTaskStore } from "../../src/ledger/sql/sql-periodic-task-store.ts";
import { auditLedger } from "../support/audit.ts";
import { eventually } from "../support/eventually.ts";
import { makeTables } from "../support/make-tables.ts";
import { createTestProject, type Running, type TestProject } from "../support/project.ts";
import { seededRandom } from "../support/seeded-random.ts";

const long = process.env.HYOSHI_LONG === "1";
const kills = long ? 200 : 20;
const periodicTasks = 40;

const tasks = `
import { setTimeout as sleep } from "node:timers/promises";
import { task } from "hyoshi";
export const brief = task("app.brief", { run: async () => { await sleep(Math.random() * 40); } });
`;

let project: TestProject;
beforeEach(() => {
  project = createTestProject({ "app/tasks.ts": tasks });
});
afterEach(() => project.close());

async function addPeriodicTasks(): Promise<void> {
  const database = openSqliteDatabase({ file: project.databaseFile, durability: "process" });
  let uids = 0;
  const store = new SqlPeriodicTaskStore({ db: database.db, uid: () => `uid-${++uids}` });
  for (let n = 0; n < periodicTasks; n += 1) {
    const definition = { kind: "interval", every: 1 + (n % 3), period: "seconds" } as const;
    await store.create(
      {
        name: `task ${n}`,
        task: "app.brief",
        payload: { args: [], kwargs: {} },
        queue: null,
        priority: null,
        options: { overlap: n % 4 === 0 ? "skip" : "allow" },
        tags: [],
        ownerId: null,
        description: "",
        enabled: true,
        schedules: [{ name: "", definition, zone: "UTC", input: null, misfire: "latest", enabled: true }],
      },
      { now: Date.now(), by: { name: "test" } },
    );
  }
  await database.close();
}

it(
  `loses no nominal time and repeats none through ${kills} kills of beats and workers`,
  async () => {
    const seed = Number(process.env.HYOSHI_SEED ?? Date.now() % 1_000_000);
    console.log(`seed ${seed} (HYOSHI_SEED)`);
    const random = seededRandom(seed);
    await makeTables(project.databaseFile);
    await addPeriodicTasks();

    const start = (role: string) => project.start([role]);
    const roles = ["beat", "worker", "beat", "worker"];
    const processes: Running[] = roles.map(start);
    const db = new Sqlite(project.databaseFile, { readonly: true });
    const count = (sql: string) => db.prepare(sql).pluck().get() as number;
    const doneRuns = () => count("select count(*) from run_done");
    await eventually(() => doneRuns() > 0, { within: 60_000 });

    for (let n = 0; n < kills; n += 1) {
      // The next kill falls at a random moment after the whole has done some more work.
      const before = doneRuns();
      const more = Math.ceil(random() * 15);
      await eventually(() => doneRuns() >= before + more, { every: 1 + Math.floor(random() * 10), within: 120_000 });
      const victim = Math.floor(random() * roles.length);
      await processes[victim]?.end("SIGKILL");
      processes[victim] = start(roles[victim] ?? "beat");
    }

    // Beats end first, so that what was sent can be finished; a killed worker's runs come back when its lease has ended.
    await Promise.all(processes.map((one, index) => (roles[index] === "beat" ? one.end("SIGTERM") : undefined)));
    await eventually(() => count("select count(*) from run_live") === 0, {
      within: 90_000,
      what: () =>
        `every run to finish: ${JSON.stringify(db.prepare("select state, count(*) from run_live group by 1").all())}`,
    });
    await Promise.all(processes.map((one, index) => (roles[index] === "worker" ? one.end("SIGTERM") : undefined)));

    const database = openSqliteDatabase({ file: project.databaseFile, durability: "process" });
    expect(await auditLedger(database.reader)).toEqual([]);
    await database.close();
    expect(count("select count(*) from firing where verdict = 'sent'")).toBeGreaterThan(kills);
    const states = db.prepare("select distinct state from run_done where state <> 'succeeded'").pluck().all();
    // Three workers may die under one run, and nothing else may happen to it.
    expect(states.filter((state) => state !== "lost")).toEqual([]);
    db.close();
  },
  long ? 3_600_000 : 300_000,
);
