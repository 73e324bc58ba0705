/**
 * One worker on PostgreSQL, as its own process, beside graphile-worker and pg-boss on the same server: no-op runs drained with everything kept and with nothing
 * recorded, what one client sends, from send to start, a busy worker that is stopped, and delayed runs. HYOSHI_BENCH_SCALE makes the counts smaller or
 * larger; HYOSHI_BENCH_PARTS names the parts to measure (`send,drain,unrecorded,latency,shutdown,delayed`).
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import Sqlite from "better-sqlite3";
import { openPostgresDatabase } from "../src/database/postgres/postgres-database.ts";
import type { HyoshiApp } from "../src/index.ts";
import { eventually } from "../test/support/eventually.ts";
import { startPostgresServer } from "../test/support/postgres-server.ts";
import { builtMain, createTestProject } from "../test/support/project.ts";
import { installPeers } from "./support/install-peers.ts";
import { peerProgram } from "./support/peer-program.ts";
import { residentMb } from "./support/process-usage.ts";
import { median, percentile, report } from "./support/report.ts";
import { settled } from "./support/settled.ts";
import { Tally } from "./support/tally.ts";

const scale = Number(process.env.HYOSHI_BENCH_SCALE ?? 1);
const parts = new Set((process.env.HYOSHI_BENCH_PARTS ?? "send,drain,unrecorded,latency,shutdown,delayed").split(","));
const scaled = (count: number) => Math.max(1_000, Math.round((count * scale) / 1_000) * 1_000);
const FILLED = scaled(100_000);
const SLOW = scaled(20_000);
const DELAYED = scaled(100_000);
const LATENCY = 1_000;
/** Sent at the same rate before the first that is measured, to everybody: what is compiled, opened and cached by then is not what is asked. */
const WARM_UP = 300;
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
import { appendFileSync } from "node:fs";
import { task } from "hyoshi";
export const noop = task("bench.noop", { run: () => {} });
export const none = task("bench.none", { record: "none", run: () => {} });
export const apart = task("bench.apart", { record: "none", pool: "processes", run: () => {} });
export const noted = task("bench.noted", { record: "none", run: async (_, { runId }) => {
  await new Promise((resolve) => setTimeout(resolve, 5));
  appendFileSync(process.env.NOTES, runId + " " + (performance.timeOrigin + performance.now()) + "\\n");
} });
export const clock = task("bench.clock", { run: () => performance.timeOrigin + performance.now() });
`;

async function openProject() {
  const databaseUrl = await createDatabase();
  const notes = join(mkdtempSync(join(tmpdir(), "hyoshi-notes-")), "notes");
  writeFileSync(notes, "");
  const env = { DATABASE_URL: databaseUrl, NOTES: notes };
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
    /** Runs that are not over. */
    async live() {
      const { rows } = await database.hot.query<{ n: number }>({ text: "select count(*)::int as n from run_live" });
      return rows[0]?.n ?? 0;
    },
    /** Which run ended when, as the runs themselves say. */
    noted: () =>
      readFileSync(notes, "utf8")
        .split("\n")
        .filter(Boolean)
        .map((line) => [line.split(" ")[0] ?? "", Number(line.split(" ")[1])] as const),
    async close() {
      await app.close();
      await database.close();
      await project.close();
      rmSync(dirname(notes), { recursive: true });
    },
  };
}

async function fill(app: HyoshiApp, count: number, task = "bench.noop"): Promise<void> {
  for (let sent = 0; sent < count; sent += 1_000) {
    await app.sendMany(Array.from({ length: 1_000 }, () => ({ task, input: {} })));
  }
}

const BEST = "graphile-worker with a local queue and batched completion, nothing kept";

async function graphileBest(database: string): Promise<void> {
  await peerProgram("graphile-queue.mjs", database, "add", FILLED);
  tally.peer(BEST, (await peerProgram("graphile-queue.mjs", database, "work", FILLED, "best")).perSecond);
}

const RAW = "the same rows by plain batched statements: inserted, claimed and deleted";

/** What the server does for one client without a queue around it: the same table, batches of 500, each waiting for the disk. */
async function rawLimit(): Promise<void> {
  const project = await openProject();
  const { hot } = project;
  const now = Date.now();
  const each = async (statement: string, values: (from: number) => readonly unknown[]) => {
    const start = performance.now();
    for (let from = 0; from < FILLED; from += 500)
      await hot.query({ name: statement.slice(0, 40), text: statement, values: [...values(from)] });
    return FILLED / ((performance.now() - start) / 1_000);
  };
  const ids = (from: number) => Array.from({ length: 500 }, (_, n) => `raw ${String(from + n).padStart(9, "0")}`);
  const inserts = await each(
    `insert into run_live (id, task, queue, priority, state, input, options, origin, available_at, queued_at)
      select id, 'bench.none', 'default', 5, 'ready', '{"input":{}}', '{}', '{"kind":"api"}', $2, $2 from unnest($1::text[]) as t (id)`,
    (from) => [ids(from), now],
  );
  const claims = await each(
    `update run_live r set state = 'running', process_id = $1, claim = claim + 1 from (
      select seq from run_live where state = 'ready' and queue = 'default' order by priority desc, seq limit 500 for update skip locked) f
      where r.seq = f.seq returning r.id, r.task, r.input, r.claim`,
    () => [1],
  );
  const deletes = await each("delete from run_live where id = any($1::text[]) and claim = 1", (from) => [ids(from)]);
  tally.tell("plain batched statements: inserts", inserts, "per second");
  tally.tell("plain batched statements: claims", claims, "per second");
  tally.tell("plain batched statements: deletes", deletes, "per second");
  tally.peer("plain batched statements: claims and deletes, one after the other", 1 / (1 / claims + 1 / deletes));
  tally.peer(RAW, 1 / (1 / inserts + 1 / claims + 1 / deletes));
  await project.close();
}

/** So many a second of a queue that was filled, from a twentieth on. */
async function drained(waiting: () => Promise<number>, filled: number): Promise<number> {
  await eventually(async () => (await waiting()) <= filled * 0.95, { within: 120_000, every: 5 });
  const [first, start] = [await waiting(), performance.now()];
  await eventually(async () => (await waiting()) === 0, { within: 600_000, every: 20 });
  return first / ((performance.now() - start) / 1_000);
}

async function unrecorded(): Promise<void> {
  if (!tally.peers.has(BEST)) await graphileBest(await createDatabase());
  await rawLimit();
  const limit = "plain batched statements: claims and deletes, one after the other";
  for (const concurrency of [24, 100]) {
    const project = await openProject();
    await fill(project.app, FILLED, "bench.none");
    const worker = await project.worker("--concurrency", String(concurrency));
    const perSecond = await drained(project.live, FILLED);
    tally.ours(`one worker of concurrency ${concurrency}, nothing recorded`, perSecond, "per second", BEST, limit);
    await worker.end();
    await project.close();
  }
  await onProcesses();
  await onSqlite();
  await windowOfRepeats();
}

async function onProcesses(): Promise<void> {
  const project = await openProject();
  await fill(project.app, SLOW, "bench.apart");
  const worker = await project.worker("--concurrency", "24");
  const perSecond = await drained(project.live, SLOW);
  tally.ours("the same in the process pool, concurrency 24", perSecond, "per second", BEST);
  await worker.end();
  await project.close();
}

async function onSqlite(): Promise<void> {
  const project = createTestProject({ "app/tasks.ts": tasks }, { main: builtMain });
  const env = { DATABASE_URL: `sqlite:${project.databaseFile}` };
  const migrated = await project.run(["migrate"], env);
  if (migrated.code !== 0) throw new Error(migrated.stderr);
  const app = await openApp({ config: { apps: [join(project.folder, "app")], database: env.DATABASE_URL } });
  await fill(app, FILLED, "bench.none");
  const db = new Sqlite(project.databaseFile, { readonly: true });
  const live = db.prepare<[], number>("select count(*) from run_live").pluck();
  const worker = project.start(["worker", "--concurrency", "100"], env);
  await worker.says("worker is at work");
  const perSecond = await drained(async () => live.get() ?? 0, FILLED);
  tally.ours("the same on SQLite, concurrency 100", perSecond, "per second", BEST);
  await worker.end();
  db.close();
  await app.close();
  await project.close();
}

/** From a run's end until its row is gone, as somebody else sees it: who is killed in between has it executed again. */
async function windowOfRepeats(): Promise<void> {
  const project = await openProject();
  await fill(project.app, scaled(20_000), "bench.noted");
  const worker = await project.worker("--concurrency", "100");
  const gone = new Map<string, number>();
  let live = new Set<string>();
  while (gone.size === 0 || live.size > 0) {
    const { rows } = await project.hot.query<{ id: string }>({
      text: "select id from run_live where state = 'running'",
    });
    const at = performance.timeOrigin + performance.now();
    const now = new Set(rows.map(({ id }) => id));
    for (const id of live) if (!now.has(id)) gone.set(id, at);
    live = now;
    if (live.size === 0 && (await project.live()) === 0 && project.noted().length > 0) break;
    await sleep(1);
  }
  const windows = project.noted().flatMap(([id, end]) => {
    const at = gone.get(id);
    return at === undefined ? [] : [Math.max(0, at - end)];
  });
  tally.tell("from an attempt's end to its committed outcome, nothing recorded, p50", percentile(windows, 0.5), "ms");
  tally.tell("from an attempt's end to its committed outcome, nothing recorded, p99", percentile(windows, 0.99), "ms");
  await worker.end();
  await project.close();
}

/** A worker that executes 100 runs at once is asked to stop, and another does the rest. */
async function shutdown(): Promise<void> {
  const project = await openProject();
  const filled = 5_000;
  await fill(project.app, filled, "bench.noted");
  const first = await project.worker("--concurrency", "100");
  await eventually(() => project.noted().length >= filled / 5, { within: 60_000, every: 1 });
  const start = performance.now();
  await first.end("SIGTERM");
  tally.tell("shutdown of a worker with 100 concurrent runs", performance.now() - start, "ms");
  const second = await project.worker("--concurrency", "100");
  await eventually(async () => (await project.live()) === 0, { within: 120_000 });
  const executed = project.noted().map(([id]) => id);
  const once = new Set(executed);
  tally.tell(`of ${filled.toLocaleString("en")} runs, lost by it`, filled - once.size, "runs");
  tally.tell(`of ${filled.toLocaleString("en")} runs, executed twice by it`, executed.length - once.size, "runs");
  await second.end();
  await project.close();
}

async function sending(): Promise<void> {
  const to = "graphile-worker's addJobs, by 1,000";
  tally.peer(to, (await peerProgram("graphile-queue.mjs", await createDatabase(), "add", FILLED)).perSecond);
  const project = await openProject();
  await fill(project.app, 5_000);
  const start = performance.now();
  await fill(project.app, FILLED);
  tally.ours("sendMany, by 1,000", FILLED / ((performance.now() - start) / 1_000), "per second", to);
  const all = Array.from({ length: FILLED }, () => ({ task: "bench.noop", input: {} }));
  const again = performance.now();
  await project.app.sendMany(all);
  const rate = FILLED / ((performance.now() - again) / 1_000);
  tally.ours(`sendMany, ${FILLED.toLocaleString("en")} at once`, rate, "per second", to);
  await project.close();
}

async function draining(): Promise<void> {
  const graphile = await createDatabase();
  await peerProgram("graphile-queue.mjs", graphile, "add", SLOW);
  const slow = "graphile-worker with its defaults, nothing kept";
  tally.peer(slow, (await peerProgram("graphile-queue.mjs", graphile, "work", SLOW, "defaults")).perSecond);
  await graphileBest(graphile);
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
      BEST,
      boss,
    );
    await worker.end();
    await project.close();
  }
}

async function latencies(): Promise<void> {
  const theirs = await createDatabase();
  await settled(postgres.url);
  const graphile = await peerProgram("graphile-queue.mjs", theirs, "latency", WARM_UP + LATENCY, RATE);
  const late = graphile.late.slice(WARM_UP);
  tally.peer("graphile-worker, from addJob to start at 100 a second, p50", percentile(late, 0.5), "ms");
  tally.peer("graphile-worker, from addJob to start at 100 a second, p99", percentile(late, 0.99), "ms");
  const project = await openProject();
  const worker = await project.worker();
  await settled(postgres.url);
  const sent: (readonly [at: number, id: string])[] = [];
  const start = performance.now();
  for (let n = 0; n < WARM_UP + LATENCY; n += 1) {
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
  const mine = sent.slice(WARM_UP).map(([at, id]) => (begun.get(id) ?? Number.NaN) - at);
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
  if (parts.has("unrecorded")) await unrecorded();
  if (parts.has("latency")) await latencies();
  if (parts.has("shutdown")) await shutdown();
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
