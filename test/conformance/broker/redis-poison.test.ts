import { describe, expect, it } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { startRedisServer } from "../../support/redis-server.ts";
import { idsOf, message, receive, receiveRest } from "./broker-bench.ts";
import { openRedisBench, useRedis } from "./redis-bench.ts";

const at = useRedis({ forgetful: true });
const key = (name: string) => at.bench.prefix + name;

/** Neither is an envelope; the second looks like one at first sight. */
const poisons = [
  Buffer.from("nonsense"),
  Buffer.from('{"delivery_tag" nonsense}'),
  Buffer.from([0xff, 0xfe, 0x00, 0x7b]),
  Buffer.from(""),
  Buffer.from("[1, 2]"),
  Buffer.from('{"body": "W10=", "headers": {}, "properties": {}}'),
  Buffer.from('{"body": "W10=", "headers": [], "properties": {"delivery_tag": "x"}}'),
];

describe("what lies in a queue and is no message", () => {
  it("is handed up as it is, and stops nothing that waits behind it", async () => {
    for (const poison of poisons) {
      await at.redis.lPush(key("q"), poison);
      await at.bench.broker.publish([message("q", "good", 9)]);
    }
    const subscription = await at.bench.broker.subscribe({ queues: ["q"], prefetch: 100 });
    const deliveries = await receive(subscription, poisons.length * 2);
    const unreadable = deliveries.filter((delivery) => delivery.unreadable !== undefined);
    // Without a tag it is no envelope to Celery, and can be read all the same.
    expect(unreadable.map(({ envelope }) => Buffer.from(envelope.body))).toEqual(poisons.toSpliced(5, 1));
    expect(idsOf(deliveries).filter((id) => id === "good")).toHaveLength(poisons.length);

    // Python's consumers stumble over what is not JSON there.
    await eventually(async () => {
      const values = Object.values(await at.redis.hGetAll(key("unacked")));
      return values.length === poisons.length && values.every((value) => JSON.parse(value).length === 3);
    });
    expect(await at.redis.hLen(key("hyoshi:unreadable"))).toBe(poisons.length);
    await subscription.refuse(deliveries);
    expect(await at.redis.exists(["unacked", "unacked_index", "hyoshi:unreadable"].map(key))).toBe(0);
  });

  it("goes back as it was when it is given back, and after a crash", async () => {
    for (const poison of poisons) await at.redis.lPush(key("q"), poison);
    const first = await at.bench.broker.subscribe({ queues: ["q"], prefetch: 100 });
    const deliveries = await receive(first, poisons.length);
    await eventually(async () => (await at.redis.hLen(key("hyoshi:unreadable"))) === poisons.length);
    await first.giveBack(deliveries);
    const bytes = async () => {
      const client = at.redis.withTypeMapping({ 36: Buffer });
      return ((await client.lRange(key("q"), 0, -1)) as unknown as Buffer[]).reverse();
    };
    const waiting = await receive(first, poisons.length);
    await eventually(async () => (await at.redis.hLen(key("hyoshi:unreadable"))) === poisons.length);
    await first.remove("q");
    const consumer = waiting[0]?.tag.split(":")[0] ?? "";
    await at.redis.zAdd(key("hyoshi:consumers"), { score: -1, value: consumer });
    await eventually(async () => (await bytes()).length === poisons.length);
    const given = await bytes();
    expect(given.filter((_, index) => index !== 5)).toEqual(poisons.filter((_, index) => index !== 5));
    await at.redis.del(key("q"));
  });

  it("may be fifty megabytes large", { timeout: 60_000 }, async () => {
    const large = Buffer.alloc(50 * 1024 * 1024, "x");
    await at.redis.lPush(key("q"), large);
    await at.redis.lPush(
      key("q"),
      Buffer.concat([Buffer.from('{"body": "'), large, Buffer.from('", "properties": {"delivery_tag": "t"}}')]),
    );
    await at.bench.broker.publish([message("q", "behind", 9)]);
    const subscription = await at.bench.broker.subscribe({ queues: ["q"], prefetch: 100 });
    const deliveries = await receive(subscription, 3);
    expect(deliveries.map(({ unreadable }) => unreadable === undefined)).toEqual([false, false, true]);
    expect(deliveries[1]?.unreadable).toContain("bytes");
    await subscription.refuse(deliveries);
    expect(await receiveRest(subscription)).toEqual([]);
  });
});

describe("a key of another type under a queue's name", () => {
  it("stops no other queue, and what is sent to it is refused", async () => {
    await at.redis.set(key("taken"), "text");
    await at.redis.set(key("q\x06\x163"), "text");
    expect(await at.bench.broker.publish([message("taken", "a", 9), message("q", "b", 9)])).toEqual([
      "refused",
      "confirmed",
    ]);
    const subscription = await at.bench.broker.subscribe({ queues: ["taken", "q"], prefetch: 10 });
    expect(idsOf(await receive(subscription, 1))).toEqual(["b"]);
    await at.bench.broker.publish([message("q", "c", 0)]);
    expect(idsOf(await receive(subscription, 1))).toEqual(["c"]);
  });

  it("loses no message where the held ones cannot be noted", async () => {
    await at.redis.set(key("unacked"), "text");
    await at.bench.broker.publish([message("q", "a", 9)]);
    const subscription = await at.bench.broker.subscribe({ queues: ["q"], prefetch: 10 });
    expect(await receiveRest(subscription)).toEqual([]);
    expect(await at.bench.broker.depth("q")).toBe(1);
    await at.redis.del(key("unacked"));
    expect(idsOf(await receive(subscription, 1))).toEqual(["a"]);
  });
});

describe("a server whose memory is full", () => {
  it("takes nothing more, says so, and hands out all that it has", { timeout: 60_000 }, async () => {
    const full = await startRedisServer({
      forgetful: true,
      settings: { maxmemory: "8mb", "maxmemory-policy": "noeviction" },
    });
    const own = await openRedisBench(full.url);
    const body = Buffer.alloc(20_000, "x");
    let confirmed = 0;
    for (let id = 0; ; id += 1) {
      const { envelope } = message("q", String(id));
      const [answer] = await own.broker.publish([{ queue: "q", priority: 5, envelope: { ...envelope, body } }]);
      if (answer !== "confirmed") {
        expect(answer).toBe("unknown");
        break;
      }
      confirmed += 1;
    }
    expect(confirmed).toBeGreaterThan(50);
    expect(own.broker.state()).toMatchObject({ kind: "away", why: expect.stringMatching(/OOM/) });
    const subscription = await own.broker.subscribe({ queues: ["q"], prefetch: 20 });
    const ids: string[] = [];
    while (ids.length < confirmed) {
      const deliveries = await receive(subscription, 1);
      ids.push(...idsOf(deliveries));
      await subscription.acknowledge(deliveries);
    }
    expect(ids).toEqual(Array.from({ length: confirmed }, (_, id) => String(id)));
    expect(await own.broker.publish([message("q", "again")])).toEqual(["confirmed"]);
    expect(own.broker.state()).toEqual({ kind: "connected" });
    await own.close();
    await full.stop();
  });
});
