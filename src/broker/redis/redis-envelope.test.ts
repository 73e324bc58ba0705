import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { decodeEnvelope, encodeEnvelope, LARGEST_ENVELOPE, markRedelivered, readUnacked } from "./redis-envelope.ts";
import { bindingMember, parseBinding, RedisKeys, STEPS, stepOf, wirePriority } from "./redis-keys.ts";

const fixture = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../../test/fixtures/${name}`, import.meta.url), "utf8"));
const sent = Object.values(
  fixture("celery/sent.json") as Record<string, { messages: { key: string; raw: string }[] }>,
).flatMap(({ messages = [] }) => messages.filter(({ raw }) => raw.includes('"body"')));
const keyspace = fixture("celery-redis/keyspace.json") as Record<string, Record<string, { value: unknown }>>;

const address = { exchange: "", routingKey: "celery", priority: 0, tag: "tag" };

describe("an envelope", () => {
  it("says the same after it was read and written again, of all that Celery was seen to send", () => {
    expect(sent.length).toBeGreaterThan(50);
    for (const { raw } of sent) {
      const parsed = JSON.parse(raw);
      const { priority, delivery_tag: tag, delivery_info: info } = parsed.properties;
      const { envelope, unreadable } = decodeEnvelope(Buffer.from(raw));
      expect(unreadable).toBeUndefined();
      const again = encodeEnvelope(envelope, { exchange: info.exchange, routingKey: info.routing_key, priority, tag });
      expect(JSON.parse(again)).toEqual(parsed);
    }
  });

  it("has Celery's priority the other way round", () => {
    const priority = (wire: unknown) =>
      decodeEnvelope(Buffer.from(JSON.stringify({ body: "", headers: {}, properties: { priority: wire } }))).priority;
    expect([0, 3, 9, 12, -1, undefined, null, "3"].map(priority)).toEqual([9, 6, 0, 0, 9, 9, 9, 9]);
  });

  it("takes a body without encoding as it is", () => {
    for (const encoding of [{}, { body_encoding: null }, { body_encoding: "utf-8" }]) {
      const raw = JSON.stringify({ body: "拍子", headers: {}, properties: encoding });
      expect(decodeEnvelope(Buffer.from(raw)).envelope.body.toString()).toBe("拍子");
    }
  });

  it("keeps numbers that JavaScript does not have", () => {
    const raw = '{"body": "", "headers": {"id": "a", "big": 12345678901234567890, "no": NaN}, "properties": {}}';
    const { envelope, unreadable } = decodeEnvelope(Buffer.from(raw));
    expect(unreadable).toBeUndefined();
    const again = encodeEnvelope(envelope, address);
    expect(again).toMatch(/"big": ?12345678901234567890/);
    expect(again).toMatch(/"no": ?NaN/);
  });

  it("is told of a redelivery in either place, and does not hand the mark on", () => {
    const raw = (headers: object, info: object) =>
      Buffer.from(JSON.stringify({ body: "", headers, properties: { delivery_info: info } }));
    expect(decodeEnvelope(raw({}, {})).redelivered).toBe(false);
    expect(decodeEnvelope(raw({ redelivered: true }, {}))).toMatchObject({
      redelivered: true,
      envelope: { headers: {} },
    });
    expect(decodeEnvelope(raw({}, { redelivered: true })).redelivered).toBe(true);
  });

  it("is unreadable, and kept as it is, where it is no envelope", () => {
    for (const text of [
      "",
      "nonsense",
      "[]",
      "null",
      '"text"',
      "{}",
      '{"body": 1}',
      '{"body": "", "headers": []}',
      '{"body": "", "properties": 5}',
    ]) {
      const read = decodeEnvelope(Buffer.from(text));
      expect(read.unreadable, text).toBeTypeOf("string");
      expect(read.envelope).toMatchObject({ headers: {}, body: Buffer.from(text) });
    }
  });

  it("is unreadable where it is larger than anybody would read", () => {
    const read = decodeEnvelope(Buffer.alloc(LARGEST_ENVELOPE + 1, 0x20));
    expect(read.unreadable).toContain(String(LARGEST_ENVELOPE));
  });
});

describe("markRedelivered", () => {
  it("says it as Celery does, and leaves every other byte alone", () => {
    for (const { raw } of sent) {
      const marked = markRedelivered(raw);
      expect(marked.replaceAll(/"redelivered": true(, )?/g, "")).toBe(raw);
      const { headers, properties } = JSON.parse(marked);
      expect([headers.redelivered, properties.delivery_info.redelivered]).toEqual([true, true]);
      expect(markRedelivered(marked)).toBe(marked);
    }
  });

  it("leaves alone what has no such places", () => {
    for (const text of ["nonsense", "[]", '{"headers": 1}', ""]) expect(markRedelivered(text)).toBe(text);
  });
});

describe("an entry of 'unacked'", () => {
  it("is read as Celery writes it, with the envelope's own bytes", () => {
    for (const { unacked } of Object.values(keyspace)) {
      for (const value of Object.values(unacked?.value as Record<string, string>)) {
        const entry = readUnacked(value);
        expect(entry).toMatchObject({ exchange: "", routingKey: "celery" });
        expect(`[${entry?.raw}, "", "celery"]`).toBe(value);
      }
    }
  });

  it("is none where the text is something else", () => {
    for (const text of ["", "[", "{}", "[{}]", '[{}, "a"]', "[{}, 1, 2]", "nonsense", '[{"a": ']) {
      expect(readUnacked(text)).toBeUndefined();
    }
  });
});

describe("the keys", () => {
  it("have Celery's names", () => {
    const keys = new RedisKeys("pfx_", 3);
    expect(keys.lists("celery")).toEqual([
      "pfx_celery",
      "pfx_celery\x06\x163",
      "pfx_celery\x06\x166",
      "pfx_celery\x06\x169",
    ]);
    for (const list of keys.lists("a\x06\x16b")) expect(keys.queueOf(list)).toMatch(/^a/);
    expect(keys.queueOf(keys.list("集計", 6))).toBe("集計");
    expect(keys.binding("celery")).toBe("pfx__kombu.binding.celery");
    expect(keys.unacked).toBe("pfx_unacked");
    expect(keys.channel("celery.pidbox", "")).toBe("pfx_/3.celery.pidbox");
    expect(keys.channel("celeryev", "worker.heartbeat")).toBe("pfx_/3.celeryev/worker.heartbeat");
    expect(keys.pattern("celeryev", "worker.#")).toBe("pfx_/3.celeryev/worker.*");
    expect(new RedisKeys("a*[", 0).pattern("celeryev", "#")).toBe("a\\*\\[/0.celeryev/*");
    expect(keys.routingKeyOf("celeryev", "pfx_/3.celeryev/task.sent")).toBe("task.sent");
    expect(keys.routingKeyOf("celery.pidbox", "pfx_/3.celery.pidbox")).toBe("");
  });

  it("have Celery's bindings", () => {
    expect([bindingMember("celery", "celery")]).toEqual(keyspace.celery56?.["_kombu.binding.celery"]?.value);
    for (const members of Object.values(fixture("celery-redis/bindings.json").bindings as Record<string, string[]>)) {
      for (const member of members) {
        const { routingKey, pattern, queue } = parseBinding(member);
        expect([routingKey, pattern, queue].join("\x06\x16")).toBe(member);
        if (pattern !== "") expect(() => new RegExp(pattern)).not.toThrow();
      }
    }
  });

  it("have a step for each priority, as Celery was seen to choose it", () => {
    expect([0, 1, 3, 5, 9, 12].map(stepOf)).toEqual([0, 0, 3, 3, 9, 9]);
    expect([9, 8, 7, 6, 5, 4, 3, 2, 1, 0].map((own) => stepOf(wirePriority(own)))).toEqual([
      0, 0, 0, 3, 3, 3, 6, 6, 6, 9,
    ]);
    for (const { key, raw } of sent) {
      const { priority, delivery_info: info } = JSON.parse(raw).properties;
      expect(new RedisKeys("", 0).list(info.routing_key, stepOf(priority))).toBe(key);
    }
    expect(STEPS).toEqual([0, 3, 6, 9]);
  });
});
