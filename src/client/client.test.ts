import { describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { FakeClock, settle } from "../../test/support/fake-clock.ts";
import { MemoryRunStore } from "../../test/support/memory-run-store.ts";
import { HyoshiError } from "../base/error.ts";
import { systemRandom } from "../base/random.ts";
import { LocalWake } from "../base/wake.ts";
import { group, signature } from "../canvas/signature.ts";
import type { Outcome } from "../run/run-store.ts";
import { TaskRegistry } from "../task/registry.ts";
import { type AnyTask, task } from "../task/task.ts";
import { Client, type RemoteTask } from "./client.ts";

const typed = task("app.typed", {
  input: z.object({ n: z.number() }),
  queue: "numbers",
  priority: 7,
  run: ({ n }) => n,
});
const plain = task("app.plain", { onLost: "fail", run() {} });

function setUp(remote: readonly RemoteTask[] = []) {
  const clock = new FakeClock();
  const wake = new LocalWake();
  const runs = new MemoryRunStore(() => wake.tellAll());
  const registry = new TaskRegistry();
  for (const made of [typed, plain] as AnyTask[]) registry.add({ task: made, app: "app", file: null });
  const client = new Client({
    runs,
    wake,
    clock,
    random: systemRandom,
    registry,
    findRemote: async (name) => remote.find((one) => one.name === name),
    defaultQueue: "default",
  });
  /** Ends a run as a worker would. */
  const finish = async (id: string, end: Partial<Outcome> = {}) => {
    const [claimed] = await runs.claim({ processId: 1, queues: ["default", "numbers"], limit: 1, now: clock.now() });
    expect(claimed?.id).toBe(id);
    const attempt = { id, claim: 1, attempt: 1, startedAt: clock.now(), endedAt: clock.now() };
    await runs.finish([{ kind: "final", state: "succeeded", ...attempt, ...end } as Outcome]);
  };
  return { client, runs, clock, finish };
}

describe("send", () => {
  it("queues a run with the task's own options", async () => {
    const { client, runs, clock } = setUp();
    const { id, added } = await client.send(typed, { n: 1 });
    expect(added).toBe(true);
    expect(await runs.find(id)).toMatchObject({
      state: "ready",
      task: "app.typed",
      payload: { input: { n: 1 } },
      queue: "numbers",
      priority: 7,
      origin: { kind: "api" },
      availableAt: clock.now(),
      queuedAt: clock.now(),
    });
    expect((await runs.find((await client.send(plain)).id))?.options).toEqual({ onLost: "fail" });
  });

  it("lets what is said for one run win", async () => {
    const { client, runs, clock } = setUp();
    const options = { queue: "other", priority: 0, countdown: 5, expires: 60, timeLimitMs: 9, headers: { a: "b" } };
    const { id } = await client.send(typed, { n: 1 }, options);
    expect(await runs.find(id)).toMatchObject({
      state: "scheduled",
      queue: "other",
      priority: 0,
      availableAt: clock.now() + 5_000,
      expiresAt: clock.now() + 60_000,
      options: { timeLimitMs: 9, headers: { a: "b" } },
    });
  });

  it("refuses an input that does not fit, with the path, and sends nothing", async () => {
    const { client, runs } = setUp();
    const add = vi.spyOn(runs, "add");
    await expect(client.send(typed, { n: "x" } as never)).rejects.toMatchObject({
      code: "invalid_input",
      fields: { issues: [{ path: "/n" }] },
    });
    await expect(client.send("app.typed", { n: 1n })).rejects.toMatchObject({ code: "invalid_input" });
    await expect(client.send(plain, { some: "input" } as never)).rejects.toMatchObject({ code: "invalid_input" });
    await expect(client.send(typed, { n: 1 }, { priority: 11 })).rejects.toMatchObject({ code: "invalid_send_option" });
    await expect(client.send(typed, { n: 1 }, { queue: " " })).rejects.toMatchObject({ code: "invalid_send_option" });
    expect(add).not.toHaveBeenCalled();
  });

  it("refuses what is no option of a send, and what is no task", async () => {
    const { client, runs } = setUp();
    const add = vi.spyOn(runs, "add");
    await expect(client.send(plain, {}, { prioritty: 1 } as never)).rejects.toMatchObject({
      code: "invalid_send_option",
      message: expect.stringContaining("did you mean 'priority'?"),
    });
    const headers = { tenant: 5 } as never;
    await expect(client.send(plain, {}, { headers })).rejects.toMatchObject({ code: "invalid_send_option" });
    const items = [{ task: plain, options: { delay: 5 } as never }];
    await expect(client.sendMany(items)).rejects.toMatchObject({ fields: { option: "delay" } });
    for (const none of [undefined, null, "", 5, group(signature(plain))]) {
      await expect(client.sendMany([{ task: none as never }])).rejects.toMatchObject({ code: "invalid_task" });
    }
    await expect(client.send(undefined as never)).rejects.toMatchObject({
      code: "invalid_task",
      message: expect.stringContaining("import one another in a circle"),
    });
    expect(add).not.toHaveBeenCalled();
  });

  it("refuses options beside a canvas, for they would decide nothing", async () => {
    const { client, runs } = setUp();
    const add = vi.spyOn(runs, "add");
    const send = client.send as (canvas: unknown, input?: unknown, options?: unknown) => Promise<unknown>;
    for (const more of [[undefined, { transaction: {} }], [{ transaction: {} }], [{ n: 1 }]]) {
      await expect(send(signature(typed, { n: 1 }), ...more)).rejects.toMatchObject({ code: "invalid_send_option" });
    }
    expect(add).not.toHaveBeenCalled();
  });

  it("checks a task of another process by what it announced", async () => {
    const checkInput = (input: unknown) => {
      if ((input as { n?: unknown }).n !== 1) throw new HyoshiError("invalid_input", "not one");
    };
    const { client, runs } = setUp([
      { name: "far.typed", queue: "far", priority: 2, checkInput },
      { name: "far.plain", queue: "far", checkInput: null },
    ]);
    await expect(client.send("far.typed", { n: 2 })).rejects.toMatchObject({ message: "not one" });
    const { id } = await client.send("far.typed", { n: 1 });
    expect(await runs.find(id)).toMatchObject({ payload: { input: { n: 1 } }, queue: "far", priority: 2 });
    await expect(client.send("far.plain", { n: 1 })).rejects.toMatchObject({ code: "invalid_input" });
    const plainId = (await client.send("far.plain", { args: [1] })).id;
    expect(await runs.find(plainId)).toMatchObject({ payload: { args: [1], kwargs: {} }, priority: 5 });
  });

  it("sends a task that nobody knows yet to the default queue", async () => {
    const { client, runs } = setUp();
    const { id } = await client.send("nobody.knows", { a: 1 });
    expect(await runs.find(id)).toMatchObject({ queue: "default", payload: { input: { a: 1 } } });
    const other = await client.send("nobody.knows", { kwargs: { a: 1 } });
    expect((await runs.find(other.id))?.payload).toEqual({ args: [], kwargs: { a: 1 } });
  });

  it("makes one run of all sends with one key", async () => {
    const { client, finish } = setUp();
    const first = await client.send(plain, {}, { key: "order 1" });
    const again = await client.send(plain, {}, { key: "order 1" });
    expect(again).toMatchObject({ id: first.id, added: false });
    expect((await client.send(plain, {}, { key: "order 2" })).id).not.toBe(first.id);
    expect((await client.send(typed, { n: 1 }, { key: "order 1" })).id).not.toBe(first.id);
    await finish((await client.send(typed, { n: 1 }, { key: "order 1" })).id);
    expect(await client.send(typed, { n: 1 }, { key: "order 1" })).toMatchObject({ added: false });
  });

  it("joins what is sent at the same time into few writes", async () => {
    const { client, runs } = setUp();
    const add = vi.spyOn(runs, "add");
    const sent = await Promise.all(Array.from({ length: 1_200 }, () => client.send(plain)));
    expect(new Set(sent.map(({ id }) => id)).size).toBe(1_200);
    expect(add.mock.calls.map(([batch]) => batch.length)).toEqual([500, 500, 200]);
  });

  it("fails all sends of a write that failed, and goes on with the next", async () => {
    const { client, runs } = setUp();
    const add = vi.spyOn(runs, "add").mockRejectedValueOnce(new Error("disk full"));
    const answers = await Promise.allSettled([client.send(plain), client.send(plain)]);
    expect(answers.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    add.mockRestore();
    expect(await client.send(plain)).toMatchObject({ added: true });
  });
});

describe("result", () => {
  it("comes when the run has ended", async () => {
    const { client, clock, finish } = setUp();
    const sent = await client.send(typed, { n: 1 });
    const result = sent.result();
    await clock.advance(10);
    await finish(sent.id, { result: { n: 2 } } as Partial<Outcome>);
    await clock.advance(10);
    expect(await result).toEqual({ n: 2 });
    expect(await sent.result()).toEqual({ n: 2 });
    expect(clock.waiting).toBe(0);
  });

  it("looks each second when no hint comes, and not all the time", async () => {
    const { client, clock, runs } = setUp();
    const { result } = await client.send(plain);
    const find = vi.spyOn(runs, "find");
    void result();
    await clock.advance(10_000);
    expect(find.mock.calls.length).toBeLessThanOrEqual(12);
  });

  it.each(["failed", "cancelled", "lost"] as const)("fails when the run was %s", async (state) => {
    const { client, finish } = setUp();
    const sent = await client.send(plain);
    await finish(sent.id, { state, error: { name: "Error", message: "the reason" } } as Partial<Outcome>);
    await expect(sent.result()).rejects.toMatchObject({
      code: `run_${state}`,
      message: expect.stringMatching(/^run '.*' of task 'app.plain' .*: the reason$/),
    });
  });

  it("fails when the run does not end in time, and leaves nothing behind", async () => {
    const { client, clock } = setUp();
    const sent = await client.send(plain);
    const result = expect(sent.result({ timeoutMs: 2_500 })).rejects.toMatchObject({
      code: "result_timeout",
      message: expect.stringContaining("had not ended after 2500 ms: it is ready"),
    });
    await clock.advance(2_500);
    await result;
    await settle();
    expect(clock.waiting).toBe(0);
  });

  it("fails for a run that is not there", async () => {
    const { client } = setUp();
    await expect(client.result("nothing")).rejects.toMatchObject({ code: "run_not_found" });
  });
});
