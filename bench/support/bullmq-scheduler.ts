/**
 * A peer's process: BullMQ's job schedulers, all due at one moment, and one worker in the same process, as their guide shows it. Takes the port of
 * Redis, the number of schedulers and the moment; writes the lateness of the jobs' starts as one line of JSON.
 */
import { Queue, Worker } from "bullmq";
import { latenessOf } from "./report.ts";

const [port, count, dueAt] = process.argv.slice(2).map(Number) as [number, number, number];
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

const late: number[] = [];
const finished = new Promise<void>((resolve) => {
  const worker = new Worker(
    "bench",
    async () => {
      late.push(now() - dueAt);
      if (late.length === count) setImmediate(() => worker.close(true).then(resolve));
    },
    { connection, concurrency: 32 },
  );
});
await finished;
await queue.close();
console.log(JSON.stringify(latenessOf(late)));
