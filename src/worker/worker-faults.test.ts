import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, it, vi } from "vitest";
import {
  createTestWorker,
  gate,
  settle,
  type TestWorker,
  type TestWorkerOptions,
} from "../../test/support/test-worker.ts";
import { type AnyTask, task } from "../task/task.ts";

const open: TestWorker[] = [];
afterEach(async () => {
  for (const worker of open.splice(0)) await worker.stop();
});

async function startWorker(tasks: readonly AnyTask[], options?: TestWorkerOptions): Promise<TestWorker> {
  const started = createTestWorker(tasks, options);
  open.push(started);
  await started.worker.start();
  return started;
}

describe("runs at the same time", () => {
  it("each have their own log, of what they write directly and what functions they call write later", async () => {
    const ends = gate();
    const shared = async (name: unknown) => {
      console.log("first", name);
      await ends.promise;
      await new Promise<void>((resolve) => {
        setImmediate(() => {
          console.log("last", name);
          resolve();
        });
      });
    };
    const talks = task("app.talks", {
      run: async ({ args: [name] }, { log }) => {
        log.info("own", name);
        await shared(name);
      },
    });
    const { send, logs } = await startWorker([talks]);
    const ids = await Promise.all(["a", "b", "c"].map((name) => send(talks, { args: [name] })));
    await settle();
    ends.open();
    await vi.waitFor(() => expect(ids.filter((id) => logs.text(id).includes("last"))).toHaveLength(3));
    for (const [n, id] of ids.entries()) {
      const words = logs.text(id).replaceAll(/^\S+ INFO /gm, "");
      const name = "abc"[n];
      expect(words).toBe(`own ${name}\nfirst ${name}\nlast ${name}\n`);
    }
  });
});

describe("a task's own policy", () => {
  it("that throws ends the run with the task's error, and is told in the log", async () => {
    const fails = task("app.fails", {
      retry: {
        limit: 3,
        on: () => {
          throw new Error("bad policy");
        },
      },
      run: () => {
        throw new Error("the task's error");
      },
    });
    const { send, runs, logs } = await startWorker([fails]);
    const id = await send(fails);
    await settle();
    expect(await runs.find(id)).toMatchObject({ state: "failed", error: { message: "the task's error" } });
    expect(logs.text(id)).toContain("bad policy");
  });
});

describe("a task that never ends", () => {
  it("frees its slot after its time limit, and what it still writes goes nowhere", async () => {
    let write = (_text: string) => {};
    const stuck = task("app.stuck", {
      timeLimitMs: 1_000,
      run: (_, { log }) => {
        write = log.info;
        return new Promise(() => {});
      },
    });
    const quick = task("app.quick", { run: () => "quick" });
    const { send, runs, logs, clock } = await startWorker([stuck, quick], { concurrency: 1 });
    const id = await send(stuck);
    const next = await send(quick);
    await clock.advance(10_000);
    expect(await runs.find(id)).toMatchObject({ state: "failed", error: { code: "time_limit" } });
    expect(await runs.find(next)).toMatchObject({ state: "succeeded" });
    write("too late");
    await clock.advance(1_000);
    expect(logs.text(id)).not.toContain("too late");
  });
});

describe("progress", () => {
  it("is written a few times a second, however often it is told", async () => {
    const ends = gate();
    const counts = task("app.counts", {
      run: async (_, { progress }) => {
        for (let current = 1; current <= 10_000; current += 1) progress({ current, total: 10_000 });
        await ends.promise;
      },
    });
    const { send, runs, clock } = await startWorker([counts]);
    const written = vi.spyOn(runs, "progress");
    const id = await send(counts);
    await clock.advance(1_000);
    expect(written).toHaveBeenCalledTimes(1);
    expect((await runs.find(id))?.progress).toEqual({ current: 10_000, total: 10_000 });
    ends.open();
  });

  it("that is none is passed over, and keeps nobody's outcome back", async () => {
    const odd = task("app.odd", {
      run: (_, { progress }) => {
        progress({ current: 3n as never });
        progress({ current: Number.NaN });
        progress({ current: 2, total: 0 / 0, text: "x".repeat(5_000) });
        return "fine";
      },
    });
    const { send, runs } = await startWorker([odd]);
    const id = await send(odd);
    await settle();
    const run = await runs.find(id);
    expect(run).toMatchObject({ state: "succeeded", result: "fine", progress: { current: 2 } });
    expect(run?.progress?.text).toHaveLength(1_000);
    expect(run?.progress).not.toHaveProperty("total");
  });
});

describe("a store that fails", () => {
  const noop = task("app.noop", { run: () => 1 });
  const full = () => Promise.reject(new Error("disk full"));

  it("is told when it begins to and when that is over, each time anew", async () => {
    const { send, runs, clock, logged } = await startWorker([noop]);
    const count = (text: string) => logged.filter((line) => line.includes(text)).length;
    for (const time of [1, 2]) {
      const finish = vi.spyOn(runs, "finish").mockImplementation(full);
      const id = await send(noop);
      await clock.advance(20_000);
      expect(count("disk full")).toBe(time);
      expect(count("well again")).toBe(time - 1);
      finish.mockRestore();
      await clock.advance(20_000);
      expect((await runs.find(id))?.state).toBe("succeeded");
      expect(count("well again")).toBe(time);
    }
  });

  it.each(["claim", "begin", "sweep", "cancelled", "giveBack", "nextScheduledAt"] as const)(
    "in %s loses no run",
    async (method) => {
      const slow = task("app.slow", { onLost: "fail", run: () => sleep(5, "slow") });
      const { send, runs, clock } = await startWorker([noop, slow], { concurrency: 2 });
      const broken = vi.spyOn(runs, method).mockImplementation(full);
      const ids = [await send(slow), await send(noop), await send("app.unknown"), await send(slow), await send(noop)];
      await clock.advance(10_000);
      broken.mockRestore();
      const known = ids.filter((_, n) => n !== 2);
      await vi.waitFor(async () => {
        await clock.advance(6_000);
        for (const id of known) expect(await runs.find(id)).toMatchObject({ state: "succeeded", attempt: 1 });
      });
      expect(await runs.find(ids[2] ?? "")).toMatchObject({
        state: expect.stringMatching(/scheduled|ready/),
        attempt: 0,
      });
    },
  );

  it("keeps a worker from stopping no longer than it must", async () => {
    const { send, runs, worker, clock, logged } = await startWorker([noop]);
    vi.spyOn(runs, "finish").mockImplementation(full);
    await send(noop);
    await settle();
    let isStopped = false;
    void worker.stop().then(() => {
      isStopped = true;
    });
    await clock.advance(30_000);
    expect(isStopped).toBe(true);
    expect(logged.join("\n")).toContain("not everything could be written");
  });

  it("when the lease is to be taken anew is asked until it answers, without turning in circles", async () => {
    const { send, runs, processes, clock } = await startWorker([noop]);
    const register = vi.spyOn(processes, "register").mockImplementation(full);
    const claim = vi.spyOn(runs, "claim");
    processes.lose(processes.latest);
    await clock.advance(60_000);
    expect(register.mock.calls.length).toBeLessThan(60);
    expect(claim.mock.calls.length).toBeLessThan(5);
    register.mockRestore();
    await clock.advance(5_000);
    const id = await send(noop);
    await clock.advance(1_000);
    expect((await runs.find(id))?.state).toBe("succeeded");
  });
});
