import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { createClient } from "@redis/client";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../../src/base/clock.ts";
import { isHyoshiError } from "../../src/base/error.ts";
import { silentLogger } from "../../src/base/logger.ts";
import type { PublishAnswer, Subscription } from "../../src/broker/broker.ts";
import { createRedisBroker, type RedisBroker } from "../../src/broker/redis/redis-broker.ts";
import type { RedisBrokerSettings } from "../../src/broker/redis/redis-settings.ts";
import { envelope, idsOf, message, receive, receiveRest } from "../conformance/broker/broker-bench.ts";
import { eventually } from "../support/eventually.ts";
import { type FrameProxy, startFrameProxy } from "../support/frame-proxy.ts";
import { type LossyProxy, startLossyProxy } from "../support/lossy-proxy.ts";
import { type RedisServer, startRedisServer } from "../support/redis-server.ts";

const LONG = { timeout: 180_000 };
const WITHIN_MS = 60_000;

let server: RedisServer;
let prefix = "";
const brokers: RedisBroker[] = [];
const proxies: (FrameProxy | LossyProxy)[] = [];

beforeAll(async () => {
  server = await startRedisServer();
});
afterAll(() => server?.stop());
beforeEach(() => {
  prefix = `${randomUUID()}-`;
});
afterEach(async () => {
  await Promise.all(brokers.splice(0).map((broker) => broker.close()));
  await Promise.all(proxies.splice(0).map((proxy) => proxy.close()));
});

function open(settings: Partial<RedisBrokerSettings> = {}): RedisBroker {
  const own = { url: server.url, clock: systemClock, logger: silentLogger, keyPrefix: prefix, ...settings };
  const broker = createRedisBroker(own);
  brokers.push(broker);
  return broker;
}

/** What lies in the database under this test's prefix. */
async function keys(): Promise<string[]> {
  const redis = createClient({ url: server.url });
  redis.on("error", () => {});
  await redis.connect();
  const found = await redis.keys(`${prefix}*`);
  redis.destroy();
  return found.map((key) => key.slice(prefix.length)).sort();
}

const numbered = (count: number, from = 0) => Array.from({ length: count }, (_, index) => String(from + index));
const failsWith = (code: string) => (error: unknown) => isHyoshiError(error, code);

/** Publishes one message after the other, each until it is confirmed, as a relay does. Answers how often each was tried in vain, perhaps. */
async function publishEach(broker: RedisBroker, ids: readonly string[]): Promise<Map<string, number>> {
  const doubtful = new Map<string, number>();
  for (const id of ids) {
    for (;;) {
      const [answer] = await broker
        .publish([message("q", id)])
        .catch((error: unknown): [PublishAnswer | "away"] => [
          isHyoshiError(error, "broker_away") ? "away" : "refused",
        ]);
      if (answer === "confirmed") break;
      expect(answer).not.toBe("refused");
      if (answer === "unknown") doubtful.set(id, (doubtful.get(id) ?? 0) + 1);
    }
  }
  return doubtful;
}

/** Receives and acknowledges until each of the ids has come and nothing is left; answers how often each came. */
async function drain(subscription: Subscription, ids: readonly string[]): Promise<Map<string, number>> {
  const times = new Map<string, number>();
  const deadline = AbortSignal.timeout(WITHIN_MS);
  while (!ids.every((id) => times.has(id)) && !deadline.aborted) {
    const some = await subscription.receive(50, deadline);
    for (const id of idsOf(some)) times.set(id, (times.get(id) ?? 0) + 1);
    await subscription.acknowledge(some).catch(() => {});
  }
  return times;
}

describe("a server that is stopped for ten seconds", () => {
  it("delays what is published and consumed, and loses nothing, with its data", LONG, async () => {
    const broker = open({ connectTimeoutMs: 2_000 });
    const consumer = open({ connectTimeoutMs: 2_000 });
    const subscription = await consumer.subscribe({ queues: ["q"], prefetch: 20 });
    const heard: string[] = [];
    await using _listening = await consumer.bus.listen("celeryev", { topic: "#", name: "" }, ({ routingKey }) =>
      heard.push(routingKey),
    );
    const replies: string[] = [];
    await using _replies = await consumer.bus.receiveReplies("oid", (reply) => replies.push(String(reply.headers.id)));
    const ids = numbered(600);
    const draining = drain(subscription, ids);
    const publishing = publishEach(broker, ids.slice(0, 300)).then(async (first) => {
      const later = await publishEach(broker, ids.slice(300));
      return new Map([...first, ...later]);
    });
    await eventually(async () => (await broker.depth("q")) >= 0);
    await server.kill();
    const stopped = performance.now();
    await eventually(() => broker.state().kind === "away");
    expect(broker.state()).toMatchObject({ kind: "away", why: expect.stringMatching(/./) });
    await expect(broker.depth("q")).rejects.toSatisfy(failsWith("broker_away"));
    // What is said on the bus is of no use later.
    const told = performance.now();
    await expect(broker.bus.publish("celeryev", "worker.heartbeat", envelope("e"))).rejects.toSatisfy(
      failsWith("broker_away"),
    );
    expect(performance.now() - told).toBeLessThan(1_000);
    await sleep(Math.max(0, 10_000 - (performance.now() - stopped)));
    await server.start();

    const doubtful = await publishing;
    const times = await draining;
    expect(ids.filter((id) => !times.has(id))).toEqual([]);
    // Only what was in flight when the server died may have come twice: published anew, or acknowledged in vain.
    const twice = [...times].filter(([, count]) => count > 1);
    expect(twice.length).toBeLessThanOrEqual(doubtful.size + 20);
    expect(broker.state()).toEqual({ kind: "connected" });
    await eventually(async () => {
      await broker.bus.publish("celeryev", "worker.online", envelope("e")).catch(() => {});
      await broker.bus.reply("oid", envelope("reply")).catch(() => {});
      return heard.includes("worker.online") && replies.includes("reply");
    });
    await subscription.acknowledge(await receiveRest(subscription));
    expect(await broker.depth("q")).toBe(0);
    await eventually(async () => !(await keys()).includes("unacked"));
  });

  it("is served again by the same processes where it comes back without its data", LONG, async () => {
    const broker = open({ connectTimeoutMs: 2_000, leaseMs: 3_000 });
    const consumer = open({ connectTimeoutMs: 2_000, leaseMs: 3_000 });
    const subscription = await consumer.subscribe({ queues: ["q"], prefetch: 20 });
    const heard: string[] = [];
    await using _listening = await consumer.bus.listen("celery.pidbox", { topic: "", name: "w@h" }, ({ envelope }) =>
      heard.push(String(envelope.headers.id)),
    );
    await using _replies = await consumer.bus.receiveReplies("oid", ({ headers }) => heard.push(String(headers.id)));
    await broker.publish(numbered(10).map((id) => message("q", id)));
    const held = await receive(subscription, 10);
    await broker.publish([message("q", "lost with the data")]);
    await subscription.remove("q");
    await server.kill();
    await sleep(500);
    await server.start({ empty: true });

    // What was held is settled in vain, without an error.
    await subscription.acknowledge(held);
    await subscription.add("q");
    await publishEach(broker, ["after"]);
    const [after] = await receive(subscription, 1);
    expect(idsOf(after === undefined ? [] : [after])).toEqual(["after"]);
    await subscription.acknowledge(after === undefined ? [] : [after]);
    await eventually(async () => {
      await broker.bus.publish("celery.pidbox", "", envelope("ping")).catch(() => {});
      await broker.bus.reply("oid", envelope("pong")).catch(() => {});
      return heard.includes("ping") && heard.includes("pong");
    });
    expect(await keys()).toEqual(
      expect.arrayContaining([
        "_kombu.binding.celery.pidbox",
        "_kombu.binding.q",
        "_kombu.binding.reply.celery.pidbox",
      ]),
    );
  });
});

describe("connections that are cut within a frame", () => {
  it("lose nothing, and leave nothing behind that is held by nobody", LONG, async () => {
    const proxy = await startLossyProxy(server.url);
    proxies.push(proxy);
    // So long a lease that no sweep helps.
    const broker = open({ url: proxy.url, leaseMs: 600_000 });
    const consumer = open({ url: proxy.url, leaseMs: 600_000 });
    const subscription = await consumer.subscribe({ queues: ["q"], prefetch: 30 });
    const ids = numbered(400);
    proxy.lose(0.02, 40, { half: true });
    const draining = drain(subscription, ids);
    const doubtful = await publishEach(broker, ids);
    const times = await draining;
    expect(proxy.lost).toBeGreaterThan(5);
    expect(ids.filter((id) => !times.has(id))).toEqual([]);
    for (const [id, count] of times) expect(count, id).toBeLessThanOrEqual(1 + (doubtful.get(id) ?? 0));
    proxy.lose(0, 0);
    await subscription.acknowledge(await receiveRest(subscription));
    await eventually(async () => !(await keys()).some((key) => key.startsWith("unacked") || key === "q"));
  });

  it("hand out what a claim took whose answer was lost", LONG, async () => {
    const proxy = await startFrameProxy(server.url);
    proxies.push(proxy);
    await open().publish(numbered(50).map((id) => message("q", id)));
    await open().publish([message("q", "urgent", 9)]);
    const subscription = await open({ url: proxy.url, leaseMs: 600_000 }).subscribe({ queues: ["q"], prefetch: 100 });
    proxy.cutAnswersAfter(5_000);
    const deliveries = await receive(subscription, 51);
    expect(idsOf(deliveries).sort()).toEqual(["urgent", ...numbered(50)].sort());
    expect(deliveries.find((delivery) => idsOf([delivery])[0] === "urgent")).toMatchObject({ queue: "q", priority: 9 });
    await subscription.acknowledge(deliveries);
    expect(await keys()).not.toContain("unacked");
  });

  it("lose no acknowledgement: it is told again", LONG, async () => {
    const proxy = await startFrameProxy(server.url);
    proxies.push(proxy);
    const broker = open({ url: proxy.url, leaseMs: 600_000 });
    await broker.publish(numbered(20).map((id) => message("q", id)));
    const subscription = await broker.subscribe({ queues: ["q"], prefetch: 100 });
    const deliveries = await receive(subscription, 20);
    for (const delivery of deliveries) {
      proxy.cutAfter(20);
      await subscription.acknowledge([delivery]);
    }
    expect(await keys()).not.toContain("unacked");
  });
});

describe("a server that does not answer", () => {
  it("is given up after a while, and what it did late is found", LONG, async () => {
    const broker = open({ connectTimeoutMs: 1_000, leaseMs: 600_000 });
    await broker.publish(numbered(10).map((id) => message("q", id)));
    const subscription = await broker.subscribe({ queues: ["q"], prefetch: 100 });
    await subscription.acknowledge(await receive(subscription, 5));
    process.kill(server.pid, "SIGSTOP");
    try {
      // Asked while it is frozen: it will do it when it goes on, and nobody listens for the answer any more.
      const claiming = receive(subscription, 10);
      const answers = broker.publish(numbered(5, 100).map((id) => message("q", id)));
      expect(await answers).toEqual(new Array(5).fill("unknown"));
      await eventually(() => broker.state().kind === "away");
      await expect(broker.depth("q")).rejects.toSatisfy(failsWith("broker_away"));
      await expect(broker.publish([message("q", "x")])).rejects.toSatisfy(failsWith("broker_away"));
      process.kill(server.pid, "SIGCONT");
      const deliveries = await claiming;
      expect(idsOf(deliveries).sort()).toEqual([...numbered(5, 5), ...numbered(5, 100)].sort());
      await subscription.acknowledge(deliveries);
      expect(await receiveRest(subscription)).toEqual([]);
      expect((await keys()).filter((key) => key !== "_kombu.binding.q")).toEqual(["hyoshi:consumers", "hyoshi:floors"]);
    } finally {
      process.kill(server.pid, "SIGCONT");
    }
  });

  it("keeps nobody from ending", LONG, async () => {
    const broker = open({ connectTimeoutMs: 1_000 });
    await broker.publish(numbered(3).map((id) => message("q", id)));
    const subscription = await broker.subscribe({ queues: ["q"], prefetch: 100 });
    await receive(subscription, 3);
    process.kill(server.pid, "SIGSTOP");
    try {
      const from = performance.now();
      await broker.close();
      expect(performance.now() - from).toBeLessThan(20_000);
    } finally {
      process.kill(server.pid, "SIGCONT");
    }
  });
});

describe("a consumer on a server that tells nothing of changes", () => {
  it("looks often enough", LONG, async () => {
    const redis = createClient({ url: server.url });
    await redis.connect();
    await redis.sendCommand(["ACL", "SETUSER", "plain", "on", ">s:e@c/ret", "~*", "&*", "+@all", "-client|tracking"]);
    redis.destroy();
    const url = server.url.replace("127.0.0.1", "plain:s%3Ae%40c%2Fret@127.0.0.1");
    const subscription = await open({ url }).subscribe({ queues: ["q"], prefetch: 10 });
    const sender = open();
    for (const id of numbered(5)) {
      const receiving = receive(subscription, 1);
      await sender.publish([message("q", id)]);
      expect(idsOf(await receiving)).toEqual([id]);
    }
  });
});
