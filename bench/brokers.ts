/**
 * hyoshi on Redis and on RabbitMQ beside real Celery and BullMQ, in one run on the same servers: what one client sends, what one worker executes
 * with results kept, how long from send to start, and what an idle worker weighs. Each peer is a process of its own with its defaults.
 * HYOSHI_BENCH_SCALE makes the counts smaller (0.1) or larger; HYOSHI_BENCH_PARTS names the parts to measure (`send,work,latency,memory`).
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { createClient } from "@redis/client";
import { openPostgresDatabase } from "../src/database/postgres/postgres-database.ts";
import type { HyoshiApp } from "../src/index.ts";
import { eventually } from "../test/support/eventually.ts";
import { startPostgresServer } from "../test/support/postgres-server.ts";
import { builtMain, createTestProject, type Running, type TestProject } from "../test/support/project.ts";
import { startRabbitServer } from "../test/support/rabbitmq-server.ts";
import { bullmq, type CeleryAddresses, celerySends, startCeleryWorker } from "./support/broker-peers.ts";
import { installPeers } from "./support/install-peers.ts";
import { peerProgram } from "./support/peer-program.ts";
import { residentMb } from "./support/process-usage.ts";
import { startRedisServer } from "./support/redis-server.ts";
import { median, percentile, report } from "./support/report.ts";
import { settled } from "./support/settled.ts";
import { Tally } from "./support/tally.ts";

const scale = Number(process.env.HYOSHI_BENCH_SCALE ?? 1);
const parts = new Set((process.env.HYOSHI_BENCH_PARTS ?? "send,work,latency,memory").split(","));
const scaled = (count: number) => Math.max(200, Math.round(count * scale));
const SENDS = scaled(20_000);
const BULK = scaled(100_000);
const CELERY = scaled(20_000);
const WORK = scaled(200_000);
const LATENCY = scaled(4_000);
const RATE = 100;
/** Sent at the same rate before the first that is measured, to everybody: what is compiled, opened and cached by then is not what is asked. */
const WARM_UP = 1_000;
/** Sent one by one before those that are measured, by all that run in Node: Python compiles nothing on the way. */
const WARM_SENDS = 3_000;
const CONCURRENCIES = [32, 128, 512];

type BrokerName = "Redis" | "RabbitMQ";

installPeers();
const redis = await startRedisServer();
if (redis === undefined)
  throw new Error("no redis-server was found: install it (Debian: apt-get install redis-server)");
const rabbit = await startRabbitServer();
const postgres = await startPostgresServer({ durable: true });
const redisUrl = `redis://127.0.0.1:${redis.port}`;
const resultsUrl = `${redisUrl}/1`;
const brokerUrls: Record<BrokerName, string> = { Redis: `${redisUrl}/0`, RabbitMQ: rabbit.url };
const results = createClient({ url: resultsUrl });
const everything = createClient({ url: redisUrl });
await Promise.all([results.connect(), everything.connect()]);

const tally = new Tally();
const ours = (figure: string, value: number, ...compared: readonly string[]) =>
  tally.ours(figure, value, "per second", ...compared);

const tasks = `
import { task } from "hyoshi";
export const noop = task("bench.noop", { record: "none", run: () => {} });
export const kept = task("bench.kept", { run: () => {} });
export const clock = task("bench.clock", { record: "none", run: () => performance.timeOrigin + performance.now() });
export const keptClock = task("bench.kept_clock", { run: () => performance.timeOrigin + performance.now() });
`;

interface Project {
  readonly app: HyoshiApp;
  readonly databaseUrl: string;
  worker(): Promise<Running>;
  close(): Promise<void>;
}

const { openApp } = (await import(
  fileURLToPath(new URL("../dist/index.js", import.meta.url))
)) as typeof import("../src/index.ts");
let projects = 0;

/** A project on this broker with a PostgreSQL database of its own, its client in this process, and its workers as users start them. */
async function openProject(broker: BrokerName): Promise<Project> {
  projects += 1;
  const name = `bench_${projects}`;
  const server = await openPostgresDatabase({ url: postgres.url, applicationName: "bench" });
  await server.hot.query({ text: `create database ${name} template template0` });
  await server.close();
  const databaseUrl = postgres.url.replace(/\/postgres$/, `/${name}`);
  const env = { DATABASE_URL: databaseUrl, BROKER_URL: brokerUrls[broker], RESULT_BACKEND_URL: resultsUrl };
  const project: TestProject = createTestProject({ "app/tasks.ts": tasks }, { main: builtMain });
  const migrated = await project.run(["migrate"], env);
  if (migrated.code !== 0) throw new Error(migrated.stderr);
  const app = await openApp({
    config: {
      apps: [join(project.folder, "app")],
      database: databaseUrl,
      broker: brokerUrls[broker],
      results: resultsUrl,
    },
  });
  return {
    app,
    databaseUrl,
    async worker() {
      const worker = project.start(["worker"], env);
      await worker.says("worker is at work");
      return worker;
    },
    async close() {
      await app.close();
      await project.close();
    },
  };
}

async function perSecond(count: number, work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return count / ((performance.now() - start) / 1_000);
}

async function bulk(app: HyoshiApp, task: string, count: number): Promise<void> {
  for (let sent = 0; sent < count; sent += 1_000) {
    await Promise.all(Array.from({ length: Math.min(1_000, count - sent) }, () => app.send(task, {})));
  }
}

/** So many on their way all the time. */
async function flowing(app: HyoshiApp, task: string, count: number, inFlight: number): Promise<void> {
  let sent = 0;
  const one = async () => {
    while (sent < count) {
      sent += 1;
      await app.send(task, {});
    }
  };
  await Promise.all(Array.from({ length: inFlight }, one));
}

/** What RabbitMQ has used since it started, on all cores. */
async function rabbitProcessorMs(): Promise<number> {
  return Number(await rabbit.control("eval", "element(1, erlang:statistics(runtime))."));
}

async function emptyRabbit(): Promise<void> {
  await rabbit.kill();
  await rabbit.start({ empty: true });
}

async function empty(): Promise<void> {
  await everything.flushAll();
}

/** The rate at which results come, from the first twentieth on. */
async function resultsPerSecond(count: number): Promise<number> {
  const kept = () => results.dbSize();
  await eventually(async () => (await kept()) >= count / 20, { within: 120_000, every: 2 });
  const [first, start] = [await kept(), performance.now()];
  await eventually(async () => (await kept()) >= count, { within: 600_000, every: 5 });
  return (count - first) / ((performance.now() - start) / 1_000);
}

const celeryOn = (broker: BrokerName): CeleryAddresses => ({
  broker: brokerUrls[broker],
  results: resultsUrl,
  queue: "celery",
});

/** What one program sends one after the other, the best of so many turns for each: a machine is not as quick in one minute as in the next. */
const TURNS = 3;

async function sending(): Promise<void> {
  const project = await openProject("Redis");
  await bulk(project.app, "bench.noop", 1_000);
  const sendSingly = async (times: number) => {
    for (let n = 0; n < times; n += 1) await project.app.send("bench.noop", {});
  };
  await sendSingly(WARM_SENDS);
  await empty();
  const best = { celery: 0, bull: 0, raw: 0, own: 0 };
  let envelope = "";
  let raw: Awaited<ReturnType<typeof peerProgram>> | undefined;
  for (let turn = 0; turn < TURNS; turn += 1) {
    best.celery = Math.max(best.celery, (await celerySends(celeryOn("Redis"), "fill", CELERY)).perSecond);
    envelope = (await everything.lRange("celery", 0, 0))[0] ?? "";
    await empty();
    best.bull = Math.max(best.bull, (await bullmq(redis?.port ?? 0, "add", SENDS, WARM_SENDS)).perSecond);
    await empty();
    raw = await peerProgram("raw-redis.ts", `${redisUrl}/0`, envelope, "rates", BULK, WARM_SENDS);
    best.raw = Math.max(best.raw, raw.singles);
    await empty();
    best.own = Math.max(best.own, await perSecond(SENDS, () => sendSingly(SENDS)));
    await empty();
  }
  const names = {
    celery: "Celery's apply_async, one by one, Redis",
    bull: "BullMQ's add, one by one",
    raw: "raw LPUSH of Celery's bytes, one by one",
  };
  tally.peer(names.celery, best.celery);
  tally.peer(names.bull, best.bull);
  tally.peer(names.raw, best.raw);
  tally.peer("BullMQ's add, 100 in flight", (await bullmq(redis?.port ?? 0, "flight", BULK)).perSecond);
  await empty();
  tally.peer("BullMQ's addBulk, by 1,000", (await bullmq(redis?.port ?? 0, "bulk", BULK)).perSecond);
  await empty();
  tally.peer("raw pipelined LPUSH of Celery's bytes", raw?.sends ?? Number.NaN);
  tally.peer("raw pipelined commands of executing", raw?.works ?? Number.NaN);
  ours("send, one by one, Redis", best.own, names.celery, names.bull, names.raw);
  const many = await perSecond(BULK, () => bulk(project.app, "bench.noop", BULK));
  const compared = [
    "Celery's apply_async, one by one, Redis",
    "BullMQ's addBulk, by 1,000",
    "raw pipelined LPUSH of Celery's bytes",
  ];
  ours("send, 1,000 at once, Redis", many, ...compared);
  await project.close();
  await empty();

  tally.peer(
    "Celery's apply_async, one by one, RabbitMQ",
    (await celerySends(celeryOn("RabbitMQ"), "fill", CELERY)).perSecond,
  );
  const confirming = "raw confirmed publishing of Celery's bytes, RabbitMQ";
  const before = await rabbitProcessorMs();
  tally.peer(confirming, (await peerProgram("raw-rabbit.ts", rabbit.url, envelope, "rate", BULK / 2)).perSecond);
  const each = ((await rabbitProcessorMs()) - before) / (BULK / 2);
  tally.tell(`${confirming}: processor time of the server for each`, each * 1_000, "µs");
  const onRabbit = await openProject("RabbitMQ");
  await bulk(onRabbit.app, "bench.noop", 1_000);
  const confirmed = await perSecond(BULK / 2, () => flowing(onRabbit.app, "bench.noop", BULK / 2, 2_000));
  ours(
    "send, 2,000 in flight, confirmed, RabbitMQ",
    confirmed,
    "Celery's apply_async, one by one, RabbitMQ",
    "raw confirmed publishing of Celery's bytes, RabbitMQ",
  );
  await onRabbit.close();
  await emptyRabbit();
  await empty();
}

async function celeryWorks(broker: BrokerName, pool: "prefork" | "solo"): Promise<void> {
  await celerySends(celeryOn(broker), "fill", CELERY);
  const worker = await startCeleryWorker(celeryOn(broker), pool);
  tally.peer(`Celery's worker, ${pool}, ${broker}`, await resultsPerSecond(CELERY));
  await worker.stop();
  await empty();
}

async function unrecordedPerSecond(broker: BrokerName): Promise<number> {
  const project = await openProject(broker);
  const count = broker === "Redis" ? WORK : WORK / 4;
  await bulk(project.app, "bench.noop", count);
  await results.flushDb();
  const worker = await project.worker();
  const rate = await resultsPerSecond(count);
  await worker.end();
  await project.close();
  await empty();
  return rate;
}

const unrecorded = (broker: BrokerName) =>
  `worker, record: "none", results in Redis, ${broker}${broker === "Redis" ? ", the best of three runs" : ""}`;

async function worksRecorded(broker: BrokerName): Promise<void> {
  const project = await openProject(broker);
  const count = WORK / 4;
  await bulk(project.app, "bench.kept", count);
  const database = await openPostgresDatabase({ url: project.databaseUrl, applicationName: "bench" });
  const done = async () => {
    const { rows } = await database.hot.query<{ n: number }>({ text: "select count(*)::int as n from run_done" });
    return rows[0]?.n ?? 0;
  };
  const worker = await project.worker();
  await eventually(async () => (await done()) >= count / 20, { within: 120_000, every: 5 });
  const [first, start] = [await done(), performance.now()];
  await eventually(async () => (await done()) >= count, { within: 600_000, every: 20 });
  ours(`worker, record: "all" in PostgreSQL, ${broker}`, (count - first) / ((performance.now() - start) / 1_000));
  await worker.end();
  await database.close();
  await project.close();
  await empty();
}

async function working(): Promise<void> {
  await celeryWorks("Redis", "prefork");
  const own: number[] = [];
  const theirs: number[] = [];
  // In turns, and the best of as many: a machine is not as quick in one minute as in the next.
  for (const concurrency of CONCURRENCIES) {
    await bullmq(redis?.port ?? 0, "bulk", BULK);
    theirs.push((await bullmq(redis?.port ?? 0, "work", BULK, concurrency)).perSecond);
    await empty();
    own.push(await unrecordedPerSecond("Redis"));
  }
  tally.peer(`BullMQ's worker, results kept, the best of concurrency ${CONCURRENCIES.join(", ")}`, Math.max(...theirs));
  const [prefork = "", bull = ""] = [...tally.peers.keys()].slice(-2);
  const raw = tally.peers.has("raw pipelined commands of executing") ? ["raw pipelined commands of executing"] : [];
  ours(unrecorded("Redis"), Math.max(...own), prefork, bull, ...raw);
  await worksRecorded("Redis");

  await celeryWorks("RabbitMQ", "prefork");
  await celeryWorks("RabbitMQ", "solo");
  await emptyRabbit();
  const celery = ["Celery's worker, prefork, RabbitMQ", "Celery's worker, solo, RabbitMQ"];
  ours(unrecorded("RabbitMQ"), await unrecordedPerSecond("RabbitMQ"), ...celery);
  await emptyRabbit();
}

function latenessOf(what: string, all: readonly number[], peerP99?: number): number {
  const late = all.slice(WARM_UP);
  tally.tell(`send to start at ${RATE} a second, ${what}, p50`, percentile(late, 0.5), "ms");
  const p99 = percentile(late, 0.99);
  const compared = peerP99 === undefined ? undefined : { by: p99 / peerP99, to: "Celery's in the same run" };
  tally.tell(`send to start at ${RATE} a second, ${what}, p99`, p99, "ms", compared);
  return p99;
}

async function celeryLateness(broker: BrokerName): Promise<number> {
  const worker = await startCeleryWorker(celeryOn(broker), "prefork");
  await settled(postgres.url);
  const { late } = await celerySends(celeryOn(broker), "latency", WARM_UP + LATENCY, RATE);
  await worker.stop();
  await empty();
  return latenessOf(`Celery, ${broker}`, late);
}

async function lateness(broker: BrokerName, task: string, what: string, peerP99?: number): Promise<void> {
  const project = await openProject(broker);
  const worker = await project.worker();
  await settled(postgres.url);
  const sent: (readonly [at: number, id: string])[] = [];
  const start = performance.now();
  for (let n = 0; n < WARM_UP + LATENCY; n += 1) {
    const wait = start + (n * 1_000) / RATE - performance.now();
    if (wait > 0) await sleep(wait);
    const at = performance.timeOrigin + performance.now();
    sent.push([at, (await project.app.send(task, {})).id]);
  }
  const late: number[] = [];
  for (const [at, id] of sent) {
    const text = await eventually(async () => (await results.get(`celery-task-meta-${id}`)) ?? undefined);
    late.push(Number((JSON.parse(text) as { result: number }).result) - at);
  }
  latenessOf(`${what}, ${broker}`, late, peerP99);
  await worker.end();
  await project.close();
  await empty();
}

async function latencies(): Promise<void> {
  await celerySends(celeryOn("Redis"), "fill", 1);
  const envelope = (await everything.lRange("celery", 0, 0))[0] ?? "";
  await empty();
  const raw = async (file: string, url: string) =>
    (await peerProgram(file, url, envelope, "latency", WARM_UP + LATENCY, RATE)).late;
  await settled(postgres.url);
  latenessOf("raw LPUSH and BRPOP", await raw("raw-redis.ts", `${redisUrl}/0`));
  const onRedis = await celeryLateness("Redis");
  await settled(postgres.url);
  latenessOf("BullMQ", (await bullmq(redis?.port ?? 0, "latency", WARM_UP + LATENCY, RATE)).late);
  await empty();
  await lateness("Redis", "bench.clock", 'record: "none"', onRedis);
  await lateness("Redis", "bench.kept_clock", 'record: "all"', onRedis);
  await emptyRabbit();
  await settled(postgres.url);
  latenessOf("raw publishing and consuming, RabbitMQ", await raw("raw-rabbit.ts", rabbit.url));
  const onRabbit = await celeryLateness("RabbitMQ");
  await lateness("RabbitMQ", "bench.clock", 'record: "none"', onRabbit);
  await lateness("RabbitMQ", "bench.kept_clock", 'record: "all"', onRabbit);
}

async function idleMemory(pid: number): Promise<number> {
  const seen: number[] = [];
  await sleep(15_000);
  for (let n = 0; n < 5; n += 1) {
    await sleep(2_000);
    seen.push(residentMb(pid));
  }
  return median(seen);
}

async function memory(): Promise<void> {
  const project = await openProject("Redis");
  const graphile = spawn(
    process.execPath,
    [fileURLToPath(new URL("peers/graphile-idle.mjs", import.meta.url)), project.databaseUrl],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  await once(graphile.stdout, "data");
  const theirs = await idleMemory(graphile.pid ?? 0);
  graphile.kill("SIGKILL");
  tally.tell("idle graphile-worker, resident memory", theirs, "MB");
  const worker = await project.worker();
  const own = await idleMemory(worker.child.pid ?? 0);
  tally.tell("idle worker on Redis, resident memory", own, "MB", { by: own / theirs, to: "an idle graphile-worker's" });
  await worker.end();
  await project.close();
}

try {
  if (parts.has("send")) await sending();
  if (parts.has("work")) await working();
  if (parts.has("latency")) await latencies();
  if (parts.has("memory")) await memory();
} finally {
  await Promise.all([results.close(), everything.close()]);
  await Promise.all([redis.stop(), rabbit.stop(), postgres.stop()]);
}
report("brokers", { scale, database: "PostgreSQL", sent: SENDS, "in bulk": BULK, executed: WORK }, tally.found);
