import { readFileSync } from "node:fs";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openApp } from "../../src/app/library.ts";
import type { SendItem } from "../../src/task/send.ts";
import { eventually } from "../support/eventually.ts";
import { makeTables } from "../support/make-tables.ts";
import { createTestProject, type TestProject } from "../support/project.ts";
import { startRedisServer } from "../support/redis-server.ts";

const tasks = `
import { appendFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { task } from "hyoshi";
const note = (file, text) => appendFileSync(file, JSON.stringify(text) + "\\n");
export const ofCustomer = task("app.of_customer", {
  concurrency: { limit: 1, key: ({ kwargs }) => kwargs.customer },
  run: async ({ kwargs: { customer, ms } }, { runId }) => {
    note("customers.log", { customer, runId, pid: process.pid, at: Date.now(), what: "begin" });
    await sleep(ms);
    note("customers.log", { customer, runId, pid: process.pid, at: Date.now(), what: "end" });
  },
});
export const rated = task("app.rated", {
  rateLimit: "20/s",
  run: () => note("rated.log", { pid: process.pid, at: Date.now() }),
});
`;

interface Noted {
  readonly customer: string;
  readonly runId: string;
  readonly pid: number;
  readonly at: number;
  readonly what: "begin" | "end";
}

let project: TestProject;
beforeEach(() => {
  project = createTestProject({ "app/tasks.ts": tasks });
});
afterEach(() => project.close());

function noted(file: string): readonly Noted[] {
  try {
    const lines = readFileSync(join(project.folder, file), "utf8").split("\n");
    return lines.filter((line) => line !== "").map((line) => JSON.parse(line) as Noted);
  } catch {
    return [];
  }
}

async function send(task: string, inputs: readonly unknown[]): Promise<void> {
  const app = await openApp({ config: join(project.folder, "hyoshi.config.ts") });
  await app.sendMany(inputs.map((kwargs) => ({ task, input: { kwargs } })) as SendItem[]);
  await app.close();
}

async function twoWorkers() {
  const workers = [project.start(["worker", "--concurrency", "8"]), project.start(["worker", "--concurrency", "8"])];
  await Promise.all(workers.map((worker) => worker.says("worker is at work")));
  return workers;
}

it("executes one run per key at a time, and gives the slot of a killed holder to the next with its lease", async () => {
  await makeTables(project.databaseFile);
  const workers = await twoWorkers();
  const customers = ["ada", "bob", "eve"];
  await send("app.of_customer", [
    ...customers.flatMap((customer) => [1, 2, 3, 4].map(() => ({ customer, ms: 30 }))),
    { customer: "zoe", ms: 60_000 },
  ]);
  await eventually(() => noted("customers.log").filter(({ what }) => what === "end").length === 12, { within: 30_000 });
  for (const customer of customers) {
    const turns = noted("customers.log").filter((one) => one.customer === customer);
    expect(turns.map(({ what }) => what)).toEqual(turns.map((_, n) => (n % 2 === 0 ? "begin" : "end")));
  }

  await eventually(() => noted("customers.log").some(({ customer }) => customer === "zoe"), { within: 30_000 });
  const holder = noted("customers.log").find(({ customer }) => customer === "zoe");
  await send("app.of_customer", [{ customer: "zoe", ms: 1 }]);
  const db = new Sqlite(project.databaseFile, { readonly: true });
  await eventually(() => db.prepare("select count(*) from run_live where state = 'held'").pluck().get() === 1);
  await workers.find(({ child }) => child.pid === holder?.pid)?.end("SIGKILL");
  // Both may begin now, and only one of them at a time: the first again, or the one behind it.
  await eventually(
    () => noted("customers.log").filter(({ customer, what }) => customer === "zoe" && what === "begin").length >= 2,
    { within: 60_000, what: () => JSON.stringify(db.prepare("select * from run_live").all()) },
  );
  const again = noted("customers.log").filter(({ customer }) => customer === "zoe");
  expect(again[1]?.pid).not.toBe(holder?.pid);
  db.close();
}, 120_000);

it("holds over a broker of its own as well, where what waits is sent when its turn comes", async () => {
  const server = await startRedisServer({ forgetful: true });
  try {
    const broker = { BROKER_URL: server.url };
    await makeTables(project.databaseFile);
    const workers = [1, 2].map(() => project.start(["worker", "--concurrency", "8"], broker));
    await Promise.all(workers.map((worker) => worker.says("worker is at work")));
    const app = await openApp({
      config: { apps: [join(project.folder, "app")], database: `sqlite:${project.databaseFile}`, broker: server.url },
    });
    const ofCustomers = ["ada", "bob"].flatMap((customer) => [1, 2, 3, 4].map(() => ({ customer, ms: 20 })));
    const runs = await app.sendMany(
      ofCustomers.map((kwargs) => ({ task: "app.of_customer", input: { kwargs } })) as SendItem[],
    );
    await Promise.all(runs.map((run) => run.result({ timeoutMs: 60_000 })));
    await app.close();
    for (const customer of ["ada", "bob"]) {
      const turns = noted("customers.log").filter((one) => one.customer === customer);
      expect(turns.map(({ what }) => what)).toEqual([1, 2, 3, 4].flatMap(() => ["begin", "end"]));
    }
    await Promise.all(workers.map((worker) => worker.end("SIGTERM")));
  } finally {
    await server.stop();
  }
}, 120_000);

it("spreads the runs of a rate over two workers, as often as one of them would begin them", async () => {
  await makeTables(project.databaseFile);
  await send(
    "app.rated",
    Array.from({ length: 60 }, () => ({})),
  );
  await twoWorkers();
  await eventually(() => noted("rated.log").length === 60, { within: 60_000 });
  const all = noted("rated.log").toSorted((a, b) => a.at - b.at);
  const [first, last] = [all[0]?.at ?? 0, all.at(-1)?.at ?? 0];
  // 59 intervals of 50 ms; a turn may be taken a little early.
  expect(last - first).toBeGreaterThan(59 * 50 - 200);
  const mostInASecond = Math.max(
    ...all.map(({ at }) => all.filter((one) => one.at >= at && one.at < at + 1_000).length),
  );
  expect(mostInASecond).toBeLessThanOrEqual(30);
}, 120_000);
