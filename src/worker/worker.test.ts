import { afterEach, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import {
  claimAs,
  createTestWorker,
  gate,
  settle,
  type TestWorker,
  type TestWorkerOptions,
} from "../../test/support/test-worker.ts";
import type { TaskContext } from "../task/context.ts";
import { type AnyTask, task } from "../task/task.ts";
import { RUN_LOG_BYTES } from "./run-log.ts";

const started: TestWorker[] = [];
afterEach(async () => {
  for (const one of started.splice(0)) await one.stop();
});

async function startWorker(tasks: readonly AnyTask[], options: TestWorkerOptions = {}) {
  const made = createTestWorker(tasks, options);
  started.push(made);
  await made.worker.start();
  await settle();
  return made;
}

/** A task that waits for its gate, and tells what it was called with. */
function gated(options: { signalled?: boolean } & Omit<Parameters<typeof task>[1], "run" | "input" | "output"> = {}) {
  const { signalled, ...rest } = options;
  const calls: { context: TaskContext; gate: ReturnType<typeof gate<unknown>> }[] = [];
  const made = task("app.gated", {
    ...rest,
    run: (_, context) => {
      const mine = gate<unknown>();
      calls.push({ context, gate: mine });
      if (signalled) context.signal.addEventListener("abort", () => mine.fail(context.signal.reason));
      return mine.promise;
    },
  });
  return { task: made, calls };
}

describe("a worker", () => {
  it("executes what is sent and keeps its result", async () => {
    const double = task("app.double", { input: z.object({ n: z.number() }), run: ({ n }) => ({ twice: n * 2 }) });
    const { send, runs, worker } = await startWorker([double]);
    const id = await send(double, { n: 21 });
    await settle();
    expect(await runs.find(id)).toMatchObject({
      state: "succeeded",
      result: { twice: 42 },
      attempt: 1,
      worker: "worker-1",
    });
    expect(worker.statistics).toEqual({ executed: 1, fenced: 0 });
  });

  it("gives a task its context", async () => {
    const seen: Partial<TaskContext>[] = [];
    const look = task("app.look", {
      run: (input, { signal, log, ...rest }) => void seen.push({ ...rest, ...(input as object) }),
    });
    const { send, clock } = await startWorker([look]);
    const id = await send(look, { args: [1], kwargs: { a: 2 } }, { headers: { trace: "t" } });
    await settle();
    expect(seen[0]).toMatchObject({
      args: [1],
      kwargs: { a: 2 },
      runId: id,
      attempt: 1,
      queuedAt: clock.now(),
      nominalAt: undefined,
      app: "app",
      headers: { trace: "t" },
    });
  });

  it("tells a run of a periodic task when the last one succeeded", async () => {
    const seen: unknown[] = [];
    const look = task("app.look", {
      run: async (_, { nominalAt, attempt, previousSuccess }) =>
        void seen.push([nominalAt, attempt, await previousSuccess()]),
    });
    const asked: number[] = [];
    const previousSuccess = async (id: number) => {
      asked.push(id);
      return 1_234;
    };
    const { send, runs, clock } = await startWorker([look], { previousSuccess });
    await runs.add([
      {
        id: "r1",
        task: "app.look",
        payload: { args: [], kwargs: {} },
        queue: "default",
        priority: 5,
        options: {},
        origin: { kind: "schedule" },
        availableAt: clock.now(),
        queuedAt: clock.now(),
        periodicTaskId: 7,
        nominalAt: 99,
      },
    ]);
    await settle();
    await send(look);
    await settle();
    expect(seen).toEqual([
      [99, 1, 1_234],
      [undefined, 1, undefined],
    ]);
    expect(asked).toEqual([7]);
  });

  it("serves its own queues only, higher priorities first", async () => {
    const order: unknown[] = [];
    const note = task("app.note", { run: ({ args }) => void order.push(args[0]) });
    const { send, runs } = createTestWorkerThatStartsLater([note]);
    await send(note, { args: ["low"] }, { priority: 1 });
    await send(note, { args: ["high"] }, { priority: 9 });
    await send(note, { args: ["mid"] });
    const elsewhere = await send(note, { args: ["elsewhere"] }, { queue: "other" });
    await started[0]?.worker.start();
    await settle();
    expect(order).toEqual(["high", "mid", "low"]);
    expect((await runs.find(elsewhere))?.state).toBe("ready");
  });

  function createTestWorkerThatStartsLater(tasks: readonly AnyTask[]) {
    const made = createTestWorker(tasks);
    started.push(made);
    return made;
  }

  it("executes as many at once as it has slots, and the next when one is free", async () => {
    const { task: slow, calls } = gated();
    const { send, runs, clock } = await startWorker([slow], { concurrency: 3 });
    const ids = [];
    for (let n = 0; n < 5; n += 1) ids.push(await send(slow));
    await settle();
    expect(calls).toHaveLength(3);
    calls[0]?.gate.open("done");
    await clock.advance(5);
    expect(calls).toHaveLength(4);
    expect((await runs.find(ids[0] ?? ""))?.state).toBe("succeeded");
  });

  it("keeps nothing of a run whose task records failures alone, unless it fails: then its log as well", async () => {
    const brief = task("app.brief", {
      record: "failures",
      run: (input, { log }) => {
        log.info("at it");
        if ((input as { readonly kwargs: { readonly fails?: boolean } }).kwargs.fails) throw new Error("oops");
      },
    });
    const { client, runs, logs } = await startWorker([brief]);
    const good = await client.send(brief, { kwargs: {} });
    const bad = await client.send(brief, { kwargs: { fails: true } });
    await settle();
    expect(await runs.find(good.id)).toBeUndefined();
    expect(await logs.read(good.id, 0, 10)).toEqual([]);
    expect(await runs.find(bad.id)).toMatchObject({ state: "failed" });
    expect(await logs.read(bad.id, 0, 10)).toMatchObject([{ text: expect.stringContaining("at it") }]);
    await expect(good.result()).rejects.toMatchObject({ code: "result_not_kept" });
  });

  it("keeps a run that was sent with a key, whatever its task records", async () => {
    const brief = task("app.brief", { record: "none", run: () => 1 });
    const { client, runs } = await startWorker([brief]);
    const sent = await client.send(brief, undefined, { key: "k" });
    await settle();
    expect(await runs.find(sent.id)).toMatchObject({ state: "succeeded", result: 1 });
  });

  it("drains many short runs with few claims", async () => {
    const noop = task("app.noop", { run() {} });
    const made = createTestWorkerThatStartsLater([noop]);
    const claim = vi.spyOn(made.runs, "claim");
    await Promise.all(Array.from({ length: 5_000 }, () => made.send(noop)));
    await made.worker.start();
    await vi.waitFor(() => expect(made.worker.statistics.executed).toBe(5_000), { timeout: 20_000 });
    expect(claim.mock.calls.length).toBeLessThan(100);
  });

  it("gives back what waits for a slot, so that another worker can take it", async () => {
    const { task: slow, calls } = gated();
    const first = await startWorker([slow], { concurrency: 1 });
    // Short runs first, so that the worker claims ahead.
    for (let n = 0; n < 300; n += 1) {
      await first.send(slow);
      await settle(2);
      calls.at(-1)?.gate.open("quick");
      await settle(2);
    }
    const before = calls.length;
    for (let n = 0; n < 5; n += 1) await first.send(slow);
    await settle();
    expect(calls.length).toBe(before + 1);
    const second = await startWorker([slow], { beside: first, concurrency: 10 });
    await first.clock.advance(60);
    expect(second.worker.statistics.executed).toBe(0);
    expect(calls.length).toBe(before + 5);
  });
});

describe("a soft time limit", () => {
  const withSoftLimit = (id: string, now: number) => ({
    ...{ id, task: "app.soft", payload: { args: [], kwargs: {} }, queue: "default", priority: 5, options: {} },
    ...{ origin: { kind: "celery" as const }, availableAt: now, queuedAt: now, options: { softTimeLimitMs: 1_000 } },
  });

  it("fails what throws because of it, and lets what returns succeed", async () => {
    const soft = task("app.soft", {
      run: (_, { signal, runId }) =>
        new Promise((resolve, reject) => {
          signal.addEventListener("abort", () => (runId === "r1" ? reject(signal.reason) : resolve("in time")));
        }),
    });
    const { runs, clock } = await startWorker([soft]);
    await runs.add([withSoftLimit("r1", clock.now()), withSoftLimit("r2", clock.now())]);
    await settle();
    await clock.advance(1_100);
    await settle();
    expect(await runs.find("r1")).toMatchObject({ state: "failed", error: { code: "soft_time_limit" } });
    expect(await runs.find("r2")).toMatchObject({ state: "succeeded", result: "in time" });
  });
});

describe("a task's end", () => {
  it("fails the run with the error, its stack, code and causes", async () => {
    const fails = task("app.fails", {
      run: () => {
        throw Object.assign(new TypeError("no such thing", { cause: new Error("the reason") }), { code: "E_THING" });
      },
    });
    const { send, runs } = await startWorker([fails]);
    const id = await send(fails);
    await settle();
    const run = await runs.find(id);
    expect(run).toMatchObject({
      state: "failed",
      error: { name: "TypeError", message: "no such thing", code: "E_THING" },
    });
    expect(run?.error?.stack).toMatch(/TypeError: no such thing\n\s+at [\s\S]*Caused by: Error: the reason\n\s+at/);
  });

  it.each([
    ["a text", "just this", { name: "Error", message: "just this" }],
    ["nothing", undefined, { name: "Error", message: "undefined" }],
    ["an object", { a: 1 }, { name: "Error", message: "{ a: 1 }" }],
    [
      "what cannot be looked at",
      new Proxy(
        {},
        {
          getPrototypeOf: () => {
            throw new Error("no");
          },
        },
      ),
      { message: "something was thrown that cannot be shown" },
    ],
  ])("keeps %s that was thrown", async (_, thrown, error) => {
    const fails = task("app.fails", { run: async () => Promise.reject(thrown) });
    const { send, runs } = await startWorker([fails]);
    const id = await send(fails);
    await settle();
    expect(await runs.find(id)).toMatchObject({ state: "failed", error });
  });

  it("is a failure when the result is not JSON, and what it did is not hidden", async () => {
    const odd = task("app.odd", {
      retry: { limit: 3 },
      run: (_, { log }) => {
        log.info("did it");
        return { list: [1, { when: new Map() }] };
      },
    });
    const { send, runs, logs } = await startWorker([odd]);
    const id = await send(odd);
    await settle();
    const run = await runs.find(id);
    expect(run).toMatchObject({ state: "failed", retries: 0, error: { code: "result_not_json" } });
    expect(run?.error?.message).toBe("the result of task 'app.odd' is not JSON: an instance of Map at /list/1/when");
    expect(logs.text(id)).toContain("INFO did it\n");
  });

  it("keeps the beginning of a result that is too large, and says that it was cut", async () => {
    const large = task("app.large", { run: () => ({ text: "x".repeat(17 * 1024 * 1024) }) });
    const { send, runs, logs } = await startWorker([large]);
    const id = await send(large);
    await settle();
    const run = await runs.find(id);
    expect(run).toMatchObject({
      state: "succeeded",
      result: { "hyoshi:cut": expect.stringContaining("larger than"), begins: expect.stringMatching(/^\{ text: 'xxx/) },
    });
    expect(JSON.stringify(run?.result).length).toBeLessThan(3_000);
    expect(logs.text(id)).toContain("WARN hyoshi: the result of task 'app.large' is larger than");
  });

  it("fails where the task accepts only what the project sends, and somebody else sent it or what it follows", async () => {
    const called: string[] = [];
    const own = task("app.own", { accept: "project", run: (_, { runId }) => void called.push(runId) });
    const { send, runs, client, clock } = await startWorker([own]);
    const now = clock.now();
    const foreign = {
      ...{ task: "app.own", payload: { args: [], kwargs: {} }, queue: "default", priority: 5, options: {} },
      ...{ origin: { kind: "celery" as const }, availableAt: now, queuedAt: now },
    };
    await client.sendRun({ ...foreign, id: "sent", wire: { from: "celery" } });
    await client.sendRun({ ...foreign, id: "follows", wire: { foreign: true } });
    const listed = await send("celery.map", { args: [{ task: "app.own" }, [1]] });
    await settle();
    for (const id of ["sent", "follows", listed]) {
      expect(await runs.find(id)).toMatchObject({ state: "failed", error: { code: "foreign_sender" } });
    }
    expect(called).toEqual([]);
    const id = await send(own);
    await settle();
    expect(called).toEqual([id]);
  });

  it("is a failure when the result does not fit its schema", async () => {
    const odd = task("app.odd", { output: z.object({ n: z.number() }), run: () => ({ n: "one" }) as never });
    const { send, runs } = await startWorker([odd]);
    const id = await send(odd);
    await settle();
    expect(await runs.find(id)).toMatchObject({ state: "failed", error: { code: "invalid_output" } });
  });

  it("is a failure without an attempt at the task when the input does not fit", async () => {
    const run = vi.fn();
    const strict = task("app.strict", { input: z.object({ n: z.number() }), retry: { limit: 5 }, run });
    const { client, runs } = await startWorker([strict]);
    const { id } = await client.sendPayload(
      { name: "app.strict", queue: "default" },
      { input: { n: "x" } },
      {},
      { origin: { kind: "api" } },
    );
    await settle();
    const found = await runs.find(id);
    expect(found).toMatchObject({ state: "failed", error: { code: "invalid_input" } });
    expect(found?.error?.message).toContain("/n: ");
    expect(run).not.toHaveBeenCalled();
  });

  it("waits for promises of other libraries", async () => {
    const thenable = task("app.thenable", {
      // biome-ignore lint/suspicious/noThenProperty: that is what they are.
      run: () => ({ then: (resolve: (n: number) => void) => resolve(7) }) as unknown,
    });
    const { send, runs } = await startWorker([thenable]);
    const id = await send(thenable);
    await settle();
    expect(await runs.find(id)).toMatchObject({ state: "succeeded", result: 7 });
  });
});

describe("a task's own wish for another attempt", () => {
  it("ends the attempt and waits as long as it says, as often as it may", async () => {
    const asking = task("app.asking", {
      expectedErrors: [RangeError],
      run: (_, { retry }) => retry({ afterMs: 5_000, limit: 1, error: new RangeError("not yet") }),
    });
    const { send, runs, clock } = await startWorker([asking]);
    const id = await send(asking);
    await settle();
    expect(await runs.find(id)).toMatchObject({ state: "scheduled", availableAt: clock.now() + 5_000, retries: 1 });
    await clock.advance(6_000);
    await settle();
    expect(await runs.find(id)).toMatchObject({
      state: "failed",
      attempt: 2,
      error: { name: "RangeError", message: "not yet", expected: true },
    });
  });

  it("fails the run with an error of its own where the task gave none", async () => {
    const asking = task("app.asking", { run: (_, { retry }) => retry({ limit: 0 }) });
    const { send, runs } = await startWorker([asking]);
    const id = await send(asking);
    await settle();
    expect(await runs.find(id)).toMatchObject({ state: "failed", error: { code: "retries_exhausted" } });
  });
});

describe("a task that was renamed", () => {
  it("is reached under its former name", async () => {
    const renamed = task("app.new", { formerNames: ["app.old"], run: () => "reached" });
    const { runs, clock } = await startWorker([renamed]);
    const now = clock.now();
    const run = { id: "r1", task: "app.old", payload: { args: [], kwargs: {} }, queue: "default", priority: 5 };
    await runs.add([{ ...run, options: {}, origin: { kind: "api" }, availableAt: now, queuedAt: now }]);
    await settle();
    expect(await runs.find("r1")).toMatchObject({ state: "succeeded", result: "reached" });
  });
});

describe("a retry", () => {
  it("comes after the back-off of its policy, until none is left", async () => {
    const attempts: number[] = [];
    const flaky = task("app.flaky", {
      retry: { limit: 2, delayMs: 1_000, jitter: false },
      run: (_, { attempt }) => {
        attempts.push(attempt);
        throw new Error(`attempt ${attempt}`);
      },
    });
    const { send, runs, clock } = await startWorker([flaky]);
    const id = await send(flaky);
    await settle();
    expect(await runs.find(id)).toMatchObject({ state: "scheduled", availableAt: clock.now() + 1_000, retries: 1 });
    await clock.advance(1_000);
    expect(attempts).toEqual([1, 2]);
    await clock.advance(1_999);
    expect(attempts).toEqual([1, 2]);
    await clock.advance(1);
    expect(await runs.find(id)).toMatchObject({ state: "failed", attempt: 3, error: { message: "attempt 3" } });
    expect(runs.attempts.get(id)).toMatchObject([
      { number: 1, outcome: "retried", error: { message: "attempt 1" } },
      { number: 2, outcome: "retried" },
    ]);
  });

  it("is not made for errors that the policy leaves out", async () => {
    const picky = task("app.picky", {
      retry: { limit: 5, on: (error) => !(error instanceof RangeError) },
      run: () => {
        throw new RangeError("never");
      },
    });
    const { send, runs } = await startWorker([picky]);
    const id = await send(picky);
    await settle();
    expect(await runs.find(id)).toMatchObject({ state: "failed", attempt: 1 });
  });
});

describe("a time limit", () => {
  it("aborts the signal, and the attempt fails with the task's own end as its cause", async () => {
    const { task: slow, calls } = gated({ timeLimitMs: 2_000, signalled: true });
    const { send, runs, clock } = await startWorker([slow]);
    const id = await send(slow);
    await clock.advance(1_999);
    expect(calls[0]?.context.signal.aborted).toBe(false);
    await clock.advance(1);
    expect(calls[0]?.context.signal.reason).toMatchObject({ code: "time_limit" });
    await clock.advance(10);
    const run = await runs.find(id);
    expect(run).toMatchObject({ state: "failed", error: { code: "time_limit" } });
    expect(run?.error?.message).toBe("task 'app.gated' took longer than its limit of 2000 ms");
  });

  it("ends the attempt of a task that ignores its signal, and says so in its log", async () => {
    const { task: deaf, calls } = gated();
    const { send, runs, clock, logs } = await startWorker([deaf], { concurrency: 1 });
    const id = await send(deaf, {}, { timeLimitMs: 1_000 });
    await clock.advance(5_900);
    expect((await runs.find(id))?.state).toBe("running");
    await clock.advance(200);
    expect(await runs.find(id)).toMatchObject({ state: "failed", error: { code: "time_limit" } });
    expect(logs.text(id)).toContain("is left to itself: it may still be doing something");
    const kept = logs.text(id);
    calls[0]?.context.log.info("still here");
    await clock.advance(1_000);
    expect(logs.text(id)).toBe(kept);
    // Its slot is free.
    await send(deaf);
    await settle();
    expect(calls).toHaveLength(2);
  });

  it("fails the attempt even if the task then returns", async () => {
    const { task: slow, calls } = gated({ timeLimitMs: 1_000 });
    const { send, runs, clock } = await startWorker([slow]);
    const id = await send(slow);
    await clock.advance(1_000);
    calls[0]?.gate.open("late");
    await clock.advance(10);
    expect(await runs.find(id)).toMatchObject({ state: "failed", error: { code: "time_limit" } });
  });
});

describe("a cancelled run", () => {
  it("is aborted within a moment, and ends as cancelled", async () => {
    const { task: slow, calls } = gated({ signalled: true });
    const { send, runs, clock } = await startWorker([slow]);
    const id = await send(slow);
    await clock.advance(20);
    expect(await runs.cancel({ ids: [id], by: "ada", now: clock.now() })).toEqual(["running"]);
    await clock.advance(110);
    expect(calls[0]?.context.signal.reason).toMatchObject({ code: "run_cancelled" });
    await clock.advance(10);
    expect(await runs.find(id)).toMatchObject({ state: "cancelled", error: { code: "run_cancelled" } });
  });

  it("is cancelled also when the task returns early, and keeps what it returned", async () => {
    const { task: slow, calls } = gated();
    const { send, runs, clock } = await startWorker([slow]);
    const id = await send(slow);
    await clock.advance(20);
    await runs.cancel({ ids: [id], by: "ada", now: clock.now() });
    await clock.advance(110);
    calls[0]?.gate.open({ done: 3 });
    await clock.advance(10);
    expect(await runs.find(id)).toMatchObject({ state: "cancelled", result: { done: 3 } });
  });

  it("frees the slot when it was ended by force", async () => {
    const { task: deaf, calls } = gated({ signalled: true });
    const { send, runs, clock, worker } = await startWorker([deaf]);
    const id = await send(deaf);
    await clock.advance(20);
    await runs.cancel({ ids: [id], by: "ada", now: clock.now(), force: true });
    await clock.advance(200);
    expect(calls[0]?.context.signal.reason).toMatchObject({ code: "lease_lost" });
    expect(worker.statistics.fenced).toBe(1);
    expect(await runs.find(id)).toMatchObject({ state: "cancelled", error: { name: "Terminated" } });
  });
});

describe("what a run writes", () => {
  it("is kept in lines with time and level, from its log and from the console", async () => {
    const writes = task("app.writes", {
      run: async (_, { log: { info, error } }) => {
        info("hello", { a: 1 });
        console.log("to the %s", "console");
        console.warn("careful");
        await Promise.resolve();
        console.table([{ x: 1 }]);
        error(new Error("broken").message, "\nsecond line");
      },
    });
    const { send, logs, clock } = await startWorker([writes]);
    const id = await send(writes);
    await settle();
    const lines = logs.text(id).split("\n");
    const time = new Date(clock.now()).toISOString().slice(11, 23);
    expect(lines.slice(0, 3)).toEqual([
      `${time} INFO hello { a: 1 }`,
      `${time} INFO to the console`,
      `${time} WARN careful`,
    ]);
    expect(lines.slice(-3)).toEqual([`${time} ERROR broken `, `${time} ERROR second line`, ""]);
    expect(lines.join("\n")).toContain("│ (index) │ x │");
    expect(logs.chunks.get(id)).toMatchObject([{ chunk: 0, attempt: 1, firstLine: 1 }]);
  });

  it("is kept while the task goes on, a moment later", async () => {
    const { task: slow, calls } = gated();
    const { send, logs, clock } = await startWorker([slow]);
    const id = await send(slow);
    await settle();
    calls[0]?.context.log.info("one");
    await clock.advance(250);
    expect(logs.text(id)).toContain("one");
    calls[0]?.context.log.info("two");
    await clock.advance(250);
    expect(logs.chunks.get(id)).toMatchObject([
      { firstLine: 1 },
      { firstLine: 2, text: expect.stringContaining("two") },
    ]);
  });

  it("goes on where an earlier attempt ended", async () => {
    const flaky = task("app.flaky", {
      retry: { limit: 1, delayMs: 0 },
      run: (_, { log, attempt }) => {
        log.info(`attempt ${attempt}`);
        if (attempt === 1) throw new Error("again");
      },
    });
    const { send, logs, clock } = await startWorker([flaky]);
    const id = await send(flaky);
    await clock.advance(1_100);
    expect(logs.chunks.get(id)).toMatchObject([
      { chunk: 0, attempt: 1, firstLine: 1 },
      { chunk: 1, attempt: 2, firstLine: 2 },
    ]);
  });

  it("is cut where a line is longer than a chunk, by bytes", async () => {
    const writes = task("app.writes", {
      run: (_, { log }) => {
        log.info("x".repeat(70_000));
        log.info("あ".repeat(30_000));
        log.info("after");
      },
    });
    const { send, logs } = await startWorker([writes]);
    const id = await send(writes);
    await settle();
    const chunks = logs.chunks.get(id) ?? [];
    for (const { text } of chunks) expect(Buffer.byteLength(text)).toBeLessThanOrEqual(64 * 1024);
    const lines = logs.text(id).split("\n");
    expect(lines).toHaveLength(4);
    expect(lines[0]).toMatch(/x … \[\d+ more characters were cut\]$/);
    expect(lines[1]).toMatch(/あ … \[\d+ more characters were cut\]$/);
    expect(lines[1]).not.toContain("\ufffd");
    expect(lines[2]).toContain("INFO after");
  });

  it("ends with a mark where it is more than a log holds", async () => {
    const writes = task("app.writes", {
      run: (_, { log }) => {
        // Half a gigabyte in one call, and then for ever.
        log.info("y".repeat(2 ** 28), "z\n".repeat(2 ** 27));
        for (let n = 0; n < 300; n += 1) log.info("x".repeat(60_000));
      },
    });
    const { send, logs, runs } = await startWorker([writes]);
    const id = await send(writes);
    await settle();
    expect((await runs.find(id))?.state).toBe("succeeded");
    const text = logs.text(id);
    expect(text.length).toBeLessThan(RUN_LOG_BYTES + 100_000);
    expect(text.trimEnd()).toMatch(/\[the log is full: more than 10 MiB were written, and the rest is left out\]$/);
  });

  it("is kept after the store was away", async () => {
    const { task: slow, calls } = gated();
    const { send, logs, clock, runs } = await startWorker([slow]);
    const id = await send(slow);
    await settle();
    const append = vi.spyOn(logs, "append").mockRejectedValue(new Error("disk full"));
    calls[0]?.context.log.info("not lost");
    await clock.advance(1_000);
    calls[0]?.gate.open(1);
    await clock.advance(1_000);
    expect((await runs.find(id))?.state).toBe("running");
    append.mockRestore();
    await clock.advance(3_000);
    expect(logs.text(id)).toContain("not lost");
    expect((await runs.find(id))?.state).toBe("succeeded");
  });

  it("keeps the last progress, also when the run ends at once", async () => {
    const steps = task("app.steps", {
      run: (_, { progress }) => {
        for (let n = 1; n <= 100; n += 1) progress({ current: n, total: 100 });
      },
    });
    const { send, runs } = await startWorker([steps]);
    const written = vi.spyOn(runs, "progress");
    const id = await send(steps);
    await settle();
    expect(await runs.find(id)).toMatchObject({ state: "succeeded", progress: { current: 100, total: 100 } });
    expect(written).toHaveBeenCalledTimes(1);
  });
});

describe("a run's children", () => {
  it("name the run that sent them and the first of the family", async () => {
    const leaf = task("app.leaf", { run() {} });
    const middle = task("app.middle", { run: async (_, { send }) => (await send(leaf)).id });
    const root = task("app.root", { run: async (_, { send }) => (await send(middle)).id });
    const { send, runs } = await startWorker([leaf, middle, root]);
    const id = await send(root);
    await settle(20);
    const middleRun = await runs.find(String((await runs.find(id))?.result));
    expect(middleRun).toMatchObject({ parentId: id, rootId: id, origin: { kind: "task" } });
    const leafRun = await runs.find(String(middleRun?.result));
    expect(leafRun).toMatchObject({ parentId: middleRun?.id, rootId: id });
  });

  it("are cancelled with it, but for the detached ones, and none but these is sent afterwards", async () => {
    const leaf = task("app.leaf", { queue: "elsewhere", run() {} });
    const sent: string[] = [];
    let deadline = 0;
    let refused: unknown;
    const root = task("app.root", {
      timeLimitMs: 60_000,
      run: async (_, context) => {
        const { send, sendMany, signal } = context;
        deadline = context.deadline;
        const detached = { detached: true };
        sent.push((await send(leaf)).id, (await send(leaf, {}, detached)).id);
        await new Promise((resolve) => signal.addEventListener("abort", resolve));
        refused = await Promise.resolve()
          .then(() => send(leaf))
          .catch((error: unknown) => error);
        await expect(sendMany([{ task: leaf }])).rejects.toBe(refused);
        sent.push((await send(leaf, {}, detached)).id);
        signal.throwIfAborted();
      },
    });
    const { send, runs, clock } = await startWorker([leaf, root]);
    const startedAt = clock.now();
    const id = await send(root);
    await clock.advance(1_000);
    await runs.cancel({ ids: [id], by: "ops", now: clock.now() });
    await clock.advance(2_000);
    expect(deadline).toBe(startedAt + 60_000);
    expect(refused).toMatchObject({ code: "run_cancelled" });
    const states = await Promise.all([id, ...sent].map(async (one) => (await runs.find(one))?.state));
    expect(states).toEqual(["cancelled", "cancelled", "ready", "ready"]);
  });
});

describe("a run whose task the worker does not know", () => {
  it("waits for a worker that does, is not charged, and does not spin", async () => {
    const { send, runs, clock, logged } = await startWorker([]);
    const claim = vi.spyOn(runs, "claim");
    const id = await send("app.elsewhere");
    await settle();
    expect(await runs.find(id)).toMatchObject({ state: "scheduled", attempt: 0, retries: 0 });
    await clock.advance(20_000);
    const handed = claim.mock.results.length;
    expect(handed).toBeLessThan(60);
    expect(logged.filter((line) => line.includes("'app.elsewhere' is not known here"))).toHaveLength(1);
    const known = task("app.elsewhere", { run: () => "done" });
    await startWorker([known], { beside: started[0] as TestWorker });
    await clock.advance(10_000);
    expect(await runs.find(id)).toMatchObject({ state: "succeeded", result: "done" });
  });
});

describe("what a dead worker had", () => {
  const quick = () => {
    const together: number[] = [];
    let executing = 0;
    const made = task("app.quick", {
      run: async () => {
        executing += 1;
        together.push(executing);
        await Promise.resolve();
        executing -= 1;
      },
    });
    return { made, together };
  };

  it("is executed one at a time where nobody knows what had begun, noted as begun first", async () => {
    const { made, together } = quick();
    const first = createTestWorker([made]);
    started.push(first);
    for (let n = 0; n < 20; n += 1) await first.send(made);
    const { processId } = await claimAs(first, 20);
    first.processes.lose(processId);
    await first.runs.sweep(first.clock.now());
    const begin = vi.spyOn(first.runs, "begin");
    await first.worker.start();
    await first.clock.advance(2_000);
    expect(first.worker.statistics.executed).toBe(20);
    expect(Math.max(...together)).toBe(1);
    expect(begin.mock.calls.map(([claims]) => claims.length)).toEqual(Array(20).fill(1));
  });

  it("does not keep the worker to itself while it goes on", async () => {
    const { task: slow, calls } = gated();
    const noop = task("app.noop", { run: () => "done" });
    const first = createTestWorker([slow, noop]);
    started.push(first);
    await first.send(slow);
    const { processId } = await claimAs(first, 1);
    first.processes.lose(processId);
    await first.runs.sweep(first.clock.now());
    await first.worker.start();
    const id = await first.send(noop);
    await first.clock.advance(500);
    expect(calls).toHaveLength(1);
    expect((await first.runs.find(id))?.state).toBe("ready");
    await first.clock.advance(1_600);
    expect((await first.runs.find(id))?.state).toBe("succeeded");
  });

  it("begins beside what is already being executed", async () => {
    const { task: slow, calls } = gated();
    const { made } = quick();
    const first = createTestWorker([slow, made]);
    started.push(first);
    const id = await first.send(made);
    const { processId } = await claimAs(first, 1);
    first.processes.lose(processId);
    await first.runs.sweep(first.clock.now());
    await first.send(slow, {}, { priority: 9 });
    await first.worker.start();
    await first.clock.advance(100);
    expect(calls).toHaveLength(1);
    expect((await first.runs.find(id))?.state).toBe("succeeded");
  });

  it("is executed alone as well when it was being executed then", async () => {
    const { task: slow, calls } = gated();
    const first = createTestWorker([slow]);
    started.push(first);
    await first.send(slow);
    const { processId, claims } = await claimAs(first, 1);
    await first.runs.begin(claims, first.clock.now());
    first.processes.lose(processId);
    await first.runs.sweep(first.clock.now());
    await first.send(slow);
    await first.worker.start();
    await first.clock.advance(900);
    expect(calls.map(({ context }) => context.attempt)).toEqual([2]);
    await first.clock.advance(1_200);
    expect(calls.map(({ context }) => context.attempt)).toEqual([2, 1]);
  });

  it("is noted as begun before the task is called where it must not be begun twice", async () => {
    const order: string[] = [];
    const once = task("app.once", { onLost: "fail", run: () => void order.push("called") });
    const { send, runs } = await startWorker([once]);
    const begin = runs.begin.bind(runs);
    vi.spyOn(runs, "begin").mockImplementation(async (claims, now) => {
      order.push("begun");
      return begin(claims, now);
    });
    const id = await send(once);
    await settle();
    expect(order).toEqual(["begun", "called"]);
    expect((await runs.find(id))?.options.onLost).toBe("fail");
  });
});

describe("a lost lease", () => {
  it("stops what is being executed, fences it, and the worker goes on under a new one", async () => {
    const { task: slow, calls } = gated({ signalled: true });
    const { send, runs, processes, clock, worker } = await startWorker([slow]);
    const id = await send(slow);
    await clock.advance(20);
    const old = processes.latest;
    processes.lose(old);
    await runs.sweep(clock.now());
    await settle(20);
    expect(calls[0]?.context.signal.reason).toMatchObject({ code: "lease_lost" });
    expect(processes.latest).toBe(old + 1);
    await clock.advance(1_000);
    // Begun again under the new lease, with the number after the lost attempt's.
    expect(calls[1]?.context.attempt).toBe(2);
    calls[1]?.gate.open("second");
    await clock.advance(10);
    expect(worker.statistics.fenced).toBe(1);
    expect(await runs.find(id)).toMatchObject({ state: "succeeded", result: "second", attempt: 2 });
    expect(runs.attempts.get(id)).toMatchObject([{ number: 1, outcome: "late" }]);
  });
});

describe("stopping", () => {
  it("takes nothing more and waits for what is being executed", async () => {
    const { task: slow, calls } = gated();
    const { send, runs, clock, worker, processes } = await startWorker([slow]);
    const id = await send(slow);
    await settle();
    const stopped = worker.stop();
    const later = await send(slow);
    await clock.advance(10_000);
    expect(calls).toHaveLength(1);
    calls[0]?.gate.open("finished");
    await clock.advance(10);
    await stopped;
    expect(await runs.find(id)).toMatchObject({ state: "succeeded", result: "finished" });
    expect((await runs.find(later))?.state).toBe("ready");
    expect(runs.processes.has(processes.latest)).toBe(false);
    expect(clock.waiting).toBe(0);
  });

  it("hands back what does not end within the grace time, as an attempt that shows why", async () => {
    const { task: slow } = gated({ signalled: true });
    const { send, runs, clock, worker } = await startWorker([slow], { graceMs: 5_000 });
    const id = await send(slow);
    await settle();
    const stopped = worker.stop();
    await clock.advance(5_100);
    await stopped;
    expect(await runs.find(id)).toMatchObject({ state: "scheduled", attempt: 1 });
    expect(runs.attempts.get(id)).toMatchObject([{ number: 1, outcome: "retried", error: { code: "worker_stopped" } }]);
  });

  it("ends a run that must not be begun again", async () => {
    const { task: slow } = gated({ signalled: true, onLost: "fail" });
    const { send, runs, clock, worker } = await startWorker([slow], { graceMs: 100 });
    const id = await send(slow);
    await settle();
    const stopped = worker.stop();
    await clock.advance(200);
    await stopped;
    expect(await runs.find(id)).toMatchObject({ state: "lost", error: { code: "worker_stopped" } });
  });

  it("does not wait for a task that ignores its signal", async () => {
    const { task: deaf } = gated();
    const { send, runs, clock, worker } = await startWorker([deaf], { graceMs: 100 });
    const id = await send(deaf);
    await settle();
    const stopped = worker.stop();
    await clock.advance(1_200);
    await stopped;
    expect((await runs.find(id))?.state).toBe("scheduled");
  });

  it("waits no longer when it is told to be quick", async () => {
    const { task: slow } = gated({ signalled: true });
    const { send, clock, worker } = await startWorker([slow]);
    await send(slow);
    await settle();
    const quick = new AbortController();
    const stopped = worker.stop(quick.signal);
    await clock.advance(1_000);
    quick.abort();
    await clock.advance(10);
    await stopped;
  });

  it("can be done twice, and the console is the process's again", async () => {
    const original = console.log;
    const { worker, stop } = await startWorker([]);
    expect(console.log).not.toBe(original);
    await stop();
    await worker.stop();
    expect(console.log).toBe(original);
  });
});

describe("a promise that a task leaves lying", () => {
  it("is told when it is rejected, and ends nothing", async () => {
    const careless = task("app.careless", {
      run: async () => {
        void Promise.reject(new Error("nobody listens"));
        return "fine";
      },
    });
    const { send, runs, logged } = await startWorker([careless]);
    const id = await send(careless);
    await settle(20);
    expect(await runs.find(id)).toMatchObject({ state: "succeeded" });
    expect(logged.join("\n")).toContain("a task left a promise that was rejected: nobody listens");
  });
});

describe("a database that is away", () => {
  it("loses no outcome, and is told once", async () => {
    const noop = task("app.noop", { run: () => "kept" });
    const { send, runs, clock, logged } = await startWorker([noop]);
    const finish = vi.spyOn(runs, "finish").mockRejectedValue(new Error("disk full"));
    const id = await send(noop);
    await clock.advance(5_000);
    expect((await runs.find(id))?.state).toBe("running");
    finish.mockRestore();
    await clock.advance(5_000);
    expect(await runs.find(id)).toMatchObject({ state: "succeeded", result: "kept" });
    expect(logged.filter((line) => line.includes("disk full"))).toHaveLength(1);
  });
});
