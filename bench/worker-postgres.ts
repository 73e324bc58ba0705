/**
 * One worker on PostgreSQL, as its own process, beside graphile-worker and pg-boss on the same server: no-op runs drained with everything kept, what one
 * client sends, from send to start, and delayed runs. HYOSHI_BENCH_SCALE makes the counts smaller or larger; HYOSHI_BENCH_PARTS names the parts to
 * measure (`send,drain,latency,delayed`).
 */
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { openPostgresDatabase } from "../src/database/postgres/postgres-database.ts";
import type { HyoshiApp } from "../src/index.ts";
import { eventually } from "../test/support/eventually.ts";
import { startPostgresServer } from "../test/support/postgres-server.ts";
import { builtMain, createTestProject } from "../test/support/project.ts";
import { installPeers } from "./support/install-peers.ts";
import { peerProgram } from "./support/peer-program.ts";
import { residentMb } from "./support/process-usage.ts";
import { median, percentile, report } from "./support/report.ts";
import { Tally } from "./support/tally.ts";

const scale = Number(process.env.HYOSHI_BENCH_SCALE ?? 1);
const parts = new Set((process.env.HYOSHI_BENCH_PARTS ?? "send,drain,latency,delayed").split(","));
const scaled = (count: number) => Math.max(1_000, Math.round((count * scale) / 1_000) * 1_000);
const FILLED = scaled(100_000);
const SLOW = scaled(20_000);
const DELAYED = scaled(100_000);
const LATENCY = 1_000;
const RATE = 100;
const SPREAD_MS = 120_000;

installPeers();
const postgres = await startPostgresServer({ durable: true });
const { openApp } = (await import(
  fileURLToPath(new URL("../dist/index.js", import.meta.url))
)) as typeof import("../src/index.ts");

const tally = new Tally();

let databases = 0;

async function createDatabase(): Promise<string> {
  databases += 1;
  const name = `bench_${databases}`;
  const server = await openPostgresDatabase({ url: postgres.url, applicationName: "bench" });
  await server.hot.query({ text: `create database ${name} template template0` });
  await server.close();
  return postgres.url.replace(/\/postgres$/, `/${name}`);
}

const tasks = `
import { task } from "hyoshi";
export const noop = task("bench.noop", { run: () => {} });
export const clock = task("bench.clock", { run: () => performance.timeOrigin + performance.now() });
`;

async function openProject() {
  const databaseUrl = await createDatabase();
  const env = { DATABASE_URL: databaseUrl };
  const project = createTestProject({ "app/tasks.ts": tasks }, { main: builtMain });
  const migrated = await project.run(["migrate"], env);
  if (migrated.code !== 0) throw new Error(migrated.stderr);
  const app: HyoshiApp = await openApp({ config: { apps: [join(project.folder, "app")], database: databaseUrl } });
  const database = await openPostgresDatabase({ url: databaseUrl, applicationName: "bench" });
  return {
    app,
    hot: database.hot,
    async worker(...args: readonly string[]) {
      const worker = project.start(["worker", ...args], env);
      await worker.says("worker is at work");
      return worker;
    },
    async done() {
      const { rows } = await database.hot.query<{ n: number }>({ text: "select count(*)::int as n from run_done" });
      return rows[0]?.n ?? 0;
    },
    async close() {
      await app.close();
      await database.close();
      await project.close();
    },
  };
}

async function fill(app: HyoshiApp, count: number): Promise<void> {
  for (let sent = 0; sent < count; sent += 1_000) {
    await app.sendMany(Array.from({ length: 1_000 }, () => ({ task: "bench.noop", input: {} })));
  }
}

async function sending(): Promise<void> {
  const to = "graphile-worker's addJobs, by 1,000";
  tally.peer(to, (await peerProgram("graphile-queue.mjs", await createDatabase(), "add", FILLED)).perSecond);
  const project = await openProject();
  await fill(project.app, 5_000);
  const start = performance.now();
  await fill(project.app, FILLED);
  tally.ours("sendMany, by 1,000", FILLED / ((performance.now() - start) / 1_000), "per second", to);
  await project.close();
}

async function draining(): Promise<void> {
  const graphile = await createDatabase();
  await peerProgram("graphile-queue.mjs", graphile, "add", SLOW);
  const slow = "graphile-worker with its defaults, nothing kept";
  tally.peer(slow, (await peerProgram("graphile-queue.mjs", graphile, "work", SLOW, "defaults")).perSecond);
  await peerProgram("graphile-queue.mjs", graphile, "add", FILLED);
  const best = "graphile-worker with a local queue and batched completion, nothing kept";
  tally.peer(best, (await peerProgram("graphile-queue.mjs", graphile, "work", FILLED, "best")).perSecond);
  const boss = "pg-boss, fetching and completing 1,000 at a time";
  tally.peer(boss, (await peerProgram("pg-boss-queue.mjs", await createDatabase(), FILLED)).perSecond);
  for (const concurrency of [10, 100]) {
    const project = await openProject();
    await fill(project.app, FILLED);
    const worker = await project.worker("--concurrency", String(concurrency));
    await eventually(async () => (await project.done()) >= FILLED / 20, { within: 120_000, every: 5 });
    const [first, start] = [await project.done(), performance.now()];
    await eventually(async () => (await project.done()) >= FILLED, { within: 600_000, every: 20 });
    const perSecond = (FILLED - first) / ((performance.now() - start) / 1_000);
    tally.ours(
      `one worker of concurrency ${concurrency}, every run and result kept`,
      perSecond,
      "per second",
      slow,
      best,
      boss,
    );
    await worker.end();
    await project.close();
  }
}

async function latencies(): Promise<void> {
  const { late } = await peerProgram("graphile-queue.mjs", await createDatabase(), "latency", LATENCY, RATE);
  tally.peer("graphile-worker, from addJob to start at 100 a second, p50", percentile(late, 0.5), "ms");
  tally.peer("graphile-worker, from addJob to start at 100 a second, p99", percentile(late, 0.99), "ms");
  const project = await openProject();
  const worker = await project.worker();
  await Promise.all(Array.from({ length: 100 }, () => project.app.send("bench.clock", {})));
  await sleep(1_000);
  const sent: (readonly [at: number, id: string])[] = [];
  const start = performance.now();
  for (let n = 0; n < LATENCY; n += 1) {
    const wait = start + (n * 1_000) / RATE - performance.now();
    if (wait > 0) await sleep(wait);
    const at = performance.timeOrigin + performance.now();
    sent.push([at, (await project.app.send("bench.clock", {})).id]);
  }
  const begun = new Map<string, number>();
  await eventually(async () => {
    const text = "select id, result::text as result from run_done";
    const { rows } = await project.hot.query<{ id: string; result: string }>({ text });
    for (const { id, result } of rows) begun.set(id, Number(result));
    return sent.every(([, id]) => begun.has(id));
  });
  const mine = sent.map(([at, id]) => (begun.get(id) ?? Number.NaN) - at);
  for (const share of [50, 99]) {
    const to = `graphile-worker, from addJob to start at 100 a second, p${share}`;
    tally.ours(`from send to start at 100 a second, p${share}`, percentile(mine, share / 100), "ms", to);
  }
  await worker.end();
  await project.close();
}

/** @param spreadMs over which the runs' times are spread; 0: all at one instant */
async function delays(spreadMs: number): Promise<void> {
  const project = await openProject();
  const worker = await project.worker();
  await sleep(12_000);
  const idle = residentMb(worker.child.pid ?? 0);
  const base = Date.now() + 30_000;
  for (let n = 0; n < DELAYED; n += 1_000) {
    const items = Array.from({ length: 1_000 }, (_, k) => ({
      task: "bench.noop",
      input: {},
      options: { eta: base + Math.floor(((n + k) / DELAYED) * spreadMs) },
    }));
    await project.app.sendMany(items);
  }
  const memory: number[] = [];
  while (Date.now() < base - 500) {
    memory.push(residentMb(worker.child.pid ?? 0));
    await sleep(1_000);
  }
  await eventually(async () => (await project.done()) >= DELAYED, { within: 300_000, every: 200 });
  const { rows } = await project.hot.query<{ most: number; p99: number }>({
    text: `select max(started_at - available_at)::int as most,
      percentile_disc(0.99) within group (order by started_at - available_at)::int as p99 from run_done`,
  });
  const what = `${DELAYED.toLocaleString("en")} delayed runs, ${spreadMs === 0 ? "all at one instant" : `spread over ${spreadMs / 1_000} s`}`;
  tally.tell(`${what}: the worker's memory beside that of an idle one`, median(memory) - idle, "MB");
  tally.tell(`${what}: begun after their time, p99`, rows[0]?.p99 ?? Number.NaN, "ms");
  tally.tell(`${what}: begun after their time, the last`, rows[0]?.most ?? Number.NaN, "ms");
  await worker.end();
  await project.close();
}

try {
  if (parts.has("send")) await sending();
  if (parts.has("drain")) await draining();
  if (parts.has("latency")) await latencies();
  if (parts.has("delayed")) {
    await delays(SPREAD_MS);
    await delays(0);
  }
} finally {
  await postgres.stop();
}
report(
  "worker-postgres",
  { database: "PostgreSQL, fsync on", filled: FILLED, delayed: DELAYED, pool: "event loop" },
  tally.found,
);
