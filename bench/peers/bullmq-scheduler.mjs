// @ts-nocheck Its packages are installed beside it when the benchmark runs, and by nothing else.
/**
 * A peer's process: BullMQ's job schedulers, all due at one moment, and one worker in the same process, as their guide shows it. Takes the port of
 * Redis, the number of schedulers and the moment; writes the lateness of the jobs' starts as one line of JSON.
 */
import { Queue, Worker } from "bullmq";

const [port = 0, count = 0, dueAt = 0] = process.argv.slice(2).map(Number);
const connection = { host: "127.0.0.1", port, maxRetriesPerRequest: null };
const now = () => performance.timeOrigin + performance.now();

const queue = new Queue("bench", { connection });
const due = new Date(dueAt);
const pattern = `${due.getUTCSeconds()} ${due.getUTCMinutes()} ${due.getUTCHours()} * * *`;
for (let from = 0; from < count; from += 100) {
  const some = Array.from({ length: Math.min(100, count - from) }, (_, index) => `scheduler-${from + index}`);
  await Promise.all(some.map((id) => queue.upsertJobScheduler(id, { pattern, tz: "UTC" }, { name: "noop" })));
}
if (now() > dueAt - 500) throw new Error("the schedulers were not made before they were due");

/** @type {number[]} */
const late = [];
const finished = new Promise((resolve) => {
  const worker = new Worker(
    "bench",
    async () => {
      late.push(now() - dueAt);
      if (late.length === count) setImmediate(() => worker.close(true).then(resolve));
    },
    { connection, concurrency: 32 },
  );
});
/** @param {number} share */
const at = (share) => late[Math.min(late.length - 1, Math.floor(share * late.length))];

await finished;
await queue.close();
console.log(JSON.stringify({ p50: at(0.5), p99: at(0.99), max: late.at(-1) }));
