/**
 * A process with what RabbitMQ can do for one Node process at best: persistent messages with a message's bytes to one durable queue, confirmed, and nothing
 * around them. Takes the URL, a message of Celery's as it lies in Redis and what to do, and writes one line of JSON.
 *
 *   rate COUNT          confirmed messages, as many on their way as hyoshi's own publisher has
 *   latency COUNT RATE  so many a second, from `publish` to its arrival in another process
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { connect } from "amqplib";
import { decodeEnvelope } from "../../src/broker/redis/redis-envelope.ts";

const [url = "", message = "", how = "", ...numbers] = process.argv.slice(2);
const [count = 0, each = 0] = numbers.map(Number);
const WINDOW = 2_048;

const now = () => performance.timeOrigin + performance.now();
const model = await connect(url);
const channel = await model.createConfirmChannel();
await channel.assertQueue("raw", { durable: true });

const { headers, properties, body } = decodeEnvelope(Buffer.from(message)).envelope;
const { contentType, contentEncoding, correlationId } = properties;
const options = {
  ...{ headers, contentType, contentEncoding },
  ...(correlationId !== undefined && { correlationId }),
  deliveryMode: 2,
  mandatory: true,
};
const content = Buffer.from(body);

async function rate(): Promise<number> {
  const started = performance.now();
  const { promise: all, resolve } = Promise.withResolvers<void>();
  let [sent, done] = [0, 0];
  const more = () => {
    for (; sent < count && sent - done < WINDOW; sent += 1) {
      channel.publish("", "raw", content, options, () => {
        done += 1;
        if (done === count) resolve();
        else if (done % 100 === 0) more();
      });
    }
  };
  more();
  await all;
  return count / ((performance.now() - started) / 1_000);
}

/** In the other process. */
async function take(): Promise<void> {
  const taken: number[] = [];
  const { promise: all, resolve } = Promise.withResolvers<void>();
  await channel.consume("raw", (delivery) => {
    if (delivery === null) return;
    taken.push(now());
    channel.ack(delivery);
    if (taken.length === count) resolve();
  });
  process.send?.("ready");
  await all;
  process.send?.(taken);
}

async function latency(): Promise<number[]> {
  const child: ChildProcess = fork(fileURLToPath(import.meta.url), [url, message, "take", String(count)]);
  await once(child, "message");
  const taken = once(child, "message") as Promise<[number[]]>;
  const sent: number[] = [];
  const start = performance.now();
  for (let n = 0; n < count; n += 1) {
    const wait = start + (n * 1_000) / each - performance.now();
    if (wait > 0) await sleep(wait);
    sent.push(now());
    channel.publish("", "raw", content, options);
  }
  const [times] = await taken;
  return times.map((at, n) => at - (sent[n] ?? Number.NaN));
}

if (how === "take") await take();
else if (how === "latency") console.log(JSON.stringify({ late: await latency() }));
else console.log(JSON.stringify({ perSecond: await rate() }));
if (how !== "take") await channel.deleteQueue("raw");
await model.close();
process.exit();
