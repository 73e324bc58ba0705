import { describe, expect, expectTypeOf, it } from "vitest";
import { z } from "zod";
import type { TaskContext } from "./context.ts";
import type { Send, SentRun } from "./send.ts";
import { isTask, noteCreatedTasks, task } from "./task.ts";

const typed = task("app.typed", {
  input: z.object({ count: z.number().default(1), at: z.string().transform(Number) }),
  run: async ({ count, at }, { attempt }) => count + at + attempt,
});
const checked = task("app.checked", { output: z.object({ n: z.number() }), run: () => ({ n: 1 }) });
const plain = task("app.plain", { run: ({ args, kwargs }) => [args.length, Object.keys(kwargs)] });

// Two tasks that send each other, as those of two apps do.
const ping = task("app.ping", {
  run: async (_, { send }) => {
    await send(pong);
  },
});
const pong = task("app.pong", {
  run: async (_, { send }) => {
    const sent = await send(ping);
    return sent.id;
  },
});

describe("task", () => {
  it("is recognised by its brand and not by its class", () => {
    expect(isTask(typed)).toBe(true);
    expect(isTask({ name: "app.typed", run() {} })).toBe(false);
    expect(isTask(undefined)).toBe(false);
  });

  it("fills the defaults in", () => {
    expect(plain.options).toMatchObject({ queue: null, priority: 5, timeLimitMs: 86_400_000, onLost: "retry" });
    expect(plain.options.retry.limit).toBe(0);
  });

  it("types what it is sent with, what it is given and what it returns", () => {
    const send = (async () => ({}) as SentRun<never>) as unknown as Send;
    expectTypeOf(send(typed, { at: "1" })).resolves.toEqualTypeOf<SentRun<number>>();
    expectTypeOf(send(checked)).resolves.toEqualTypeOf<SentRun<{ n: number }>>();
    expectTypeOf(send<typeof typed>("app.typed", { at: "1", count: 2 })).resolves.toEqualTypeOf<SentRun<number>>();
    expectTypeOf(send(plain, { args: [1] })).resolves.toExtend<SentRun>();
    expectTypeOf(send("app.any", { anything: true })).resolves.toExtend<SentRun>();
    expectTypeOf(send(pong)).resolves.toEqualTypeOf<SentRun<string>>();
    // @ts-expect-error: the schema wants a text
    void send(typed, { at: 1 });
    // @ts-expect-error: the input may not be left out
    void send(typed);
    expectTypeOf(typed.run).parameter(1).toEqualTypeOf<TaskContext>();
  });

  it.each([
    ["", {}, "cannot be a task's name"],
    ["two words", {}, "'two words' cannot be a task's name"],
    ["app.x", { priority: 10 }, "option 'priority' of task 'app.x' is 10: expected a whole number from 0 to 9"],
    ["app.x", { timeLimitMs: 0 }, "option 'timeLimitMs' of task 'app.x' is 0"],
    ["app.x", { retry: { limit: -1 } }, "option 'retry.limit' of task 'app.x' is -1"],
    ["app.x", { retry: {} }, "option 'retry.limit' of task 'app.x' is undefined: expected how many times"],
    ["app.x", { retry: { limit: 1, backoff: "linear" } }, "option 'retry.backoff' of task 'app.x' is 'linear'"],
    ["app.x", { onLost: "ignore" }, `expected "retry" or "fail"`],
    ["app.x", { queue: "" }, "option 'queue' of task 'app.x' is ''"],
    ["app.x", { input: { type: "object" } }, "expected a Standard Schema"],
    ["app.x", { positional: ["a"] }, "option 'positional'"],
    ["app.x", { timeLimit: 1 }, "task 'app.x' has an unknown option 'timeLimit'; did you mean 'timeLimitMs'?"],
    ["app.x", { colour: 1 }, "task 'app.x' has an unknown option 'colour'; expected one of "],
    ["app.x", { run: "later" }, "task 'app.x' has no 'run'"],
  ])("refuses %j with %j", (name, definition, text) => {
    const make = () => task(name, { run() {}, ...definition } as never);
    expect(make).toThrow(expect.objectContaining({ code: "invalid_task", message: expect.stringContaining(text) }));
  });

  it("is noted while somebody notes what is made", () => {
    const notes = noteCreatedTasks();
    const made = task("app.noted", { run() {} });
    expect([...notes.stop()]).toEqual([made]);
    const after = noteCreatedTasks().stop();
    expect(after.size).toBe(0);
  });
});
