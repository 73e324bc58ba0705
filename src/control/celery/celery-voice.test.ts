import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FakeClock, settle } from "../../../test/support/fake-clock.ts";
import type { JsonObject } from "../../base/json.ts";
import { silentLogger } from "../../base/logger.ts";
import { systemRandom } from "../../base/random.ts";
import { MemoryBus, MemoryChannels } from "../../broker/memory/memory-bus.ts";
import type { RemoteRequest } from "../remote-control.ts";
import type { RateLimit, WorkerControl, WorkerRun } from "../worker-control.ts";
import { CeleryRemoteControl } from "./celery-remote-control.ts";
import { CeleryVoice } from "./celery-voice.ts";
import { type CeleryEvent, readEvents } from "./events.ts";
import { readReply, requestEnvelope } from "./pidbox.ts";

const NODE = "w1@worker.example";

function run(id: string, more: Partial<WorkerRun> = {}): WorkerRun {
  return {
    id,
    task: "proj.add",
    payload: { args: [1, "it's"], kwargs: { deep: true } },
    queue: "celery",
    priority: 9,
    retries: 0,
    queuedAt: 0,
    availableAt: 0,
    ...more,
  };
}

class FakeWorker implements WorkerControl {
  readonly node = NODE;
  readonly pid = 4242;
  concurrency = 2;
  running: WorkerRun[] = [];
  waiting: WorkerRun[] = [];
  readonly calls: unknown[][] = [];
  readonly limits = new Map<string, RateLimit>();
  readonly served = new Set(["celery"]);
  executing = () => this.running;
  reserved = () => this.waiting;
  queues = () => [...this.served];
  executed = () => new Map([["proj.add", 3]]);
  tasks = () => ["proj.add", "proj.mul"];
  pool = () => ({ kind: "processes", pids: [17, 18] });
  rateLimit = (task: string) => this.limits.get(task);
  setConcurrency(count: number) {
    this.concurrency = count;
  }
  async addQueue(queue: string) {
    this.served.add(queue);
  }
  async removeQueue(queue: string) {
    this.served.delete(queue);
  }
  setTimeLimits(...given: unknown[]) {
    this.calls.push(["time limit", ...given]);
  }
  setRateLimit(task: string, limit: RateLimit | null) {
    if (limit === null) this.limits.delete(task);
    else this.limits.set(task, limit);
  }
  lookForCancelled() {
    this.calls.push(["look"]);
  }
  shutDown() {
    this.calls.push(["shut down"]);
  }
}

let bus: MemoryBus;
let channels: MemoryChannels;
let clock: FakeClock;
let worker: FakeWorker;
let voice: CeleryVoice;
let remote: CeleryRemoteControl;
let events: CeleryEvent[];
let cancelled: unknown[];

function createVoice(options: { node?: string; events?: boolean } = {}) {
  return new CeleryVoice({
    bus,
    node: options.node ?? NODE,
    pid: 4242,
    clock,
    random: systemRandom,
    logger: silentLogger,
    events: options.events ?? true,
    about: {
      version: "1.2.3",
      settings: { timeZone: "UTC", broker: "redis://:********@localhost/0" },
      broker: { hostname: "localhost", transport: "redis", port: 6379 },
      wirePriority: (own) => 9 - own,
    },
    cancel: async (ids, force) => void cancelled.push([...ids, force]),
    scheduled: async () => [run("later", { availableAt: Date.UTC(2031, 1, 3, 4, 5, 6, 789) })],
  });
}

beforeEach(async () => {
  channels = new MemoryChannels();
  bus = new MemoryBus(channels);
  clock = new FakeClock();
  worker = new FakeWorker();
  events = [];
  cancelled = [];
  await bus.listen("celeryev", { topic: "#", name: "monitor" }, ({ envelope }) => events.push(...readEvents(envelope)));
  voice = createVoice();
  remote = new CeleryRemoteControl({ bus, clock, random: systemRandom });
  voice.start(worker);
  await settle();
});

afterEach(async () => {
  await voice.stop();
});

async function ask(request: RemoteRequest): Promise<unknown> {
  const asked = remote.ask(request);
  await clock.advance(1_000);
  return Object.fromEntries(await asked);
}
const told = async (command: RemoteRequest["command"], given: JsonObject = {}) =>
  ((await ask({ command, arguments: given })) as Record<string, unknown>)[NODE];

/** As another client would send it: any method. */
async function send(method: string, given: JsonObject = {}, destination: string[] | null = null) {
  const replies: unknown[] = [];
  const listening = await bus.receiveReplies("other", (envelope) => replies.push(readReply(envelope)?.replies));
  const reply = { routingKey: "other", ticket: "t" };
  await bus.publish(
    "celery.pidbox",
    "",
    requestEnvelope({ method, arguments: given, destination, reply }, { clock: 7, expires: 0 }),
  );
  await settle(20);
  await listening[Symbol.asyncDispose]();
  return replies;
}

describe("what a worker tells of itself", () => {
  it("is that it is there, every two seconds that it lives, and that it goes", async () => {
    expect(events.splice(0)).toMatchObject([
      {
        type: "worker-online",
        hostname: NODE,
        pid: 4242,
        freq: 2,
        active: 0,
        processed: 3,
        sw_ident: "hyoshi",
        sw_ver: "1.2.3",
        timestamp: clock.now() / 1000,
      },
    ]);
    worker.running = [run("a", { startedAt: 1 })];
    await clock.advance(4_000);
    expect(events.splice(0)).toMatchObject([
      { type: "worker-heartbeat", active: 1 },
      { type: "worker-heartbeat", loadavg: [expect.any(Number), expect.any(Number), expect.any(Number)] },
    ]);
    await voice.stop();
    await clock.advance(10_000);
    expect(events).toMatchObject([{ type: "worker-offline" }]);
  });

  it("has a clock of whole numbers that only grows, past every one that it has heard", async () => {
    await send("ping");
    await clock.advance(6_000);
    const clocks = events.map((event) => event.clock);
    expect(clocks.every(Number.isInteger)).toBe(true);
    expect(clocks).toEqual([...clocks].sort((a, b) => Number(a) - Number(b)));
    expect(Number(clocks.at(-1))).toBeGreaterThan(8);
  });

  it("is what becomes of its runs", async () => {
    events.length = 0;
    const failing = { name: "TypeError", message: "boom", stack: "TypeError: boom\n  at x" };
    voice.received(run("a", { availableAt: 60_000, rootId: "r", parentId: "p" }));
    voice.started(run("a"));
    voice.ended(run("a"), { kind: "succeeded", result: { n: [1, null, true] } }, 1_500);
    voice.ended(run("b"), { kind: "failed", error: failing }, 3);
    voice.ended(run("c"), { kind: "retried", error: failing }, 3);
    voice.ended(run("d"), { kind: "cancelled", terminated: true }, 3);
    voice.ended(run("e"), { kind: "expired", terminated: false }, 3);
    await clock.advance(100);
    expect(events).toMatchObject([
      {
        type: "task-received",
        uuid: "a",
        name: "proj.add",
        args: "(1, 'it\\'s')",
        kwargs: "{'deep': True}",
        root_id: "r",
        parent_id: "p",
        retries: 0,
        eta: "1970-01-01T00:01:00.000000+00:00",
        expires: null,
      },
      { type: "task-started", uuid: "a" },
      { type: "task-succeeded", uuid: "a", result: "{'n': [1, None, True]}", runtime: 1.5 },
      { type: "task-failed", uuid: "b", exception: "TypeError('boom')", traceback: failing.stack },
      { type: "task-retried", uuid: "c", exception: "TypeError('boom')" },
      { type: "task-revoked", uuid: "d", terminated: true, signum: null, expired: false },
      { type: "task-revoked", uuid: "e", terminated: false, expired: true },
    ]);
  });

  it("leaves runs out until somebody asks for their events, and from then on until nobody wants them", async () => {
    const quiet = createVoice({ node: "w2@worker.example", events: false });
    const other = new FakeWorker();
    quiet.start(other);
    await settle();
    const tell = async () => {
      events.length = 0;
      quiet.started(run("a"));
      await clock.advance(100);
      return events.filter(({ type }) => type === "task-started").length;
    };
    expect(await tell()).toBe(0);
    const to = ["w2@worker.example"];
    expect(await ask({ command: "enable_events", to })).toEqual({ [to[0] as string]: { ok: "task events enabled" } });
    expect(await tell()).toBe(1);
    expect(await ask({ command: "enable_events", to })).toEqual({
      [to[0] as string]: { ok: "task events already enabled" },
    });
    expect(await ask({ command: "disable_events", to })).toEqual({ [to[0] as string]: { ok: "task events disabled" } });
    expect(await tell()).toBe(0);
    await quiet.stop();
  });

  it("is dropped, and waits for nothing, while the broker is away", async () => {
    const away = createVoice({ node: "w3@worker.example" });
    bus.publish = () => Promise.reject(new Error("away"));
    bus.listen = () => Promise.reject(new Error("away"));
    away.start(worker);
    away.started(run("a"));
    await clock.advance(20_000);
    await away.stop();
  });
});

describe("what a worker answers", () => {
  it("is that it lives", async () => {
    expect(await ask({ command: "ping" })).toEqual({ [NODE]: { ok: "pong" } });
    expect(await send("ping", { unexpected: 1 })).toEqual([{ [NODE]: { ok: "pong" } }]);
  });

  it("comes from those alone that were asked", async () => {
    expect(await send("ping", {}, ["w9@worker.example"])).toEqual([]);
    expect(await send("ping", {}, [NODE])).toEqual([{ [NODE]: { ok: "pong" } }]);
  });

  it("tells what runs, waits and is to come", async () => {
    worker.running = [run("a", { startedAt: 1_500 })];
    worker.waiting = [run("b", { payload: { input: { counterId: 1 } } })];
    const info = {
      name: "proj.add",
      type: "proj.add",
      hostname: NODE,
      delivery_info: { routing_key: "celery", priority: 0 },
    };
    expect(await told("active")).toMatchObject([
      {
        ...info,
        id: "a",
        args: [1, "it's"],
        kwargs: { deep: true },
        time_start: 1.5,
        acknowledged: true,
        worker_pid: 4242,
      },
    ]);
    expect(await told("active", { safe: true })).toMatchObject([{ args: "(1, 'it\\'s')", kwargs: "{'deep': True}" }]);
    expect(await told("reserved")).toMatchObject([
      { ...info, id: "b", args: [], kwargs: { counterId: 1 }, time_start: null, acknowledged: false, worker_pid: null },
    ]);
    expect(await told("scheduled")).toMatchObject([
      { eta: "2031-02-03T04:05:06.789000+00:00", priority: 6, request: { id: "later" } },
    ]);
    expect(await told("query_task", { ids: ["a", "b", "x"] })).toMatchObject({
      a: ["active", { id: "a" }],
      b: ["reserved", { id: "b" }],
    });
  });

  it("tells its queues with all that Flower looks at", async () => {
    const [queue] = (await told("active_queues")) as JsonObject[];
    expect(queue).toMatchObject({
      name: "celery",
      routing_key: "celery",
      exclusive: false,
      durable: true,
      no_ack: false,
      alias: null,
      queue_arguments: null,
      binding_arguments: null,
      auto_delete: false,
    });
  });

  it("tells its statistics with all that Flower looks at", async () => {
    expect(await told("stats")).toMatchObject({
      total: { "proj.add": 3 },
      pid: 4242,
      clock: expect.stringMatching(/^\d+$/),
      pool: { implementation: "hyoshi:processes", "max-concurrency": 2, processes: [17, 18] },
      broker: { hostname: "localhost", transport: "redis" },
      prefetch_count: 2,
      rusage: { maxrss: expect.any(Number) },
    });
  });

  it("tells its settings and a report without secrets", async () => {
    expect(await told("conf", { with_defaults: false })).toEqual({
      timeZone: "UTC",
      broker: "redis://:********@localhost/0",
    });
    expect(await told("report")).toMatchObject({ ok: expect.stringContaining("software -> hyoshi:1.2.3") });
  });

  it("is what Celery answers for what nobody knows", async () => {
    expect(await send("no_such_command")).toEqual([{ [NODE]: { error: "KeyError('no_such_command')" } }]);
    expect(await send("pool_restart")).toEqual([{ [NODE]: { error: "ValueError('Pool restarts not enabled')" } }]);
    expect(await send("autoscale", { max: 3, min: 1 })).toEqual([
      { [NODE]: { error: "ValueError('Autoscale not enabled')" } },
    ]);
    expect(await send("enable_events", { bogus: 1 })).toMatchObject([
      { [NODE]: { error: expect.stringContaining("TypeError(") } },
    ]);
    expect(await send("memsample")).toEqual([{ [NODE]: null }]);
    expect(await send("election", { id: "x", topic: "task", action: {} })).toEqual([{ [NODE]: null }]);
  });

  it("passes over what is no command", async () => {
    await bus.publish("celery.pidbox", "", {
      headers: {},
      properties: { contentType: "application/json", contentEncoding: "utf-8" },
      body: Buffer.from("not JSON"),
    });
    expect(await ask({ command: "ping" })).toEqual({ [NODE]: { ok: "pong" } });
  });
});

it("answers everything that Flower asks when it starts and for a worker's page, at once", async () => {
  const asked = ["stats", "active_queues", "registered", "scheduled", "active", "reserved", "revoked", "conf"];
  const replies = new Map<string, JsonObject>();
  const listening = await bus.receiveReplies("flower", (envelope) => {
    const reply = readReply(envelope);
    replies.set(String(reply?.ticket), reply?.replies ?? {});
  });
  // Every five seconds it asks for events, and wants no reply.
  const noReply = { method: "enable_events", arguments: {}, destination: null };
  await bus.publish("celery.pidbox", "", requestEnvelope(noReply, { clock: 1, expires: 0 }));
  for (const method of asked) {
    const given: JsonObject = method === "active" ? { safe: true } : {};
    const request = { method, arguments: given, destination: null, reply: { routingKey: "flower", ticket: method } };
    await bus.publish("celery.pidbox", "", requestEnvelope(request, { clock: 1, expires: 0 }));
  }
  await settle(20);
  expect([...replies.keys()].sort()).toEqual([...asked].sort());
  for (const reply of replies.values()) expect(Object.keys(reply)).toEqual([NODE]);
  expect(replies.get("stats")?.[NODE]).toMatchObject({ total: {}, broker: {} });
  await listening[Symbol.asyncDispose]();
});

describe("what a worker is told", () => {
  it("revokes runs in the database, and those that it has not seen yet", async () => {
    expect(await told("revoke", { task_id: "a" })).toEqual({ ok: "tasks {'a'} flagged as revoked" });
    expect(await told("revoke", { task_id: ["b", "c"], terminate: false })).toEqual({
      ok: "tasks {'b', 'c'} flagged as revoked",
    });
    expect(cancelled).toEqual([
      ["a", false],
      ["b", "c", false],
    ]);
    expect(await told("revoked")).toEqual(["a", "b", "c"]);
    expect(["a", "x"].map((id) => voice.isRevoked({ id }))).toEqual([true, false]);
  });

  it("ends by force what is to be terminated", async () => {
    worker.running = [run("a", { startedAt: 1 })];
    expect(await told("terminate", { task_id: ["a", "x"] })).toEqual({ ok: "terminate: a" });
    expect(await told("terminate", { task_id: "x" })).toEqual({ ok: "terminate: tasks unknown" });
    expect(cancelled[0]).toEqual(["a", "x", true]);
    expect(worker.calls).toContainEqual(["look"]);
  });

  it("revokes by stamps", async () => {
    expect(await send("revoke_by_stamped_headers", { headers: { customer: "acme" } })).toEqual([
      { [NODE]: { ok: "headers {'customer': 'acme'} flagged as revoked, but not terminated" } },
    ]);
    expect(voice.isRevoked({ id: "x", stamps: { customer: ["other", "acme"] } })).toBe(true);
    expect(voice.isRevoked({ id: "x", stamps: { customer: "other" } })).toBe(false);
    worker.running = [run("a", { startedAt: 1, stamps: { customer: "acme" } })];
    await send("revoke_by_stamped_headers", { headers: { customer: ["acme"] }, terminate: true });
    expect(cancelled).toEqual([["a", true]]);
  });

  it("limits how often a task's runs begin", async () => {
    expect(await told("rate_limit", { task_name: "proj.add", rate_limit: "10/m" })).toEqual({
      ok: "new rate limit set successfully",
    });
    expect(worker.limits.get("proj.add")).toEqual({ count: 10, perMs: 60_000 });
    expect(await told("registered", { taskinfoitems: [] })).toEqual(["proj.add [rate_limit=10/m]", "proj.mul"]);
    expect(await told("rate_limit", { task_name: "proj.add", rate_limit: null })).toEqual({
      ok: "rate limit disabled successfully",
    });
    expect(await told("registered")).toEqual(["proj.add", "proj.mul"]);
    expect(await told("rate_limit", { task_name: "nope", rate_limit: 1 })).toEqual({ error: "unknown task" });
    expect(await told("rate_limit", { task_name: "proj.add", rate_limit: "10/y" })).toEqual({ error: "KeyError('y')" });
  });

  it("limits how long they take", async () => {
    expect(await told("time_limit", { task_name: "proj.add", hard: 2, soft: 1 })).toEqual({
      ok: "time limits set successfully",
    });
    expect(await told("time_limit", { task_name: "proj.add", soft: 1.5 })).toEqual({
      ok: "time limits set successfully",
    });
    expect(await told("time_limit", { task_name: "proj.add", hard: 1, soft: 2 })).toEqual({
      error: "ValueError('soft limit 2 is more than the hard one, 1')",
    });
    expect(await told("time_limit", { task_name: "nope", hard: 2 })).toEqual({ error: "unknown task" });
    expect(worker.calls).toEqual([
      ["time limit", "proj.add", { softMs: 1_000, hardMs: 2_000 }],
      ["time limit", "proj.add", { softMs: 1_500 }],
    ]);
  });

  it("grows and shrinks, and never to nothing", async () => {
    expect(await told("pool_grow", { n: 3 })).toEqual({ ok: "pool will grow" });
    expect(worker.concurrency).toBe(5);
    expect(await told("pool_shrink", { n: 4 })).toEqual({ ok: "pool will shrink" });
    expect(worker.concurrency).toBe(1);
    expect(await told("pool_shrink", {})).toMatchObject({ error: expect.stringContaining("ValueError(") });
  });

  it("takes up queues and leaves them", async () => {
    expect(await told("add_consumer", { queue: "extra", exchange: null })).toEqual({ ok: "add consumer extra" });
    expect([...worker.served]).toEqual(["celery", "extra"]);
    expect(await told("cancel_consumer", { queue: "extra" })).toEqual({ ok: "no longer consuming from extra" });
    expect([...worker.served]).toEqual(["celery"]);
    expect(await told("add_consumer", { queue: "" })).toMatchObject({ error: expect.stringContaining("ValueError(") });
  });

  it("beats at once when a monitor starts", async () => {
    events.length = 0;
    expect(await send("heartbeat")).toEqual([{ [NODE]: null }]);
    expect(events).toMatchObject([{ type: "worker-heartbeat", freq: 5, sw_ident: "hyoshi" }]);
  });

  it("stops, and says nothing to that", async () => {
    expect(await send("shutdown")).toEqual([]);
    expect(worker.calls).toEqual([["shut down"]]);
  });
});

describe("workers that greet each other", () => {
  it("tell what was revoked, as numbers with a fraction", async () => {
    await ask({ command: "revoke", arguments: { task_id: "a" } });
    const [reply] = (await send("hello", {
      from_node: "w2@other.example",
      revoked: { b: [12.5, "b"] },
    })) as JsonObject[];
    const told = reply as Record<string, { revoked: Record<string, [number, string]>; clock: number }>;
    const { revoked, clock: theirs } = told[NODE] ?? { revoked: {}, clock: 0.5 };
    expect(Object.keys(revoked)).toEqual(["a", "b"]);
    for (const [id, [at, same]] of Object.entries(revoked)) {
      expect(Number.isInteger(at)).toBe(false);
      expect(same).toBe(id);
    }
    expect(Number.isInteger(theirs)).toBe(true);
    expect(await send("hello", { from_node: NODE, revoked: {} })).toEqual([{ [NODE]: null }]);
  });

  it("learn it when they start", async () => {
    await told("revoke", { task_id: "a" });
    const late = createVoice({ node: "w2@worker.example" });
    late.start(new FakeWorker());
    await clock.advance(1_000);
    expect(late.isRevoked({ id: "a" })).toBe(true);
    await late.stop();
  });
});
