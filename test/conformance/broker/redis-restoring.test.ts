import { describe, expect, it } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { idsOf, message, receive, receiveRest } from "./broker-bench.ts";
import { openRedisBench, useRedis } from "./redis-bench.ts";

const at = useRedis({ forgetful: true });
const key = (name: string) => at.bench.prefix + name;

const raw = (id: string, { exchange = "", routingKey = "q", priority = 0 } = {}) =>
  `{"body": "W10=", "headers": {"id": "${id}", "one": 1.0}, "properties": {"delivery_info": {"exchange": "${exchange}", "routing_key": "${routingKey}"}, "priority": ${priority}, "delivery_tag": "${id}"}}`;

/** As a Python worker holds it that claimed it so long ago. */
async function heldByPython(id: string, ageSeconds: number, { exchange = "", routingKey = "q", priority = 0 } = {}) {
  const text = raw(id, { exchange, routingKey, priority });
  await at.redis.hSet(key("unacked"), id, `[${text}, "${exchange}", "${routingKey}"]`);
  await at.redis.zAdd(key("unacked_index"), { score: Date.now() / 1_000 - ageSeconds, value: id });
}

const sleepMs = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe("what a Python worker held for longer than the visibility time-out", () => {
  it("is given back once, in front and in order, by its priority, and what is younger is not", async () => {
    await heldByPython("old-1", 5_000);
    await heldByPython("old-2", 4_000);
    await heldByPython("urgent", 4_500, { priority: 0 });
    await heldByPython("low", 4_200, { priority: 9 });
    await heldByPython("young", 100);
    await at.redis.lPush(key("q"), raw("waiting"));
    const brokers = [at.bench.broker, await at.bench.another(), await at.bench.another()];
    for (const broker of brokers) await broker.subscribe({ queues: ["elsewhere"], prefetch: 1 });
    await eventually(async () => (await at.redis.hLen(key("unacked"))) === 1);
    const texts = await at.redis.lRange(key("q"), 0, -1);
    expect(texts.map((text) => JSON.parse(text).headers.id).reverse()).toEqual(["old-1", "urgent", "old-2", "waiting"]);
    const [low = ""] = await at.redis.lRange(key("q\x06\x169"), 0, -1);
    expect(low.replaceAll('"redelivered": true, ', "")).toBe(raw("low", { priority: 9 }));
    expect(await at.redis.zRange(key("unacked_index"), 0, -1)).toEqual(["young"]);
    await eventually(async () => (await at.redis.exists(key("unacked_mutex"))) === 0);
  });

  it("goes to the queue that its exchange's binding names", async () => {
    await at.redis.sAdd(key("_kombu.binding.ex"), ["k1\x06\x16\x06\x16bound", "k2\x06\x16\x06\x16other"]);
    await at.redis.sAdd(key("_kombu.binding.topic"), ["a.*\x06\x16^a\\..*?[^\\.]$\x06\x16by-topic"]);
    await heldByPython("direct", 5_000, { exchange: "ex", routingKey: "k1" });
    await heldByPython("topic", 5_000, { exchange: "topic", routingKey: "a.b" });
    await heldByPython("unbound", 5_000, { exchange: "nowhere", routingKey: "kept" });
    await at.bench.broker.subscribe({ queues: ["elsewhere"], prefetch: 1 });
    await eventually(async () => (await at.redis.hLen(key("unacked"))) === 0);
    for (const queue of ["bound", "by-topic", "kept"]) expect(await at.redis.lLen(key(queue))).toBe(1);
  });

  it("is left to whoever has the lock", async () => {
    await at.redis.set(key("unacked_mutex"), "somebody's");
    await heldByPython("old", 5_000);
    await at.bench.broker.subscribe({ queues: ["elsewhere"], prefetch: 1 });
    await sleepMs(2_500);
    expect(await at.redis.hLen(key("unacked"))).toBe(1);
    expect(await at.redis.get(key("unacked_mutex"))).toBe("somebody's");
  });

  it("is forgotten where only its time was left behind", async () => {
    await at.redis.zAdd(key("unacked_index"), { score: 1, value: "nothing" });
    await at.bench.broker.subscribe({ queues: ["elsewhere"], prefetch: 1 });
    await eventually(async () => (await at.redis.zCard(key("unacked_index"))) === 0);
  });
});

describe("what a live consumer holds", () => {
  it("is renewed, so that no Python worker takes it for overdue", async () => {
    const own = await openRedisBench(at.server.url, { keyPrefix: key("renewed-"), visibilityTimeoutMs: 2_000 });
    await own.broker.publish([message("q", "a")]);
    const subscription = await own.broker.subscribe({ queues: ["q"], prefetch: 1 });
    const deliveries = await receive(subscription, 1);
    const score = async () => (await at.redis.zRangeWithScores(`${own.prefix}unacked_index`, 0, -1))[0]?.score ?? 0;
    const claimed = await score();
    await eventually(async () => (await score()) > claimed + 3);
    await subscription.acknowledge(deliveries);
    await own.close();
    expect(await at.redis.keys(`${own.prefix}*`)).toEqual([`${own.prefix}_kombu.binding.q`]);
  });

  it("is said to be lost by 'renew' where somebody has restored it", async () => {
    await at.bench.broker.publish([message("q", "a"), message("q", "b")]);
    const subscription = await at.bench.broker.subscribe({ queues: ["q"], prefetch: 2 });
    const deliveries = await receive(subscription, 2);
    await at.redis.zRem(key("unacked_index"), deliveries[0]?.tag ?? "");
    expect(idsOf(await subscription.renew(deliveries))).toEqual(["a"]);
  });
});

describe("a consumer that is frozen for longer than its lease", () => {
  it("loses what it held to others, and its late acknowledgement takes nothing from them", async () => {
    await at.bench.broker.publish(["a", "b", "c"].map((id) => message("q", id)));
    const frozen = await at.bench.broker.subscribe({ queues: ["q"], prefetch: 10 });
    const held = await receive(frozen, 3);
    // As if its lease had ended long ago.
    const consumer = held[0]?.tag.split(":")[0] ?? "";
    await at.redis.zAdd(key("hyoshi:consumers"), { score: 1, value: consumer });
    await frozen.remove("q");
    const healthy = await (await at.bench.another()).subscribe({ queues: ["q"], prefetch: 10 });
    // Whoever renews first wins: the frozen one would not.
    await at.redis.zAdd(key("hyoshi:consumers"), { score: -1, value: consumer });
    const taken = await receive(healthy, 3);
    expect(idsOf(taken)).toEqual(["a", "b", "c"]);
    expect(taken.map(({ redelivered }) => redelivered)).toEqual([true, true, true]);
    await frozen.acknowledge(held);
    expect(await at.redis.hLen(key("unacked"))).toBe(3);
    expect(await healthy.renew(taken)).toEqual([]);
    // It goes on under another name.
    await frozen.add("again");
    await at.bench.broker.publish([message("again", "d")]);
    expect(idsOf(await receive(frozen, 1))).toEqual(["d"]);
    await healthy.acknowledge(taken);
    expect(idsOf(await receiveRest(healthy))).toEqual([]);
  });
});
