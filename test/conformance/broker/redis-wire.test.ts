import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Envelope } from "../../../src/message/envelope.ts";
import { eventually } from "../../support/eventually.ts";
import { envelope, idsOf, message, receive, receiveRest } from "./broker-bench.ts";
import { openRedisBench, useRedis } from "./redis-bench.ts";

const fixture = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../fixtures/celery-redis/${name}.json`, import.meta.url), "utf8"));
const keyspaces = fixture("keyspace") as Record<string, Record<string, { type: string; value: unknown }>>;
const published = fixture("published") as Record<string, { channel: string; raw: string }[]>;

const at = useRedis();
const key = (name: string) => at.bench.prefix + name;

describe("what is published", () => {
  it("lies in the lists and the envelopes of Celery's transport", async () => {
    await at.bench.broker.publish([
      message("q", "a", 9),
      message("q", "b", 9),
      message("q", "c", 6),
      message("q", "d", 1),
    ]);
    expect((await at.redis.keys(key("*"))).sort()).toEqual(
      [key("q"), key("q\x06\x163"), key("q\x06\x166"), key("_kombu.binding.q")].sort(),
    );
    expect(await at.redis.sMembers(key("_kombu.binding.q"))).toEqual(["q\x06\x16\x06\x16q"]);
    // Consumers take from the right: the first one published lies there.
    const texts = await at.redis.lRange(key("q"), 0, -1);
    expect(texts.map((text) => JSON.parse(text).headers.id)).toEqual(["b", "a"]);
    expect(JSON.parse(texts[1] ?? "")).toEqual({
      body: Buffer.from("[[], {}, {}]").toString("base64"),
      "content-encoding": "utf-8",
      "content-type": "application/json",
      headers: { task: "app.noop", id: "a" },
      properties: {
        correlation_id: "a",
        delivery_mode: 2,
        delivery_info: { exchange: "", routing_key: "q" },
        priority: 0,
        body_encoding: "base64",
        delivery_tag: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
      },
    });
    const [low = ""] = await at.redis.lRange(key("q\x06\x166"), 0, -1);
    expect(JSON.parse(low).properties.priority).toBe(8);
  });

  it("has a tag of its own for each message", async () => {
    await at.bench.broker.publish(Array.from({ length: 100 }, (_, id) => message("q", String(id), 9)));
    const texts = await at.redis.lRange(key("q"), 0, -1);
    expect(new Set(texts.map((text) => JSON.parse(text).properties.delivery_tag)).size).toBe(100);
  });

  it("names the queue's binding once on a connection", async () => {
    await at.bench.broker.publish([message("q", "a")]);
    await at.redis.del(key("_kombu.binding.q"));
    await at.bench.broker.publish([message("q", "b")]);
    expect(await at.redis.exists(key("_kombu.binding.q"))).toBe(0);
  });
});

describe("what is held", () => {
  it("lies in 'unacked' byte for byte as it came, with the time of its claim, until it is settled", async () => {
    const raw =
      '{"body": "W10=", "content-encoding": "utf-8", "content-type": "application/json", "headers": {"id": "é", "empty": [], "one": 1.0, "big": 12345678901234567890}, "properties": {"delivery_info": {"exchange": "", "routing_key": "q"}, "priority": 0, "body_encoding": "base64", "delivery_tag": "t1"}}';
    await at.redis.lPush(key("q"), raw);
    const subscription = await at.bench.broker.subscribe({ queues: ["q"], prefetch: 10 });
    const deliveries = await receive(subscription, 1);
    const entries = Object.entries(await at.redis.hGetAll(key("unacked")));
    expect(entries.map(([, value]) => value)).toEqual([`[${raw}, "", "q"]`]);
    const [member] = await at.redis.zRangeWithScores(key("unacked_index"), 0, -1);
    expect(member?.value).toBe(entries[0]?.[0]);
    expect(Math.abs((member?.score ?? 0) - Date.now() / 1_000)).toBeLessThan(60);
    expect(await at.redis.exists(key("q"))).toBe(0);

    await subscription.acknowledge(deliveries);
    expect(await at.redis.exists([key("unacked"), key("unacked_index"), key("hyoshi:unreadable")])).toBe(0);
    await subscription[Symbol.asyncDispose]();
    expect(await at.redis.keys(key("*"))).toEqual([]);
  });

  it("is given back with Celery's marks and not one other byte changed", async () => {
    const raw =
      '{"body": "W10=", "content-encoding": "utf-8", "content-type": "application/json", "headers": {"id": "a", "one": 1.0}, "properties": {"delivery_info": {"exchange": "", "routing_key": "q"}, "priority": 3, "body_encoding": "base64", "delivery_tag": "t1"}}';
    await at.redis.lPush(key("q\x06\x163"), raw);
    const subscription = await at.bench.broker.subscribe({ queues: ["q"], prefetch: 10 });
    await subscription.giveBack(await receive(subscription, 1));
    await subscription[Symbol.asyncDispose]();
    const [given = ""] = await at.redis.lRange(key("q\x06\x163"), 0, -1);
    expect(given.replaceAll('"redelivered": true, ', "")).toBe(raw);
    expect(JSON.parse(given)).toMatchObject({
      headers: { redelivered: true },
      properties: { delivery_info: { redelivered: true } },
    });
  });

  it("does not collide where a sender gave two messages one tag", async () => {
    const raw = (queue: string) =>
      `{"body": "W10=", "headers": {"id": "${queue}"}, "properties": {"delivery_info": {"exchange": "topic", "routing_key": "x"}, "delivery_tag": "same"}}`;
    await at.redis.lPush(key("q1"), raw("q1"));
    await at.redis.lPush(key("q2"), raw("q2"));
    const subscription = await at.bench.broker.subscribe({ queues: ["q1", "q2"], prefetch: 10 });
    const [first] = await receive(subscription, 2);
    await subscription.acknowledge(first === undefined ? [] : [first]);
    expect(await at.redis.hLen(key("unacked"))).toBe(1);
    expect(await at.redis.zCard(key("unacked_index"))).toBe(1);
  });
});

describe("a database that Celery has filled", () => {
  it("is served: what waits is handed out, and what its own workers hold stays theirs", async () => {
    for (const [version, keyspace] of Object.entries(keyspaces)) {
      const database = await openRedisBench(at.server.url, { keyPrefix: `${at.bench.prefix}${version}-` });
      const waiting = keyspace.celery?.value as string[];
      for (const raw of [...waiting].reverse()) await at.redis.lPush(`${database.prefix}celery`, raw);
      const held = Object.entries(keyspace.unacked?.value as Record<string, string>);
      for (const [tag, value] of held) {
        await at.redis.hSet(`${database.prefix}unacked`, tag, value);
        await at.redis.zAdd(`${database.prefix}unacked_index`, { score: Date.now() / 1_000 - 5, value: tag });
      }
      const subscription = await database.broker.subscribe({ queues: ["celery"], prefetch: 10 });
      const deliveries = await receive(subscription, waiting.length);
      const ids = waiting.map((raw) => JSON.parse(raw).headers.id as string);
      expect(idsOf(deliveries)).toEqual([...ids].reverse());
      expect(JSON.parse(Buffer.from(deliveries[0]?.envelope.body ?? []).toString())).toHaveLength(3);
      expect(idsOf(await receiveRest(subscription))).toEqual([]);
      await subscription.acknowledge(deliveries);
      expect(await at.redis.hGetAll(`${database.prefix}unacked`)).toEqual(Object.fromEntries(held));
      await database.close();
    }
  });
});

describe("the bus", () => {
  it("publishes on Celery's channels, in Celery's envelopes", async () => {
    const heard: [string, unknown][] = [];
    const listening = at.redis.duplicate();
    await listening.connect();
    await listening.pSubscribe(key("/0.*"), (text, channel) => heard.push([channel, JSON.parse(text)]));
    const told: Envelope = {
      headers: { hostname: "w1@host" },
      properties: { contentType: "application/json", contentEncoding: "utf-8", deliveryMode: 1 },
      body: Buffer.from("{}"),
    };
    await at.bench.broker.bus.publish("celeryev", "worker.heartbeat", told);
    await at.bench.broker.bus.publish("celery.pidbox", "", told);
    await eventually(() => heard.length === 2);
    listening.destroy();
    const expected = (exchange: string, routing_key: string) => ({
      body: "e30=",
      "content-encoding": "utf-8",
      "content-type": "application/json",
      headers: { hostname: "w1@host" },
      properties: {
        delivery_mode: 1,
        delivery_info: { exchange, routing_key },
        priority: 0,
        body_encoding: "base64",
        delivery_tag: expect.any(String),
      },
    });
    expect(heard).toEqual([
      [key("/0.celeryev/worker.heartbeat"), expected("celeryev", "worker.heartbeat")],
      [key("/0.celery.pidbox"), expected("celery.pidbox", "")],
    ]);
  });

  it("hears what Celery was seen to publish", async () => {
    const heard: string[] = [];
    const { bus } = at.bench.broker;
    await using _events = await bus.listen("celeryev", { topic: "#", name: "" }, ({ routingKey, envelope: { body } }) =>
      heard.push(`${routingKey} ${JSON.parse(Buffer.from(body).toString()).type}`),
    );
    await using _control = await bus.listen("celery.pidbox", { topic: "", name: "w@h" }, ({ envelope: { body } }) =>
      heard.push(JSON.parse(Buffer.from(body).toString()).method),
    );
    const all = Object.values(published).flat();
    for (const { channel, raw } of all) await at.redis.publish(at.bench.prefix + channel, raw);
    await eventually(() => heard.length === all.length);
    expect(heard).toEqual(expect.arrayContaining(["hello", "worker.online worker-online"]));
  });

  it("tells its bindings as Celery's processes do, and takes them back", async () => {
    const { bus } = at.bench.broker;
    const control = await bus.listen("celery.pidbox", { topic: "", name: "w1@host" }, () => {});
    const events = await bus.listen("celeryev", { topic: "worker.#", name: "" }, () => {});
    const replies = await bus.receiveReplies("oid", () => {});
    const members = (exchange: string) => at.redis.sMembers(key(`_kombu.binding.${exchange}`));
    expect(await members("celery.pidbox")).toEqual(["\x06\x16\x06\x16w1@host.celery.pidbox"]);
    expect(await members("celeryev")).toEqual([expect.stringContaining("worker.#\x06\x16\x06\x16celeryev.")]);
    expect(await members("reply.celery.pidbox")).toEqual(["oid\x06\x16\x06\x16oid.reply.celery.pidbox"]);
    for (const one of [control, events, replies]) await one[Symbol.asyncDispose]();
    for (const exchange of ["celery.pidbox", "celeryev", "reply.celery.pidbox"])
      expect(await members(exchange)).toEqual([]);
  });

  it("replies to the queue that is bound, however it is called, and to nobody else's", async () => {
    await at.redis.sAdd(key("_kombu.binding.reply.celery.pidbox"), [
      "oid\x06\x16\x06\x16some-queue",
      "other\x06\x16\x06\x16x",
    ]);
    await at.bench.broker.bus.reply("oid", envelope("answer"));
    const [text = ""] = await at.redis.lRange(key("some-queue"), 0, -1);
    expect(JSON.parse(text)).toMatchObject({
      headers: { id: "answer" },
      properties: { delivery_info: { exchange: "reply.celery.pidbox", routing_key: "oid" } },
    });
    expect(await at.redis.exists([key("x"), key("oid.reply.celery.pidbox")])).toBe(0);
  });

  it("sends results of rpc:// to the client's list", async () => {
    await at.bench.broker.bus.sendTo("client-oid", envelope("result"));
    const [text = ""] = await at.redis.lRange(key("client-oid"), 0, -1);
    expect(JSON.parse(text).properties.delivery_info).toEqual({ exchange: "", routing_key: "client-oid" });
  });
});

describe("a key prefix", () => {
  it("keeps two installations on one database apart", async () => {
    const other = await openRedisBench(at.server.url);
    const heard: string[] = [];
    await using _listening = await other.broker.bus.listen("celeryev", { topic: "#", name: "" }, () =>
      heard.push("theirs"),
    );
    await at.bench.broker.publish([message("q", "mine")]);
    await at.bench.broker.bus.publish("celeryev", "worker.online", envelope("event"));
    const subscription = await other.broker.subscribe({ queues: ["q"], prefetch: 1 });
    expect(await receiveRest(subscription)).toEqual([]);
    expect(await other.broker.depth("q")).toBe(0);
    expect(heard).toEqual([]);
    await other.close();
    expect(await at.bench.broker.depth("q")).toBe(1);
  });
});

describe("a database number", () => {
  it("has queues and channels of its own", async () => {
    const url = at.server.url.replace(/\/0$/, "/3");
    const other = await openRedisBench(url, { keyPrefix: at.bench.prefix });
    const heard: string[] = [];
    const listening = at.redis.duplicate();
    await listening.connect();
    await listening.pSubscribe(key("/*"), (_text, channel) => heard.push(channel));
    await other.broker.publish([message("q", "a")]);
    await other.broker.bus.publish("celeryev", "worker.online", envelope("event"));
    expect(await at.bench.broker.depth("q")).toBe(0);
    expect(await other.broker.depth("q")).toBe(1);
    await eventually(() => heard.length === 1);
    expect(heard).toEqual([key("/3.celeryev/worker.online")]);
    listening.destroy();
    await other.close();
  });
});
