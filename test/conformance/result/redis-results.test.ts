import { createClient } from "@redis/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemClock } from "../../../src/base/clock.ts";
import { silentLogger } from "../../../src/base/logger.ts";
import { createRedisResults, type RedisResultsSettings } from "../../../src/result/redis/redis-results.ts";
import { eventually } from "../../support/eventually.ts";
import { type RedisServer, startRedisServer } from "../../support/redis-server.ts";
import { describeResultBackend } from "./describe-result-backend.ts";
import { newId, recordOf, valueError } from "./result-records.ts";

let server: RedisServer;
beforeAll(async () => {
  server = await startRedisServer({ forgetful: true });
});
afterAll(() => server?.stop());

const open = (settings: Partial<RedisResultsSettings> = {}) =>
  createRedisResults({ url: server.url, clock: systemClock, logger: silentLogger, ...settings });

async function connected() {
  const client = createClient({ url: server.url });
  return client.connect();
}

describeResultBackend("Redis", async () => {
  const results = open();
  const other = open({ url: server.socketUrl });
  return {
    results,
    other,
    async close() {
      await results.close();
      await other.close();
    },
  };
});

describe("a Redis result backend", () => {
  it("writes Celery's own bytes under Celery's keys, and tells them on the key's channel", async () => {
    const results = open();
    const [client, subscriber] = [await connected(), await connected()];
    const id = "61045886-93f7-45a9-9153-cb6e91154a85";
    const key = `celery-task-meta-${id}`;
    const told: string[] = [];
    await subscriber.subscribe(key, (text) => void told.push(text));
    const dateDone = Date.parse("2026-11-22T14:54:02.999Z");
    await results.store([recordOf({ id, result: 5, dateDone })]);
    const text = `{"status": "SUCCESS", "result": 5, "traceback": null, "children": [], "date_done": "2026-11-22T14:54:02.999000+00:00", "task_id": "${id}"}`;
    expect(await client.get(key)).toBe(text);
    expect(await client.ttl(key)).toBeGreaterThan(86_300);
    await eventually(() => told.length === 1);
    await results.store([recordOf({ id, state: "FAILURE", result: valueError })]);
    expect(await client.get(key)).toBe(text);
    expect(told).toEqual([text]);
    await Promise.all([client.close(), subscriber.close(), results.close()]);
  });

  it("keeps a success that Celery wrote, in whatever order its fields are", async () => {
    const results = open();
    const client = await connected();
    const id = newId();
    await client.set(`celery-task-meta-${id}`, `{"task_id": "${id}", "result": 1, "status": "SUCCESS"}`);
    await results.store([recordOf({ id, state: "FAILURE", result: valueError })]);
    expect((await results.read([id]))[0]).toMatchObject({ state: "SUCCESS", result: 1 });
    await Promise.all([client.close(), results.close()]);
  });

  it.each([
    ["rpfx", "rpfx_celery-task-meta-"],
    ["rpfx:", "rpfx:celery-task-meta-"],
    ["a.b-", "a.b-celery-task-meta-"],
  ])("puts the prefix '%s' before its keys as Celery does", async (keyPrefix, before) => {
    const results = open({ keyPrefix });
    const client = await connected();
    const record = recordOf();
    await results.store([record]);
    expect(await client.exists(before + record.id)).toBe(1);
    await Promise.all([client.close(), results.close()]);
  });

  it("keeps results as long as it is told, or without end", async () => {
    const client = await connected();
    for (const [expiresMs, ttl] of [
      [90_000, 90],
      [0, -1],
    ] as const) {
      const results = open({ expiresMs });
      const record = recordOf();
      await results.store([record]);
      expect(await client.ttl(`celery-task-meta-${record.id}`)).toBe(ttl);
      await results.close();
    }
    await client.close();
  });

  it("writes name, arguments and worker where it is asked to", async () => {
    const results = open({ extended: true });
    const record = recordOf({ retries: 2 });
    await results.store([record]);
    const { name, args, kwargs, worker, retries, queue } = record;
    expect((await results.read([record.id]))[0]).toMatchObject({ name, args, kwargs, worker, retries, queue });
    await results.close();
  });

  it("keeps a chord's counters where Celery's workers look for them, and lets go of them", async () => {
    const results = open();
    const client = await connected();
    const groupId = newId();
    const [a, b] = [recordOf({ groupId, result: 2 }), recordOf({ groupId, result: 4 })];
    const group = `celery-taskset-meta-${groupId}`;
    await results.startChord(groupId, 2, [
      [[a.id, null], null],
      [[b.id, null], null],
    ]);
    expect(await client.get(`${group}.s`)).toBe("2");
    expect(await client.exists(group)).toBe(0);
    await results.chordPart({ groupId, groupIndex: 1, record: b, body: {} });
    expect(await client.zRangeWithScores(`${group}.j`, 0, -1)).toEqual([
      { value: `[1, "${b.id}", "SUCCESS", 4]`, score: 1 },
    ]);
    // A Python worker counts the other one, with its own spaces.
    await client.zAdd(`${group}.j`, { value: `[1,"${a.id}","SUCCESS",2]`, score: 0 });
    expect(await results.chordPart({ groupId, groupIndex: 0, record: a, body: {} })).toEqual({
      kind: "complete",
      results: [2, 4],
    });
    await results.endChord(groupId);
    expect(await client.keys(`${group}*`)).toEqual([]);
    await Promise.all([client.close(), results.close()]);
  });

  it("counts members that were added to a chord while it ran", async () => {
    const results = open();
    const client = await connected();
    const groupId = newId();
    await client.set(`celery-taskset-meta-${groupId}.t`, "1");
    await results.startChord(groupId, 1, []);
    const part = (groupIndex: number | null) =>
      results.chordPart({ groupId, groupIndex, record: recordOf({ result: groupIndex }), body: {} });
    expect(await part(null)).toEqual({ kind: "incomplete" });
    expect(await part(0)).toEqual({ kind: "complete", results: [0, null] });
    await Promise.all([client.close(), results.close()]);
  });

  it("saves the shape of a header that holds groups, as Celery's GroupResult does", async () => {
    const results = open();
    const client = await connected();
    const groupId = newId();
    const members = [
      [["inner", null], [[["a", null], null]]],
      [["b", null], null],
    ];
    await results.startChord(groupId, 2, members);
    expect(JSON.parse((await client.get(`celery-taskset-meta-${groupId}`)) ?? "")).toEqual({
      result: [[groupId, null], members],
    });
    await Promise.all([client.close(), results.close()]);
  });
});

describe("a Redis result backend whose server goes away", () => {
  it("fails with what is to be tried again, goes on by itself, and tells watchers what they missed", async () => {
    const own = await startRedisServer();
    const results = open({ url: own.url, timeoutMs: 1_500 });
    const heard: string[] = [];
    const [missed, later] = [recordOf(), recordOf()];
    try {
      await results.store([recordOf()]);
      await using watch = results.watch(({ id }) => heard.push(id));
      watch.add(missed.id);
      watch.add(later.id);
      await eventually(async () => {
        const client = createClient({ url: own.url });
        await client.connect();
        const channels = await client.pubSubChannels();
        await client.close();
        return channels.length === 2;
      });
      await own.kill();
      await expect(results.store([missed])).rejects.toMatchObject({ code: "results_away" });
      await own.start();
      await eventually(() =>
        results.store([missed]).then(
          () => true,
          () => false,
        ),
      );
      await eventually(() => heard.includes(missed.id));
      await results.store([later]);
      await eventually(() => heard.includes(later.id));
    } finally {
      await results.close();
      await own.stop();
    }
  });

  it("gives up a server that takes requests and does not answer", async () => {
    const own = await startRedisServer({ forgetful: true });
    const results = open({ url: own.url, timeoutMs: 500 });
    const record = recordOf();
    try {
      await results.store([record]);
      process.kill(own.pid, "SIGSTOP");
      await expect(results.read([record.id])).rejects.toMatchObject({ code: "results_away" });
      process.kill(own.pid, "SIGCONT");
      const read = await eventually(() => results.read([record.id]).catch(() => undefined));
      expect(read[0]?.id).toBe(record.id);
    } finally {
      await results.close();
      await own.stop();
    }
  });

  it("says so without the password, when it was never there", async () => {
    const results = open({ url: "redis://user:secret@127.0.0.1:1/0", timeoutMs: 300 });
    const failure = await results.read(["x"]).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: "results_away" });
    expect(String(failure)).not.toContain("secret");
    await results.close();
  });
});
