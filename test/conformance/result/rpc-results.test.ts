import { expect, it } from "vitest";
import type { Envelope } from "../../../src/message/envelope.ts";
import { createRpcResults, type ResultBus } from "../../../src/result/rpc/rpc-results.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { recordOf } from "./result-records.ts";

/** A bus that hands over to whoever listens, and forgets what nobody listens to. */
function memoryBus() {
  const listeners = new Map<string, (envelope: Envelope) => void>();
  const sent: [string, Envelope][] = [];
  const bus: ResultBus = {
    async sendTo(queue, envelope) {
      sent.push([queue, envelope]);
      listeners.get(queue)?.(envelope);
    },
    async receiveFrom(queue, hear) {
      listeners.set(queue, hear);
      return { [Symbol.asyncDispose]: async () => void listeners.delete(queue) };
    },
  };
  return { bus, sent, listeners };
}

it("sends each result to the queue of the client that waits for it, as Celery does", async () => {
  const { bus, sent } = memoryBus();
  const results = createRpcResults({ bus, replyTo: "ours" });
  const id = "a1";
  await results.store([
    recordOf({ id, result: 5, replyTo: "client-1", dateDone: Date.UTC(2026, 0, 1) }),
    recordOf({ replyTo: "" }),
    recordOf(),
  ]);
  expect(sent.map(([queue, { properties }]) => [queue, properties])).toEqual([
    ["client-1", { contentType: "application/json", contentEncoding: "utf-8", correlationId: "a1", deliveryMode: 1 }],
  ]);
  expect(Buffer.from(sent[0]?.[1].body ?? "").toString()).toBe(
    '{"status": "SUCCESS", "result": 5, "traceback": null, "children": [], "date_done": "2026-01-01T00:00:00.000000+00:00", "task_id": "a1"}',
  );
});

it("hears of what it has sent itself, until it is disposed of", async () => {
  const { bus, listeners } = memoryBus();
  const results = createRpcResults({ bus, replyTo: "ours" });
  const heard: string[] = [];
  {
    await using watch = results.watch(({ id }) => heard.push(id));
    watch.add("a1");
    await results.listening?.();
    await results.store([recordOf({ id: "a1", replyTo: "ours" })]);
    await bus.sendTo("ours", {
      headers: {},
      properties: { contentType: "", contentEncoding: "" },
      body: Buffer.from("?"),
    });
    expect(heard).toEqual(["a1"]);
  }
  expect(listeners.size).toBe(0);
});

it("hears once for all who watch, and tells what came before it was asked for", async () => {
  const { bus, listeners } = memoryBus();
  let listened = 0;
  const results = createRpcResults({
    bus: {
      ...bus,
      receiveFrom(queue, hear) {
        listened += 1;
        return bus.receiveFrom(queue, hear);
      },
    },
    replyTo: "ours",
  });
  const [early, late]: [string[], string[]] = [[], []];
  const first = results.watch(({ id }) => early.push(id));
  await results.listening?.();
  await results.store([recordOf({ id: "a1", replyTo: "ours" })]);
  const second = results.watch(({ id }) => late.push(id));
  second.add("a1");
  second.add("a2");
  expect([early, late]).toEqual([["a1"], ["a1"]]);
  expect((await results.read(["a1", "a2"])).map((record) => record?.id)).toEqual(["a1", undefined]);
  await first[Symbol.asyncDispose]();
  await results.store([recordOf({ id: "a2", replyTo: "ours" })]);
  expect([early, late, listened]).toEqual([["a1"], ["a1", "a2"], 1]);
  await second[Symbol.asyncDispose]();
  expect(listeners.size).toBe(0);
});

it("says when it listens, and keeps nobody from sending who sends while it cannot", async () => {
  const { bus } = memoryBus();
  const clock = new FakeClock();
  const asked = Promise.withResolvers<void>();
  const results = createRpcResults({
    bus: { ...bus, receiveFrom: (queue, hear) => asked.promise.then(() => bus.receiveFrom(queue, hear)) },
    replyTo: "ours",
    clock,
  });
  await results.listening?.();
  await using _ = results.watch(() => {});
  let isReady = false;
  const ready = results.listening?.().then(() => {
    isReady = true;
  });
  await clock.advance(900);
  expect(isReady).toBe(false);
  await clock.advance(100);
  await ready;
  asked.resolve();
  await results.listening?.();
});

it("remembers the newest, and no end for a state before it", async () => {
  const { bus } = memoryBus();
  const results = createRpcResults({ bus, replyTo: "ours" });
  await using _ = results.watch(() => {});
  await results.listening?.();
  await results.store([
    recordOf({ id: "a1", replyTo: "ours" }),
    recordOf({ id: "a1", state: "RETRY", replyTo: "ours" }),
  ]);
  expect((await results.read(["a1"]))[0]?.state).toBe("SUCCESS");
  const many = Array.from({ length: 8_192 }, (_, n) => recordOf({ id: `b${n}`, replyTo: "ours" }));
  await results.store(many);
  expect((await results.read(["a1", "b0", "b8191"])).map((record) => record?.id)).toEqual([undefined, "b0", "b8191"]);
});

it("listens once the broker is there", async () => {
  const { bus, listeners } = memoryBus();
  const clock = new FakeClock();
  let isAway = true;
  const results = createRpcResults({
    bus: {
      ...bus,
      receiveFrom: async (queue, hear) => {
        if (isAway) throw new Error("away");
        return bus.receiveFrom(queue, hear);
      },
    },
    replyTo: "ours",
    clock,
  });
  await using watch = results.watch(() => {});
  watch.add("a1");
  await clock.advance(2_000);
  expect(listeners.size).toBe(0);
  isAway = false;
  await clock.advance(2_000);
  expect([...listeners.keys()]).toEqual(["ours"]);
});

it("keeps nothing, and counts no chords", async () => {
  const results = createRpcResults({ bus: memoryBus().bus, replyTo: "ours" });
  expect(await results.read(["a1"])).toEqual([undefined]);
  await expect(results.startChord("g", 1, [])).rejects.toMatchObject({ code: "unsupported_chord" });
  const part = { groupId: "g", groupIndex: 0, record: recordOf(), body: {} };
  await expect(results.chordPart(part)).rejects.toMatchObject({ code: "unsupported_chord" });
});
