// @ts-nocheck Its packages are installed beside it when the benchmark runs, and by nothing else.
/**
 * A peer's process: BullMQ's queue. Takes the port of Redis and what to do, and writes one line of JSON.
 *
 *   add COUNT WARM     `add`, one after the other, after so many that are not measured
 *   flight COUNT       `add`, 100 in flight          bulk COUNT   `addBulk` by 1,000
 *   work COUNT N       a worker of concurrency N drains COUNT jobs that are there, results kept
 *   latency COUNT RATE so many a second to a worker in this process's child, from `add` to the job's start
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Queue, Worker } from "bullmq";

const [port, how, ...rest] = process.argv.slice(2);
const [count = 0, more = 0] = rest.map(Number);
const connection = { host: "127.0.0.1", port: Number(port), maxRetriesPerRequest: null };
const now = () => performance.timeOrigin + performance.now();
const queue = new Queue("bench", { connection });

async function perSecond(all, work) {
  const start = performance.now();
  await work();
  return all / ((performance.now() - start) / 1_000);
}

const measures = {
  add: async () => {
    const add = async (times) => {
      for (let n = 0; n < times; n += 1) await queue.add("noop", { n });
    };
    await add(more);
    return perSecond(count, () => add(count));
  },
  flight: () =>
    perSecond(count, async () => {
      let next = 0;
      const one = async () => {
        while (next < count) {
          next += 1;
          await queue.add("noop", { n: next });
        }
      };
      await Promise.all(Array.from({ length: 100 }, one));
    }),
  bulk: () =>
    perSecond(count, async () => {
      for (let from = 0; from < count; from += 1_000) {
        await queue.addBulk(
          Array.from({ length: Math.min(1_000, count - from) }, (_, n) => ({ name: "noop", data: { n: from + n } })),
        );
      }
    }),
  work: async () => {
    let done = 0;
    let start = 0;
    const warm = Math.floor(count / 20);
    const finished = new Promise((resolve) => {
      const worker = new Worker("bench", async () => {}, { connection, concurrency: more });
      worker.on("completed", () => {
        done += 1;
        if (done === warm) start = performance.now();
        if (done === count) resolve(worker);
      });
    });
    const worker = await finished;
    const rate = (count - warm) / ((performance.now() - start) / 1_000);
    await worker.close();
    return rate;
  },
};

if (how === "serve") {
  const worker = new Worker("bench", async () => now(), { connection, concurrency: 32 });
  await worker.waitUntilReady();
  process.send?.("ready");
  await once(process, "message");
  await worker.close(true);
  await queue.close();
  process.disconnect();
} else if (how === "latency") {
  const child = fork(fileURLToPath(import.meta.url), [port, "serve"]);
  await once(child, "message");
  await queue.add("warm", {});
  await sleep(500);
  const sent = [];
  const start = performance.now();
  for (let n = 0; n < count; n += 1) {
    const wait = start + (n * 1_000) / more - performance.now();
    if (wait > 0) await sleep(wait);
    const at = now();
    sent.push([at, (await queue.add("clock", { n })).id]);
  }
  await sleep(500);
  const late = [];
  for (const [at, id] of sent) late.push((await queue.getJob(id)).returnvalue - at);
  console.log(JSON.stringify({ late }));
  child.send("stop");
  await once(child, "exit");
  await queue.close();
} else {
  console.log(JSON.stringify({ perSecond: await measures[how]() }));
  await queue.close();
}
