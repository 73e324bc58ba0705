import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../../src/base/clock.ts";
import { isHyoshiError } from "../../src/base/error.ts";
import { silentLogger } from "../../src/base/logger.ts";
import type { Broker, PublishAnswer, Subscription } from "../../src/broker/broker.ts";
import { createRabbitBroker, type RabbitBrokerSettings } from "../../src/broker/rabbitmq/rabbit-broker.ts";
import { envelope, idsOf, message, receive } from "../conformance/broker/broker-bench.ts";
import { eventually } from "../support/eventually.ts";
import { type FrameProxy, startFrameProxy } from "../support/frame-proxy.ts";
import { type RabbitServer, startRabbitServer } from "../support/rabbitmq-server.ts";

const STARTS_WITHIN_MS = 300_000;
const LONG = { timeout: 180_000 };

let server: RabbitServer;
let queue = "";
const brokers: Broker[] = [];
const proxies: FrameProxy[] = [];

beforeAll(async () => {
  server = await startRabbitServer();
}, STARTS_WITHIN_MS);

afterAll(async () => {
  await server?.stop();
}, 60_000);

beforeEach(() => {
  queue = `queue-${randomUUID()}`;
});

afterEach(async () => {
  await Promise.all(brokers.splice(0).map((broker) => broker.close()));
  await Promise.all(proxies.splice(0).map((proxy) => proxy.close()));
});

function open(settings: Partial<RabbitBrokerSettings> = {}): Broker {
  const broker = createRabbitBroker({ url: server.url, clock: systemClock, logger: silentLogger, ...settings });
  brokers.push(broker);
  return broker;
}

async function throughProxy(address = server.url): Promise<FrameProxy> {
  const proxy = await startFrameProxy(address);
  proxies.push(proxy);
  return proxy;
}

const numbered = (count: number, from = 0) => Array.from({ length: count }, (_, index) => String(from + index));
const failsWith = (code: string) => (error: unknown) => isHyoshiError(error, code);

/** Publishes one message after the other, each until it is confirmed, as a relay does. */
async function publishEach(broker: Broker, ids: readonly string[]): Promise<Map<PublishAnswer | "away", number>> {
  const answers = new Map<PublishAnswer | "away", number>();
  for (const id of ids) {
    for (let answer: PublishAnswer | "away" | undefined; answer !== "confirmed"; ) {
      [answer] = await broker.publish([message(queue, id)]).catch((): ["away"] => ["away"]);
      answers.set(answer ?? "unknown", (answers.get(answer ?? "unknown") ?? 0) + 1);
    }
  }
  return answers;
}

/** Receives and acknowledges until each of the ids has come; answers how often each did, and which were said to be redelivered. */
async function drain(subscription: Subscription, ids: readonly string[]) {
  const times = new Map<string, number>();
  const again = new Set<string>();
  const deadline = AbortSignal.timeout(60_000);
  while (!ids.every((id) => times.has(id)) && !deadline.aborted) {
    const some = await subscription.receive(50, deadline);
    for (const { envelope, redelivered } of some) {
      const id = String(envelope.headers.id);
      times.set(id, (times.get(id) ?? 0) + 1);
      if (redelivered) again.add(id);
    }
    await subscription.acknowledge(some);
  }
  return { times, again, missing: ids.filter((id) => !times.has(id)) };
}

describe("a server that is stopped for ten seconds", () => {
  it("delays what is published and consumed, and loses nothing, with its data", LONG, async () => {
    const broker = open({ connectTimeoutMs: 60_000 });
    const consumer = open({ connectTimeoutMs: 60_000 });
    const subscription = await consumer.subscribe({ queues: [queue], prefetch: 20 });
    const heard: string[] = [];
    await using _listening = await consumer.bus.listen("celeryev", { topic: "#", name: "" }, ({ routingKey }) =>
      heard.push(routingKey),
    );
    const ids = numbered(600);
    const draining = drain(subscription, ids);
    const publishing = publishEach(broker, ids);
    await eventually(async () => (await broker.depth(queue).catch(() => 0)) >= 0);
    await server.pause();
    const stopped = performance.now();
    await eventually(() => broker.state().kind === "away");
    expect(broker.state()).toMatchObject({ kind: "away", why: expect.stringMatching(/./) });
    // What is said on the bus is of no use later.
    await expect(broker.bus.publish("celeryev", "worker.heartbeat", envelope("e"))).rejects.toSatisfy(
      failsWith("broker_away"),
    );
    await sleep(10_000 - (performance.now() - stopped));
    await server.start();
    const answers = await publishing;
    // It waits for the server, and is not asked twice.
    expect(answers.get("away") ?? 0).toBe(0);
    const { times, missing } = await draining;
    expect(missing).toEqual([]);
    // What was on its way when the server stopped may have come twice, nothing else.
    expect([...times.values()].filter((count) => count > 1).length).toBeLessThanOrEqual(21);
    expect(broker.state()).toEqual({ kind: "connected" });
    await eventually(async () => {
      await broker.bus.publish("celeryev", "worker.online", envelope("e")).catch(() => {});
      return heard.includes("worker.online");
    });
  });

  it("is used again without its data: queues are made anew, and what comes later arrives", LONG, async () => {
    const broker = open({ connectTimeoutMs: 60_000 });
    const consumer = open({ connectTimeoutMs: 60_000 });
    await broker.publish(numbered(20).map((id) => message(queue, id)));
    const subscription = await consumer.subscribe({ queues: [queue], prefetch: 20 });
    const held = await receive(subscription, 5);
    await server.pause();
    const publishing = publishEach(broker, numbered(10, 100));
    await server.start({ empty: true });
    await publishing;
    const received = await receive(subscription, 10);
    expect(idsOf(received)).toEqual(numbered(10, 100));
    // What was held is known to be lost, and answering it does no harm.
    expect(await subscription.renew(held)).toEqual(held);
    await subscription.acknowledge(held);
    await subscription.acknowledge(received);
    expect(await broker.depth(queue)).toBe(0);
  });

  it("is given up after the time that the settings say, and honestly so", LONG, async () => {
    const broker = open({ connectTimeoutMs: 1_500 });
    await broker.publish([message(queue, "a")]);
    await server.kill();
    await expect(broker.publish([message(queue, "b")])).rejects.toSatisfy(failsWith("broker_away"));
    await expect(broker.subscribe({ queues: [queue], prefetch: 1 })).rejects.toSatisfy(failsWith("broker_away"));
    await expect(broker.depth(queue)).rejects.toSatisfy(failsWith("broker_away"));
    await server.start();
    await eventually(async () => (await broker.depth(queue).catch(() => -1)) === 1, { within: 30_000 });
    expect(await broker.publish([message(queue, "c")])).toEqual(["confirmed"]);
  });
});

describe("a connection that is cut", () => {
  it("in the middle of what is published loses nothing, and keeps the order of what is new", LONG, async () => {
    const proxy = await throughProxy();
    const broker = open({ url: proxy.url, connectTimeoutMs: 30_000 });
    const ids = numbered(3_000);
    await broker.publish([message(queue, "first")]);
    const publishing = broker.publish(ids.map((id) => message(queue, id)));
    for (const bytes of [30_001, 77_777, 123_456, 200_003]) {
      proxy.cutAfter(bytes);
      await eventually(() => broker.state().kind === "away", { every: 1 });
      await eventually(() => broker.state().kind === "connected");
    }
    const answers = await publishing;
    expect(new Set(answers)).toEqual(new Set(["confirmed"]));
    const { times } = await drain(await open().subscribe({ queues: [queue], prefetch: 500 }), ["first", ...ids]);
    // In the order in which each came for the first time.
    expect([...times.keys()]).toEqual(["first", ...ids]);
  });

  it("in the middle of an answer is answered as unknown where it does not come back", LONG, async () => {
    const proxy = await throughProxy();
    const broker = open({ url: proxy.url, connectTimeoutMs: 2_000 });
    await broker.publish([message(queue, "first")]);
    proxy.cutAnswersAfter(1);
    const publishing = broker.publish([message(queue, "doubtful")]);
    await eventually(() => broker.state().kind === "away", { every: 1 });
    await proxy.close();
    expect(await publishing).toEqual(["unknown"]);
    // It was there all the same: nobody can know without an answer.
    expect(await open().depth(queue)).toBe(2);
  });

  it("in the middle of a delivery has it delivered again, and said so", LONG, async () => {
    const proxy = await throughProxy();
    const consumer = open({ url: proxy.url, connectTimeoutMs: 30_000 });
    const ids = numbered(300);
    await open().publish(ids.map((id) => message(queue, id)));
    const subscription = await consumer.subscribe({ queues: [queue], prefetch: 40 });
    const draining = drain(subscription, ids);
    for (const bytes of [2_001, 9_999, 5_003]) {
      proxy.cutAnswersAfter(bytes);
      await eventually(() => consumer.state().kind === "away" || proxy.connections === 0, { every: 1 }).catch(() => {});
      await eventually(() => proxy.connections > 0);
    }
    const { missing, times, again } = await draining;
    expect(missing).toEqual([]);
    const twice = [...times].filter(([, count]) => count > 1).map(([id]) => id);
    for (const id of twice) expect(again).toContain(id);
  });

  it("without a word is noticed by its heartbeat", LONG, async () => {
    const proxy = await throughProxy(`${server.url}?heartbeat=1`);
    const broker = open({ url: proxy.url, connectTimeoutMs: 30_000 });
    const subscription = await broker.subscribe({ queues: [queue], prefetch: 5 });
    await broker.publish([message(queue, "a")]);
    const held = await receive(subscription, 1);
    proxy.hang(true);
    const publishing = broker.publish([message(queue, "b")]);
    await eventually(() => broker.state().kind === "away");
    proxy.cut();
    proxy.hang(false);
    expect(await publishing).toEqual(["confirmed"]);
    expect(await subscription.renew(held)).toEqual(held);
    const { missing } = await drain(subscription, ["a", "b"]);
    expect(missing).toEqual([]);
  });
});

describe("a server that does not answer at all", () => {
  it("is given up in time, and nothing hangs when the broker is closed", LONG, async () => {
    const silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const address = silent.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const broker = open({ url: `amqp://127.0.0.1:${port}/`, connectTimeoutMs: 1_000 });
    await expect(broker.publish([message(queue, "a")])).rejects.toSatisfy(failsWith("broker_away"));
    const closing = performance.now();
    await broker.close();
    expect(performance.now() - closing).toBeLessThan(10_000);
    silent.close();
  });
});

describe("a server that refuses us", () => {
  it("is said to at once, without the password, and asked again later", LONG, async () => {
    const wrong = open({ url: server.url.replace("guest:guest", "guest:topsecret"), connectTimeoutMs: 60_000 });
    await expect(wrong.publish([message(queue, "a")])).rejects.toSatisfy(
      (error) => failsWith("broker_refused")(error) && !String(error).includes("topsecret"),
    );
    expect(wrong.state()).toMatchObject({ kind: "away", why: expect.stringContaining("guest") });
    const elsewhere = open({ url: `${server.url}not%20there`, connectTimeoutMs: 60_000 });
    await expect(elsewhere.subscribe({ queues: [queue], prefetch: 1 })).rejects.toSatisfy(failsWith("broker_refused"));
    await server.control("add_vhost", "not there");
    await server.control("set_permissions", "-p", "not there", "guest", ".*", ".*", ".*");
    await eventually(async () => (await elsewhere.publish([message(queue, "a")]).catch(() => []))[0] === "confirmed");
  });

  it("takes what may be published where queues may not be made", LONG, async () => {
    await open().publish([message(queue, "a")]);
    await server.control("add_user", "sender", "pass word");
    await server.control("set_permissions", "sender", "^$", ".*", ".*");
    const broker = open({ url: server.url.replace("guest:guest", "sender:pass%20word") });
    expect(await broker.publish([message(queue, "b"), message("not there", "c")])).toEqual(["confirmed", "refused"]);
    const subscription = await broker.subscribe({ queues: [queue], prefetch: 5 });
    expect(idsOf(await receive(subscription, 2))).toEqual(["a", "b"]);
  });
});

describe("a server whose memory is short", () => {
  it("takes nothing for a while: publishing waits, and consuming goes on", LONG, async () => {
    const broker = open({ connectTimeoutMs: 60_000 });
    await broker.publish(numbered(10).map((id) => message(queue, id)));
    const subscription = await broker.subscribe({ queues: [queue], prefetch: 5 });
    const first = await receive(subscription, 5);
    await server.control("set_vm_memory_high_watermark", "0.00001");
    const impatient = open({ connectTimeoutMs: 2_000 });
    const given = impatient.publish([message(queue, "impatient")]).catch((error: unknown) => error);
    const publishing = broker.publish([message(queue, "patient")]);
    await eventually(() => broker.state().kind === "away");
    expect(broker.state()).toMatchObject({ why: expect.stringMatching(/memory/) });
    const answer = await given;
    if (Array.isArray(answer)) expect(answer).toEqual(["unknown"]);
    else expect(failsWith("broker_away")(answer)).toBe(true);
    await subscription.acknowledge(first);
    const rest = await receive(subscription, 5);
    await subscription.acknowledge(rest);
    await server.control("set_vm_memory_high_watermark", "0.4");
    expect(await publishing).toEqual(["confirmed"]);
    await eventually(() => broker.state().kind === "connected");
  });
});

describe("a message that is held for too long", () => {
  it("is taken away with all others of the channel, and all of them come again", LONG, async () => {
    // Half an hour, where nobody says otherwise.
    await server.control(
      "eval",
      "[application:set_env(rabbit, K, V) || {K, V} <- [{consumer_timeout, 2000}, {channel_tick_interval, 500}]].",
    );
    const broker = open();
    await broker.publish([message(queue, "a"), message(queue, "b")]);
    const subscription = await broker.subscribe({ queues: [queue], prefetch: 5 });
    const held = await receive(subscription, 2);
    expect(await subscription.renew(held)).toEqual([]);
    await eventually(async () => (await subscription.renew(held)).length === 2, { within: 60_000 });
    const again = await receive(subscription, 2);
    expect(idsOf(again)).toEqual(["a", "b"]);
    expect(again.map(({ redelivered }) => redelivered)).toEqual([true, true]);
    await subscription.acknowledge([...held, ...again]);
    await subscription[Symbol.asyncDispose]();
    expect(await broker.depth(queue)).toBe(0);
  });
});

describe("TLS", () => {
  let folder = "";
  let proxy: FrameProxy;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "hyoshi-tls-"));
    const [keyFile, certFile] = [join(folder, "key.pem"), join(folder, "cert.pem")];
    const args = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"];
    const files = ["-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost", "-keyout", keyFile, "-out", certFile];
    execFileSync("openssl", [...args, ...files], { stdio: "ignore" });
    proxy = await startFrameProxy(server.url, { tls: { keyFile, certFile } });
  });
  afterAll(async () => {
    await proxy?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("reaches a server whose certificate is trusted, and no other", LONG, async () => {
    await expect(open({ url: proxy.url }).publish([message(queue, "a")])).rejects.toSatisfy(
      failsWith("broker_refused"),
    );
    const cacertfile = encodeURIComponent(join(folder, "cert.pem"));
    expect(await open({ url: `${proxy.url}?cacertfile=${cacertfile}` }).publish([message(queue, "a")])).toEqual([
      "confirmed",
    ]);
    expect(await open({ url: `${proxy.url}?verify=verify_none` }).publish([message(queue, "b")])).toEqual([
      "confirmed",
    ]);
    const missing = open({ url: `${proxy.url}?cacertfile=/nowhere.pem` });
    await expect(missing.publish([message(queue, "c")])).rejects.toThrow(/nowhere/);
  });
});
