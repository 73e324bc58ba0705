import type { Kysely } from "kysely";
import { afterEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { periodicTask } from "../../src/task/periodic-task.ts";
import { task } from "../../src/task/task.ts";
import { createTestApp, type TestApp, type TestAppOptions } from "../../src/testing.ts";

let made: TestApp[] = [];
afterEach(async () => {
  await Promise.all(made.map((app) => app.close()));
  made = [];
});

async function testApp(options: TestAppOptions): Promise<TestApp> {
  const app = await createTestApp(options);
  made.push(app);
  return app;
}

const double = task("app.double", { input: z.object({ n: z.number() }), run: ({ n }) => n * 2 });
const parent = task("app.parent", {
  input: z.object({ n: z.number() }),
  run: async ({ n }, { send, log }) => {
    log.info(`doubling ${n}`);
    const child = await send(double, { n });
    return (await child.result()) + 1;
  },
});

describe("a project in memory", () => {
  test("executes nothing before it is told to, and then everything that follows", async () => {
    const app = await testApp({ tasks: [double, parent] });
    const run = await app.send(parent, { n: 4 });
    expect(await app.run(run.id)).toMatchObject({ state: "ready", task: "app.parent", input: { n: 4 } });
    await app.expectNotSent(double);
    await app.runUntilIdle();
    expect(await run.result()).toBe(9);
    const [child] = await app.expectSent(double, { n: 4 }, { times: 1 });
    expect(child).toMatchObject({ parentId: run.id, state: "succeeded", result: 8 });
    expect(await app.log(run.id)).toContain("doubling 4");
    expect((await app.sent()).map(({ task: name }) => name)).toEqual(["app.parent", "app.double"]);
  });

  test("says in an AssertionError what was sent in place of what was expected", async () => {
    const app = await testApp({ tasks: [double] });
    await app.send(double, { n: 1 });
    const failure = app.expectSent(double, { n: 2 });
    await expect(failure).rejects.toMatchObject({ code: "ERR_ASSERTION", message: expect.stringContaining("n: 1") });
    await expect(app.expectNotSent(double, { n: 1 })).rejects.toThrow("0 times");
  });

  test("executes at once what an eager app sends, and answers results in one call", async () => {
    const app = await testApp({ tasks: [double, parent], eager: true });
    const { id } = await app.send(parent, { n: 1 });
    expect(await app.run(id)).toMatchObject({ state: "succeeded", result: 3 });
    expect(await app.execute(double, { n: 21 })).toBe(42);
    const fails = task("app.fails", {
      run: () => {
        throw new Error("no");
      },
    });
    const other = await testApp({ tasks: [fails] });
    await expect(other.execute(fails)).rejects.toMatchObject({
      code: "run_failed",
      message: expect.stringContaining("no"),
    });
    await expect(app.send(double, { n: "one" } as never)).rejects.toMatchObject({ code: "invalid_input" });
  });

  test("lets delays, retries and expiries come with the clock alone", async () => {
    let attempts = 0;
    const flaky = task("app.flaky", {
      retry: { limit: 2, delayMs: 60_000, backoff: "fixed" },
      run: () => {
        attempts += 1;
        if (attempts < 3) throw new Error("not yet");
        return attempts;
      },
    });
    const app = await testApp({ tasks: [double, flaky], now: "2026-03-01T00:00:00Z" });
    const late = await app.send(double, { n: 1 }, { countdown: 3_600 });
    const tried = await app.send(flaky);
    await app.runUntilIdle();
    expect(attempts).toBe(1);
    expect(await app.run(late.id)).toMatchObject({ state: "scheduled", availableAt: app.now() + 3_600_000 });
    await expect(late.result()).rejects.toMatchObject({ code: "result_timeout" });
    await app.advance("10 min");
    expect(await app.run(tried.id)).toMatchObject({ state: "succeeded", attempt: 3, result: 3 });
    await app.advance("50 min");
    expect(await late.result()).toBe(2);
    expect(new Date(app.now()).toISOString()).toBe("2026-03-01T01:00:00.000Z");
    await expect(app.advance("soon")).rejects.toMatchObject({ code: "invalid_test_time" });
  });

  test("fires schedules at their instants", async () => {
    const nominal: (number | undefined)[] = [];
    const nightly = task("app.nightly", { run: (_input, { nominalAt }) => void nominal.push(nominalAt) });
    const app = await testApp({
      tasks: [nightly],
      periodicTasks: [
        periodicTask({
          task: nightly,
          name: "every night",
          schedules: [{ kind: "crontab", expression: "30 2 * * *", zone: "Asia/Tokyo" }],
        }),
      ],
      now: Date.UTC(2026, 0, 1),
    });
    await app.advance("3 days");
    expect(nominal).toEqual([1, 2, 3].map((day) => Date.UTC(2026, 0, day, 17, 30)));
    expect((await app.sent(nightly)).map(({ state }) => state)).toEqual(["succeeded", "succeeded", "succeeded"]);
    await app.advanceTo("2026-01-04T17:29:59Z");
    await app.tick();
    await app.expectSent(nightly, undefined, { times: 3 });
  });

  test("gives tasks the apps' tables, and sends in transactions on them", async () => {
    const models = { note: { table: "note", "~row": {} as { id: number } } } as const;
    const noting = task("shop.noting", {
      input: z.object({ id: z.number(), fails: z.boolean() }),
      run: ({ id, fails }, { db, send }) =>
        db(models)
          .transaction()
          .execute(async (transaction) => {
            await transaction.insertInto("note").values({ id }).execute();
            await send(double, { n: id }, { transaction });
            if (fails) throw new Error("thought better of it");
          }),
    });
    const migration = {
      up: (db: Kysely<unknown>) => db.schema.createTable("note").addColumn("id", "integer").execute(),
    };
    const app = await testApp({
      apps: [{ name: "shop", tasks: { double, noting }, models, migrations: { "0001-note": migration } }],
    });
    await app.execute(noting, { id: 1, fails: false });
    await expect(app.execute(noting, { id: 2, fails: true })).rejects.toThrow("thought better of it");
    expect(await app.db(models).selectFrom("note").selectAll().execute()).toEqual([{ id: 1 }]);
    await app.expectSent(double, { n: 1 }, { times: 1 });
    await app.expectNotSent(double, { n: 2 });
  });

  test("names the task that never ends, and lets a time limit end one that listens", async () => {
    const hangs = task("app.hangs", { run: () => new Promise(() => {}) });
    const app = await testApp({ tasks: [hangs], timeoutMs: 50 });
    await app.send(hangs);
    await expect(app.runUntilIdle()).rejects.toMatchObject({
      code: "not_idle",
      message: expect.stringContaining("app.hangs"),
    });
    const listens = task("app.listens", {
      timeLimitMs: 30,
      run: (_input, { signal }) =>
        new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
    });
    const other = await testApp({ tasks: [listens] });
    await expect(other.execute(listens)).rejects.toThrow("30 ms");
  });

  test("refuses what discovery refuses", async () => {
    const again = task("app.double", { run: () => 1 });
    await expect(
      createTestApp({
        apps: [
          { name: "one", tasks: { double } },
          { name: "two", tasks: { again } },
        ],
      }),
    ).rejects.toMatchObject({
      code: "duplicate_task",
    });
    await expect(createTestApp({ config: { timeZone: "Nowhere" } })).rejects.toMatchObject({ code: "config_invalid" });
  });
});
