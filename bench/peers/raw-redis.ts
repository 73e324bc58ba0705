/**
 * A process with what Redis can do for one Node process at best: the commands that sending and executing a message cannot do without, with the same bytes,
 * and nothing around them. Takes the URL, an envelope and what to do, and writes one line of JSON.
 *
 *   rates COUNT WARM    LPUSH, one by one (after so many that are not measured) and pipelined; and taking, leasing, storing a result, telling it, and settling, pipelined for 64 messages at a time
 *   latency COUNT RATE  so many a second, from LPUSH to the answer of BRPOP in another process
 */
import { type ChildProcess, fork } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { createClient } from "@redis/client";

const [url = "", envelope = "", how = "", ...numbers] = process.argv.slice(2);
const [count = 0, rate = 0] = numbers.map(Number);
/** How many messages are executed, and sent, at once. */
const IN_FLIGHT = 64;
const PIPELINED = 1_000;
const RESULT = JSON.stringify({
  status: "SUCCESS",
  result: null,
  traceback: null,
  children: [],
  date_done: "x".repeat(32),
});

const now = () => performance.timeOrigin + performance.now();
// Without a timer for each command.
const client = createClient({ url, commandOptions: { timeout: 0 } });
await client.connect();

async function sends(): Promise<void> {
  for (let sent = 0; sent < count; sent += PIPELINED) {
    await Promise.all(Array.from({ length: PIPELINED }, () => client.lPush("raw", envelope)));
  }
}

/** A fifth of them: each waits for the one before it. */
const SINGLES = Math.ceil(count / 5);

async function sendsSingly(times: number): Promise<void> {
  for (let sent = 0; sent < times; sent += 1) await client.lPush("raw", envelope);
}

async function works(): Promise<void> {
  for (;;) {
    const taken = await client.rPopCount("raw", IN_FLIGHT);
    if (taken === null || taken.length === 0) return;
    const tags = taken.map(() => randomUUID());
    const leased = tags.map((tag, index) => client.hSet("raw-unacked", tag, taken[index] ?? ""));
    const scored = client.zAdd(
      "raw-index",
      tags.map((value) => ({ value, score: 1 })),
    );
    await Promise.all([...leased, scored]);
    const stored = tags.map((tag) => client.setEx(`celery-task-meta-${tag}`, 86_400, RESULT));
    const told = tags.map((tag) => client.publish(`celery-task-meta-${tag}`, RESULT));
    await Promise.all([...stored, ...told, client.hDel("raw-unacked", tags), client.zRem("raw-index", tags)]);
  }
}

async function perSecond(of: number, work: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await work();
  return of / ((performance.now() - started) / 1_000);
}

/** In the other process. */
async function take(): Promise<void> {
  const taken: number[] = [];
  process.send?.("ready");
  while (taken.length < count) {
    await client.brPop("raw", 0);
    taken.push(now());
  }
  process.send?.(taken);
}

async function latency(): Promise<number[]> {
  const child: ChildProcess = fork(fileURLToPath(import.meta.url), [url, "", "take", String(count)]);
  await once(child, "message");
  const taken = once(child, "message") as Promise<[number[]]>;
  const sent: number[] = [];
  const start = performance.now();
  for (let n = 0; n < count; n += 1) {
    const wait = start + (n * 1_000) / rate - performance.now();
    if (wait > 0) await sleep(wait);
    sent.push(now());
    await client.lPush("raw", envelope);
  }
  const [times] = await taken;
  return times.map((at, n) => at - (sent[n] ?? Number.NaN));
}

if (how === "take") await take();
else if (how === "latency") console.log(JSON.stringify({ late: await latency() }));
else {
  const pipelined = await perSecond(count, sends);
  await sendsSingly(rate);
  const singly = await perSecond(SINGLES, () => sendsSingly(SINGLES));
  await client.lTrim("raw", 0, count - 1);
  console.log(JSON.stringify({ sends: pipelined, singles: singly, works: await perSecond(count, works) }));
}
await client.close();
process.exit();
