import { afterEach, describe, expect, it } from "vitest";
import {
  createTestWorker,
  gate,
  settle,
  type TestWorker,
  type TestWorkerOptions,
} from "../../test/support/test-worker.ts";
import type { WorkerListener } from "../control/worker-control.ts";
import { type AnyTask, task } from "../task/task.ts";

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

function gated(name = "app.gated") {
  const gates: ReturnType<typeof gate<void>>[] = [];
  const made = task(name, {
    run: () => {
      const mine = gate();
      gates.push(mine);
      return mine.promise;
    },
  });
  return { task: made, gates, open: () => gates.splice(0).map((one) => one.open()) };
}

describe("a worker that is told so from outside", () => {
  it("executes more at once, or fewer", async () => {
    const slow = gated();
    const { worker, send } = await startWorker([slow.task], { concurrency: 1 });
    for (let n = 0; n < 5; n += 1) await send(slow.task);
    await settle();
    expect(worker.control.executing()).toHaveLength(1);
    worker.control.setConcurrency(3);
    await settle(20);
    expect(worker.control.concurrency).toBe(3);
    expect(worker.control.executing()).toHaveLength(3);
    worker.control.setConcurrency(1);
    slow.open();
    await settle(20);
    expect(worker.control.executing()).toHaveLength(1);
    slow.open();
    await settle(20);
    slow.open();
  });

  it("takes up a queue and leaves it", async () => {
    const { worker, runs, client, clock } = await startWorker([task("app.hello", { run: () => "hello" })]);
    const first = await client.send("app.hello", undefined, { queue: "extra" });
    await clock.advance(1_500);
    expect(await runs.find(first.id)).toMatchObject({ state: "ready" });
    await worker.control.addQueue("extra");
    await settle(20);
    expect(await runs.find(first.id)).toMatchObject({ state: "succeeded" });
    expect(worker.control.queues()).toEqual(["default", "extra"]);
    await worker.control.removeQueue("extra");
    await settle();
    const second = await client.send("app.hello", undefined, { queue: "extra" });
    await clock.advance(1_500);
    expect(await runs.find(second.id)).toMatchObject({ state: "ready" });
  });

  it("lets the runs of a task begin no more often than it is allowed", async () => {
    const begun: number[] = [];
    const { worker, send, clock } = await startWorker([
      task("app.often", { run: () => void begun.push(clockOf()) }),
      task("app.free", { run: () => "free" }),
    ]);
    const from = clock.now();
    const clockOf = () => clock.now() - from;
    worker.control.setRateLimit("app.often", { count: 2, perMs: 1_000 });
    for (let n = 0; n < 4; n += 1) await send("app.often");
    await send("app.free");
    await settle(20);
    expect(begun).toEqual([0]);
    expect(worker.control.executed()).toEqual(
      new Map([
        ["app.often", 1],
        ["app.free", 1],
      ]),
    );
    await clock.advance(3_000);
    expect(begun).toHaveLength(4);
    begun.forEach((at, index) => {
      expect(at).toBeGreaterThanOrEqual(index * 500 - 50);
    });
    worker.control.setRateLimit("app.often", null);
    for (let n = 0; n < 5; n += 1) await send("app.often");
    await settle(20);
    expect(begun).toHaveLength(9);
  });

  it("ends the runs of a task at another limit", async () => {
    const stuck = task("app.stuck", {
      timeLimitMs: 60_000,
      run: (_, { signal }) =>
        new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
    });
    const { worker, send, runs, clock } = await startWorker([stuck]);
    worker.control.setTimeLimits("app.stuck", { hardMs: 2_000 });
    const id = await send(stuck);
    await clock.advance(2_500);
    expect(await runs.find(id)).toMatchObject({ state: "failed", error: { code: "time_limit" } });
  });

  it("asks the runs of a task to stop at a soft limit beside the hard one", async () => {
    const heard: string[] = [];
    const patient = task("app.patient", {
      run: (_, { signal }) =>
        new Promise((resolve) =>
          signal.addEventListener("abort", () => {
            heard.push((signal.reason as { code: string }).code);
            setImmediate(() => resolve("what there was"));
          }),
        ),
    });
    const { worker, send, runs, clock } = await startWorker([patient]);
    worker.control.setTimeLimits("app.patient", { softMs: 1_000, hardMs: 5_000 });
    const id = await send(patient);
    await clock.advance(1_500);
    expect(heard).toEqual(["soft_time_limit"]);
    expect(await runs.find(id)).toMatchObject({ state: "succeeded", result: "what there was" });
  });

  it("does not execute what was revoked before it came", async () => {
    const called: string[] = [];
    const { send, runs } = await startWorker([task("app.hello", { run: () => void called.push("hello") })], {
      isRevoked: () => true,
    });
    const id = await send("app.hello");
    await settle(20);
    expect(called).toEqual([]);
    expect(await runs.find(id)).toMatchObject({ state: "cancelled", error: { name: "TaskRevokedError" } });
  });
});

describe("what a worker's listener hears", () => {
  it("is each run's coming, beginning and end, in that order", async () => {
    const heard: string[] = [];
    const listener: WorkerListener = {
      received: ({ task: name }) => void heard.push(`received ${name}`),
      started: ({ task: name }) => void heard.push(`started ${name}`),
      ended: ({ task: name }, end) =>
        void heard.push(
          `${end.kind} ${name} ${"error" in end ? end.error.message : JSON.stringify("result" in end ? end.result : null)}`,
        ),
    };
    const { send, clock } = await startWorker(
      [
        task("app.double", { run: () => 2 }),
        task("app.fail", {
          retry: { limit: 1, backoff: "fixed", delayMs: 1_000 },
          run: () => {
            throw new Error("boom");
          },
        }),
      ],
      { listener },
    );
    await send("app.double");
    await settle(20);
    expect(heard.splice(0)).toEqual(["received app.double", "started app.double", "succeeded app.double 2"]);
    await send("app.fail");
    await clock.advance(10_000);
    expect(heard).toEqual([
      "received app.fail",
      "started app.fail",
      "retried app.fail boom",
      "received app.fail",
      "started app.fail",
      "failed app.fail boom",
    ]);
  });
});
