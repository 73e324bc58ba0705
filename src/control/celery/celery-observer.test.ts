import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FakeClock, settle } from "../../../test/support/fake-clock.ts";
import type { Json, JsonObject } from "../../base/json.ts";
import { silentLogger } from "../../base/logger.ts";
import { MemoryBus, MemoryChannels } from "../../broker/memory/memory-bus.ts";
import { displayedResult } from "../../message/displayed-result.ts";
import type { ObservedAnswer, ObservedRun } from "../../run/observed-runs.ts";
import { type ForeignWorker, foreignWorkerId } from "../foreign-workers.ts";
import type { RemoteRequest } from "../remote-control.ts";
import { jsonEnvelope } from "./bus-message.ts";
import { CeleryObserver, type ReadEnds } from "./celery-observer.ts";
import { eventEnvelope } from "./events.ts";

const NODE = "w1@python.example";
const OURS = "01890a5d-ac96-774b-bcce-b302099a8057";
const worker = { id: foreignWorkerId(NODE), name: NODE };

let bus: MemoryBus;
let clock: FakeClock;
let observer: CeleryObserver;
let told: ObservedRun[];
let rows: Map<string, ForeignWorker>;
let announced: unknown[];
let commands: RemoteRequest[];
let answer: (run: ObservedRun) => ObservedAnswer;
let isAway: boolean;

function createObserver(readEnds?: ReadEnds, endsMayFollow = false) {
  return new CeleryObserver({
    bus,
    clock,
    logger: silentLogger,
    defaultQueue: "celery",
    ...(readEnds !== undefined && { readEnds }),
    endsMayFollow,
    runs: {
      apply: async (runs) => {
        if (isAway) throw new Error("the database is away");
        told.push(...runs);
        return runs.map(answer);
      },
      begunElsewhere: async () => [],
    },
    workers: {
      seen: async (workers) => {
        for (const one of workers) rows.set(one.node, one);
      },
      announce: async (node, tasks, queue) => void announced.push([node, tasks, queue]),
      left: async (node) => void rows.delete(node),
      forget: async () => {},
    },
    remote: {
      tell: async (request) => void commands.push(request),
      ask: async (request) => {
        commands.push(request);
        return new Map<string, Json>([[NODE, answers[request.command] ?? null]]);
      },
    },
  });
}

const answers: Readonly<Record<string, Json>> = {
  stats: { pool: { "max-concurrency": 4, implementation: "celery.concurrency.prefork:TaskPool" } },
  active_queues: [{ name: "reports" }, { name: "other" }],
  registered: ["proj.add [rate_limit=10/m]", "proj.mul", "celery.backend_cleanup"],
};

beforeEach(async () => {
  bus = new MemoryBus(new MemoryChannels());
  clock = new FakeClock();
  told = [];
  rows = new Map();
  announced = [];
  commands = [];
  answer = () => "applied";
  isAway = false;
  observer = createObserver();
  await observer.start();
  await settle();
});
afterEach(() => observer.stop());

const now = () => clock.now() / 1000;
const event = (type: string, fields: JsonObject = {}): JsonObject => ({
  ...{ type, hostname: NODE, timestamp: now(), pid: 7, clock: 1, utcoffset: 0 },
  ...fields,
});
async function tell(...events: JsonObject[]) {
  const [first] = events;
  const body = events.length === 1 && first !== undefined ? first : events;
  await bus.publish("celeryev", "task.multi", jsonEnvelope(body, { hostname: NODE }));
  await settle();
}
const received = (uuid: string, fields: JsonObject = {}) =>
  event("task-received", {
    ...{ uuid, name: "proj.add", args: "(1, 'two')", kwargs: "{'deep': True}", retries: 0, eta: null, expires: null },
    ...{ root_id: uuid, parent_id: null },
    ...fields,
  });

describe("workers that are heard of", () => {
  it("are shown as they tell, and asked what they serve and know", async () => {
    await tell(
      event("worker-online", {
        freq: 2,
        sw_ident: "py-celery",
        sw_ver: "5.2.6",
        active: 0,
        processed: 12,
        loadavg: [1, 2, 3],
      }),
    );
    await clock.advance(5_000);
    expect(rows.get(NODE)).toMatchObject({
      pid: 7,
      info: { sw_ident: "py-celery", sw_ver: "5.2.6", processed: 12, queues: ["reports", "other"], concurrency: 4 },
    });
    expect(announced).toEqual([[NODE, ["proj.add", "proj.mul"], "reports"]]);
    // They tell of their runs only when they are asked to.
    expect(commands).toContainEqual({ command: "enable_events", to: [NODE] });
    const { aliveUntil } = rows.get(NODE) as ForeignWorker;
    expect(aliveUntil).toBeGreaterThan(clock.now());
    await tell(event("worker-offline"));
    expect(rows.has(NODE)).toBe(false);
  });

  it("are not hyoshi's own, which are known already", async () => {
    const own = { type: "worker-heartbeat", hostname: "w@own", timestamp: now() };
    await bus.publish("celeryev", "worker.heartbeat", eventEnvelope(own, "w@own"));
    await bus.publish("celeryev", "task.multi", eventEnvelope([{ ...own, type: "task-received", uuid: "a" }], "w@own"));
    await clock.advance(5_000);
    expect([...rows.keys()]).toEqual([]);
    expect(told).toEqual([]);
  });

  it("may tell nonsense", async () => {
    await tell({ type: "worker-heartbeat" });
    await tell(event("task-received"));
    await bus.publish("celeryev", "x", { ...jsonEnvelope(null, {}), body: Buffer.from("{") });
    await clock.advance(5_000);
    expect([rows.size, told.length]).toEqual([0, 0]);
  });
});

describe("runs that are heard of", () => {
  it("are told with what their events say, several at once", async () => {
    await tell(received("a"), event("task-started", { uuid: "a" }));
    await clock.advance(300);
    expect(told.splice(0)).toMatchObject([
      {
        ...{ id: "a", state: "running", worker, retries: 0, startedAt: clock.now() - 300 },
        facts: {
          task: "proj.add",
          payload: { args: [1, "two"], kwargs: { deep: true } },
          queue: "reports",
          inputUnknown: false,
        },
      },
    ]);
    await tell(event("task-succeeded", { uuid: "a", result: "{'n': 3}", runtime: 0.25 }));
    await clock.advance(300);
    expect(told).toMatchObject([{ id: "a", state: "succeeded", result: { n: 3 }, endedAt: clock.now() - 300 }]);
  });

  it("come from the queue that their client told, else from one that their worker serves", async () => {
    await tell(event("task-sent", { uuid: "a", hostname: "gen1@client", name: "proj.add", queue: "urgent" }));
    await clock.advance(300);
    expect(told).toEqual([]);
    await tell(received("a"));
    await tell(event("worker-heartbeat"));
    await clock.advance(3_000);
    await tell(received("b"));
    await clock.advance(300);
    expect(told.map(({ id, facts }) => [id, facts?.queue])).toEqual([
      ["a", "urgent"],
      ["b", "reports"],
    ]);
  });

  it("fail, are revoked, expire and are tried again", async () => {
    await tell(
      ...["f", "r", "e", "t"].map((uuid) => received(uuid)),
      event("task-started", { uuid: "f" }),
      event("task-failed", { uuid: "f", exception: "ValueError('boom', 42)", traceback: "Traceback …" }),
      event("task-revoked", { uuid: "r", terminated: true, signum: 15, expired: false }),
      event("task-revoked", { uuid: "e", terminated: false, signum: null, expired: true }),
      event("task-started", { uuid: "t" }),
      event("task-retried", { uuid: "t", exception: "OSError('away')", traceback: "Traceback …" }),
      received("t", { retries: 1, parent_id: "t" }),
    );
    await clock.advance(300);
    expect(told).toMatchObject([
      { id: "f", state: "failed", error: { name: "ValueError", message: "boom, 42", stack: "Traceback …" } },
      { id: "r", state: "cancelled", error: { message: "terminated" } },
      { id: "e", state: "expired", error: { message: "expired" } },
      { id: "t", state: "ready", retries: 1, retried: [{ number: 1, error: { name: "OSError", message: "away" } }] },
    ]);
    expect(told[3]?.facts?.parentId).toBeUndefined();
  });

  it("are tried again as often as they are where the next attempt is received before the retry is told", async () => {
    await tell(
      received("t"),
      event("task-started", { uuid: "t" }),
      received("t", { retries: 1, parent_id: "t" }),
      event("task-retried", { uuid: "t", exception: "OSError('away')", traceback: "Traceback …" }),
      event("task-started", { uuid: "t" }),
    );
    await clock.advance(300);
    expect(told.at(-1)).toMatchObject({ id: "t", state: "running", retries: 1, retried: [{ number: 1 }] });
    expect(told.at(-1)?.retried?.[0]?.startedAt).toBeDefined();
  });

  it("keep the texts of arguments that cannot be read back", async () => {
    await tell(received("a", { args: "(<object at 0x7f>,)" }), received("b", { args: "([1, 2, ...],)" }));
    await clock.advance(300);
    expect(told).toMatchObject([
      { facts: { inputUnknown: true, argsRepr: "(<object at 0x7f>,)", payload: { args: [], kwargs: {} } } },
      { facts: { inputUnknown: true, argsRepr: "([1, 2, ...],)" } },
    ]);
  });

  it("wait for their row where hyoshi has probably sent them, and get one of their own where it did not", async () => {
    answer = ({ facts }) => (facts === undefined ? "unknown" : "applied");
    await tell(received(OURS), event("task-started", { uuid: OURS }));
    await clock.advance(2_000);
    expect(told.every(({ facts }) => facts === undefined)).toBe(true);
    await clock.advance(4_000);
    expect(told.at(-1)).toMatchObject({ id: OURS, state: "running", facts: { task: "proj.add" } });
  });

  describe("end", () => {
    async function endThree({ endsMayFollow }: { readonly endsMayFollow: boolean }) {
      await observer.stop();
      const ends = new Map<string, ObservedRun>([["a", { id: "a", state: "succeeded", result: { exact: true } }]]);
      observer = createObserver(async (ids) => new Map([...ends].filter(([id]) => ids.includes(id))), endsMayFollow);
      await observer.start();
      await settle();
      const ended = (uuid: string) => event("task-succeeded", { uuid, result: "<a thing>", runtime: 1 });
      await tell(received("a"), received("b"), received(OURS), ended("a"), ended("b"), ended(OURS));
      await clock.advance(300);
    }
    const results = () => told.map(({ id, result }) => [id, result]);
    const [a, b, ours] = [
      ["a", { exact: true }],
      ["b", displayedResult("<a thing>")],
      [OURS, displayedResult("<a thing>")],
    ];

    it("with the result itself where it can be read", async () => {
      await endThree({ endsMayFollow: false });
      expect(results()).toEqual([a, b, ours]);
    });

    it("later where hyoshi sent them and the result is a message that may still come", async () => {
      await endThree({ endsMayFollow: true });
      expect(results()).toEqual([a, b]);
      await clock.advance(6_000);
      expect(results()).toEqual([a, b, ours]);
    });
  });

  it("are told again when the database is back, and dropped and counted when there are too many", async () => {
    await tell(event("worker-heartbeat"));
    isAway = true;
    for (let part = 0; part < 12; part += 1) {
      await tell(...Array.from({ length: 1_000 }, (_, n) => received(`r${part}-${n}`)));
    }
    await clock.advance(3_000);
    expect(told).toEqual([]);
    expect(observer.dropped).toBe(2_000);
    isAway = false;
    await clock.advance(10_000);
    expect(new Set(told.map(({ id }) => id)).size).toBe(10_000);
    expect(rows.get(NODE)?.info).toMatchObject({ droppedEvents: 2_000 });
  });
});
