import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { celeryOrReason } from "../../scripts/celery.mjs";
import { idsOf, message, receive } from "../conformance/broker/broker-bench.ts";
import { openRedisBench, type RedisBench } from "../conformance/broker/redis-bench.ts";
import { isCeleryNeeded } from "../support/celery.ts";
import { type RedisServer, startRedisServer } from "../support/redis-server.ts";

/** With kombu, Celery's own transport: prints what is left and what it got, a JSON a line. */
const restoring = `
import json, sys, kombu
url, prefix, queue = sys.argv[1:]
options = {"visibility_timeout": 1, "global_keyprefix": prefix}
channel = kombu.Connection(url, transport_options=options).channel()
channel.qos.restore_visible()
def left():
    print(json.dumps([channel.client.hlen("unacked"), channel.client.zcard("unacked_index")]))
left()
while True:
    message = kombu.Queue(queue, channel=channel).get()
    if message is None: break
    print(json.dumps([message.headers["id"], message.headers.get("redelivered"), message.body.decode()]))
    message.ack()
left()
`;
const holding = `
import sys, kombu
url, prefix, queue, count = sys.argv[1:]
channel = kombu.Connection(url, transport_options={"global_keyprefix": prefix}).channel()
for _ in range(int(count)):
    print(kombu.Queue(queue, channel=channel).get().headers["id"])
sys.stdout.flush()
import os; os._exit(1)
`;

const QUEUE = "集計";
const ids = ["a", "b", "c"];

describe.runIf(isCeleryNeeded)("what is held on Redis", () => {
  let server: RedisServer;
  let bench: RedisBench;
  beforeAll(async () => {
    server = await startRedisServer({ forgetful: true });
  });
  afterAll(() => server?.stop());
  beforeEach(async () => {
    // Nobody of hyoshi's restores what its own consumers hold.
    bench = await openRedisBench(server.url, { leaseMs: 600_000 });
    await bench.broker.publish(ids.map((id) => message(QUEUE, id, 9)));
  });
  afterEach(() => bench.close());

  async function python(program: string, ...args: string[]): Promise<string[]> {
    const { python = "", reason } = await celeryOrReason();
    if (reason !== undefined) throw new Error(reason);
    const { stdout } = await promisify(execFile)(python, ["-c", program, server.url, bench.prefix, ...args]).catch(
      (error: { stdout: string; stderr: string; code: number }) => {
        if (error.code === 1 && error.stderr === "") return error;
        throw error;
      },
    );
    return stdout.trim().split("\n");
  }

  it("by hyoshi is restored by Celery's own transport, once and in order", async () => {
    const subscription = await bench.broker.subscribe({ queues: [QUEUE], prefetch: 10 });
    const held = await receive(subscription, 3);
    await subscription.remove(QUEUE);
    await new Promise((resolve) => setTimeout(resolve, 2_100));
    const [restored, ...got] = await python(restoring, QUEUE);
    expect(JSON.parse(restored ?? "")).toEqual([0, 0]);
    expect(got.map((line) => JSON.parse(line))).toEqual([...ids.map((id) => [id, true, "[[], {}, {}]"]), [0, 0]]);
    // Too late, and nobody's loss.
    expect(idsOf(await subscription.renew(held))).toEqual(ids);
    await subscription.acknowledge(held);
  });

  it("by a Python process that dies is restored by hyoshi after the visibility time-out", async () => {
    expect(await python(holding, QUEUE, "2")).toEqual(["a", "b"]);
    const broker = await bench.another({ leaseMs: 1_000, visibilityTimeoutMs: 2_000 });
    const subscription = await broker.subscribe({ queues: [QUEUE], prefetch: 10 });
    const deliveries = await receive(subscription, 3);
    expect(idsOf(deliveries).sort()).toEqual(ids);
    expect(idsOf(deliveries.filter(({ redelivered }) => redelivered))).toEqual(["a", "b"]);
    await subscription.acknowledge(deliveries);
  });
});
