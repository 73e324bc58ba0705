// @ts-nocheck Its packages are installed beside it when the benchmark runs, and by nothing else.
/**
 * A peer's process: graphile-worker on the PostgreSQL database that it is given. Writes one line of JSON.
 *
 *   add COUNT        `addJobs` by 1,000
 *   work COUNT HOW   drains COUNT jobs: `defaults` at concurrency 24, or `best`: with its local queue of 500 and batched completion
 *   latency COUNT RATE   so many a second to its worker in this process's child, from `addJob` to the job's start
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Logger, makeWorkerUtils, run } from "graphile-worker";

const [connectionString, how, ...rest] = process.argv.slice(2);
const count = Number(rest[0] ?? 0);
const now = () => performance.timeOrigin + performance.now();
const quiet = { logger: new Logger(() => () => {}) };

async function addAll(utils) {
  for (let from = 0; from < count; from += 1_000) {
    const jobs = Array.from({ length: Math.min(1_000, count - from) }, (_, n) => ({
      identifier: "noop",
      payload: { n: from + n },
    }));
    await utils.addJobs(jobs);
  }
}

const worker = { concurrentJobs: 24 };
const best = {
  worker: { ...worker, localQueue: { size: 500 }, completeJobBatchDelay: 0, failJobBatchDelay: 0 },
};

const measures = {
  async add() {
    const utils = await makeWorkerUtils({ connectionString, ...quiet });
    await utils.migrate();
    const start = performance.now();
    await addAll(utils);
    const perSecond = count / ((performance.now() - start) / 1_000);
    await utils.release();
    return { perSecond };
  },
  async work() {
    let done = 0;
    let start = 0;
    const warm = Math.floor(count / 20);
    const { promise, resolve } = Promise.withResolvers();
    const noop = async () => {
      done += 1;
      if (done === warm) start = performance.now();
      if (done === count) resolve();
    };
    const runner = await run({
      connectionString,
      concurrency: 24,
      maxPoolSize: 26,
      noHandleSignals: true,
      taskList: { noop },
      ...quiet,
      ...(rest[1] === "best" ? { preset: best } : {}),
    });
    await promise;
    const perSecond = (count - warm) / ((performance.now() - start) / 1_000);
    await runner.stop();
    return { perSecond };
  },
  async latency() {
    const child = fork(fileURLToPath(import.meta.url), [connectionString, "listen"], {
      stdio: ["ignore", 2, 2, "ipc"],
    });
    const utils = await makeWorkerUtils({ connectionString, ...quiet });
    await utils.migrate();
    child.send("begin");
    await once(child, "message");
    const late = [];
    child.on("message", ({ sent, at }) => late.push(at - sent));
    for (let n = 0; n < 100; n += 1) await utils.addJob("clock", { sent: now() });
    while (late.length < 100) await sleep(5);
    late.length = 0;
    const start = performance.now();
    for (let n = 0; n < count; n += 1) {
      const wait = start + (n * 1_000) / Number(rest[1]) - performance.now();
      if (wait > 0) await sleep(wait);
      await utils.addJob("clock", { sent: now() });
    }
    while (late.length < count) await sleep(5);
    child.kill("SIGKILL");
    await utils.release();
    return { perSecond: Number(rest[1]), late };
  },
  async listen() {
    await once(process, "message");
    await run({
      connectionString,
      concurrency: 10,
      noHandleSignals: true,
      taskList: { clock: async ({ sent }) => process.send({ sent, at: now() }) },
      ...quiet,
    });
    process.send("ready");
    return undefined;
  },
};

const answer = await measures[how]();
if (answer !== undefined) {
  console.log(JSON.stringify({ late: [], ...answer }));
  process.exit();
}
