import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { composeApp } from "../../src/app/app.ts";
import { checkConfig } from "../../src/app/config-check.ts";
import type { ProjectDatabase } from "../../src/app/open-database.ts";
import { startWorker } from "../../src/app/run-worker.ts";
import { type Logger, silentLogger } from "../../src/base/logger.ts";
import { signature } from "../../src/canvas/signature.ts";
import type { NewRun } from "../../src/run/run.ts";
import { HOOKS, type Hooks } from "../../src/task/hooks.ts";
import { TaskRegistry } from "../../src/task/registry.ts";
import { task } from "../../src/task/task.ts";
import { createTestApp } from "../../src/testing.ts";
import { openTestDatabase } from "../support/database.ts";
import { eventually } from "../support/eventually.ts";
import { makeTables } from "../support/make-tables.ts";
import { openPostgresTestDatabase } from "../support/postgres-database.ts";
import { createTestProject } from "../support/project.ts";

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const fine = task("app.fine", { run: () => "fine" });
const flaky = task("app.flaky", {
  retry: { limit: 1, backoff: "fixed", delayMs: 1 },
  run: (_input, { attempt }) => {
    if (attempt === 1) throw new Error("not yet");
  },
});
const broken = task("app.broken", {
  run: () => {
    throw new TypeError("no");
  },
});
const waits = task("app.waits", {
  run: (_input, { signal }) =>
    new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
});

const replacing = task("app.replacing", { run: (_input, { replace }) => replace(signature(fine)) });
const once = task("app.once", { onLost: "fail", run: () => {} });

async function projectWith(hooks: Hooks, open: () => Promise<ProjectDatabase> = openTestDatabase) {
  const database = await open();
  const { config, problems } = checkConfig({ apps: [], hooks }, { env: {}, workingFolder: "/nowhere", file: null });
  if (config === undefined) throw new Error(JSON.stringify(problems));
  const registry = new TaskRegistry();
  for (const one of [fine, flaky, broken, waits, once, replacing]) registry.add({ task: one, app: "app", file: null });
  const logged: string[] = [];
  const logger: Logger = { ...silentLogger, error: (_fields, text) => void logged.push(text), child: () => logger };
  const discovery = { apps: [], registry, periodicTasks: [], problems: [] };
  const app = composeApp({ config, database, logger, discovery });
  closing.push(() => app.close());
  const worker = await startWorker(app, { name: "w1" });
  let stopped: Promise<void> | undefined;
  const stop = () => {
    stopped ??= worker.stop();
    return stopped;
  };
  closing.push(stop);
  return { app, logged, stop };
}

/** Hooks that note what they are told. */
function noting() {
  const told: { readonly hook: keyof Hooks; readonly event: Record<string, unknown> }[] = [];
  const note = (hook: keyof Hooks) => (event: object) =>
    void told.push({ hook, event: event as Record<string, unknown> });
  const hooks = Object.fromEntries(HOOKS.map((hook) => [hook, note(hook)])) as Hooks;
  const of = (id: string) => told.filter(({ event }) => event.id === id).map(({ hook }) => hook);
  const event = (hook: keyof Hooks, id?: string) =>
    told.find((one) => one.hook === hook && (id === undefined || one.event.id === id))?.event;
  return { hooks, told, of, event };
}

test("hooks are told what is sent, what becomes of it, and that the worker begins and stops", async () => {
  const { hooks, of, event } = noting();
  const { app, stop } = await projectWith(hooks);
  const succeeded = await app.client.send(fine, {}, { headers: { from: "test" }, priority: 7 });
  const retried = await app.client.send(flaky);
  const failed = await app.client.send(broken);
  const cancelled = await app.client.send(waits);
  await Promise.allSettled([succeeded, retried, failed].map((run) => run.result({ timeoutMs: 20_000 })));
  await eventually(async () => (await app.runs.find(cancelled.id))?.attempt === 1);
  await app.runs.cancel({ ids: [cancelled.id], by: "ops", now: app.clock.now() });
  await eventually(() => of(cancelled.id).includes("runCancelled"));
  await stop();
  expect(of(succeeded.id)).toEqual(["beforeSend", "afterSend", "runStarted", "runSucceeded"]);
  expect(of(retried.id)).toEqual([
    ...["beforeSend", "afterSend", "runStarted", "runRetried"],
    ...["runStarted", "runSucceeded"],
  ]);
  expect(of(failed.id)).toEqual(["beforeSend", "afterSend", "runStarted", "runFailed"]);
  expect(of(cancelled.id)).toEqual(["beforeSend", "afterSend", "runStarted", "runCancelled"]);
  expect(event("afterSend", succeeded.id)).toMatchObject({
    ...{ task: "app.fine", queue: "default", priority: 7, added: true, origin: "api" },
    ...{ headers: { from: "test" }, rootId: succeeded.id, parentId: undefined },
  });
  expect(event("runSucceeded", succeeded.id)).toMatchObject({ result: "fine", attempt: 1, worker: "w1" });
  expect(event("runRetried", retried.id)).toMatchObject({ attempt: 1, error: { message: "not yet" } });
  expect(event("runFailed", failed.id)).toMatchObject({ state: "failed", error: { name: "TypeError", message: "no" } });
  expect(event("workerReady")).toMatchObject({ worker: "w1", queues: ["default"], concurrency: 10, pid: process.pid });
  expect(event("workerStopping")).toEqual(event("workerReady"));
});

test.each([
  ["SQLite", openTestDatabase],
  ["PostgreSQL", openPostgresTestDatabase],
])("hooks are told of runs that end without a worker, on %s", async (_name, open) => {
  const { hooks, of, event } = noting();
  const { app } = await projectWith(hooks, open);
  const unserved = { queue: "unserved" };
  const expired = await app.client.send(fine, {}, { ...unserved, expires: 0.2 });
  const cancelled = await app.client.send(fine, {}, unserved);
  const lost = await app.client.send(once, {}, unserved);
  const returned = await app.client.send(fine, {}, unserved);
  const now = app.clock.now();
  await app.runs.cancel({ ids: [cancelled.id], by: "ops", now });
  // Twice is once.
  await app.runs.cancel({ ids: [cancelled.id], by: "ops", now });
  // A process that nobody knows has begun it.
  const claimed = await app.runs.claim({ processId: 4_711, queues: ["unserved"], limit: 10, now });
  const mine = claimed.filter(({ id }) => id === lost.id);
  await app.runs.cancel({ ids: [returned.id], by: "ops", now });
  expect(of(returned.id)).not.toContain("runDropped");
  await app.runs.giveBack(claimed.filter(({ id }) => id !== lost.id));
  await app.runs.begin(mine, now);
  const dropped = ["beforeSend", "afterSend", "runDropped"];
  await eventually(() => of(expired.id).length === 3 && of(lost.id).length === 3, { within: 20_000 });
  expect(of(expired.id)).toEqual(dropped);
  expect(of(cancelled.id)).toEqual(dropped);
  expect(of(lost.id)).toEqual(["beforeSend", "afterSend", "runFailed"]);
  expect(of(returned.id)).toEqual(dropped);
  expect(event("runDropped", expired.id)).toMatchObject({ state: "expired", error: { name: "Expired" } });
  expect(event("runDropped", cancelled.id)).toMatchObject({ state: "cancelled", task: "app.fine", endedAt: now });
  expect(event("runFailed", lost.id)).toMatchObject({ state: "lost", attempt: 1, startedAt: now });
});

test.each([
  ["SQLite", openTestDatabase],
  ["PostgreSQL", openPostgresTestDatabase],
])("hooks are told of runs that other runs end, on %s", async (_name, open) => {
  const { hooks, of, event } = noting();
  const { app } = await projectWith(hooks, open);
  const now = app.clock.now();
  const given = (id: string, queue: string): NewRun => ({
    ...{ id, task: "app.fine", payload: { args: [], kwargs: {} }, queue, priority: 5, options: {} },
    ...{ origin: { kind: "api" }, availableAt: now, queuedAt: now },
  });
  const lock = { key: "one at a time", rule: "replace", limit: 1, queue: 0 } as const;
  await app.runs.add([{ ...given("older", "unserved"), lock }]);
  expect(await app.runs.add([{ ...given("newer", "unserved"), lock }])).toEqual(["added"]);
  await eventually(() => of("older").length > 0);
  expect(of("older")).toEqual(["runDropped"]);
  expect(event("runDropped", "older")).toMatchObject({ state: "cancelled", error: { name: "Replaced" } });

  // What a run has sent between the request to stop and its end ends with it. No sweep looks for a process below zero.
  await app.runs.add([given("parent", "nobody's")]);
  const [claim] = await app.runs.claim({ processId: -1, queues: ["nobody's"], limit: 1, now });
  await app.runs.begin([{ id: "parent", claim: claim?.claim ?? 0, processId: -1 }], now);
  await app.runs.cancel({ ids: ["parent"], by: "ops", now });
  await app.runs.add([{ ...given("child", "nobody's"), parentId: "parent", rootId: "parent" }]);
  const end = { id: "parent", claim: claim?.claim ?? 0, attempt: 1, startedAt: now, endedAt: now };
  expect(await app.runs.finish([{ ...end, kind: "final", state: "cancelled" }])).toEqual(["done"]);
  await eventually(() => of("child").length > 0);
  expect(of("child")).toEqual(["runDropped"]);
  // The worker whose attempt it was tells of this one.
  expect(of("parent")).toEqual([]);

  const replaced = await app.client.send(replacing);
  expect(await replaced.result({ timeoutMs: 20_000 })).toBe("fine");
  await eventually(() => of(replaced.id).includes("runSucceeded"));
  expect(event("runSucceeded", replaced.id)).toMatchObject({ result: "fine" });
});

test.each([
  [
    "throw",
    () => {
      throw new Error("the hook is broken");
    },
  ],
  ["reject", () => Promise.reject(new Error("the hook is broken"))],
])("hooks that %s cost no run and no worker, and are told to the log", async (_way, hook) => {
  const { app, logged, stop } = await projectWith(Object.fromEntries(HOOKS.map((name) => [name, hook])) as Hooks);
  const sent = await app.client.send(flaky);
  await sent.result({ timeoutMs: 20_000 });
  expect(await app.runs.find(sent.id)).toMatchObject({ state: "succeeded", attempt: 2 });
  await stop();
  for (const name of ["afterSend", "runStarted", "runRetried", "runSucceeded", "workerReady", "workerStopping"]) {
    expect(logged).toContain(`hook '${name}' failed: the hook is broken`);
  }
});

test("what a hook of sending answers goes along with the run, and only texts do", async () => {
  const given = await createTestApp({
    tasks: [fine],
    config: { hooks: { beforeSend: ({ task: name }) => ({ headers: { tenant: `of ${name}` } }) } },
  });
  closing.push(() => given.close());
  const { id } = await given.send(fine, {}, { headers: { own: "1" } });
  expect((await given.run(id)).headers).toEqual({ own: "1", tenant: "of app.fine" });
  const wrong = await createTestApp({
    tasks: [fine],
    config: { hooks: { beforeSend: () => ({ headers: { tenant: 1 } }) as never } },
  });
  closing.push(() => wrong.close());
  expect((await wrong.run((await wrong.send(fine)).id)).headers).toEqual({});
});

test("the settings refuse what is no hook", () => {
  const surroundings = { env: {}, workingFolder: "/nowhere", file: null };
  for (const hooks of [{ runStart: () => {} }, { runStarted: "log" }, "log"]) {
    const { config, problems } = checkConfig({ apps: [], hooks }, surroundings);
    expect(config).toBeUndefined();
    expect(problems[0]?.text).toContain("runStarted");
  }
});

test("a worker with child processes tells them itself, and what a child sends goes through the hooks of the child", async () => {
  const project = createTestProject({
    "hyoshi.config.ts": `
      import { appendFileSync } from "node:fs";
      import { defineConfig } from "hyoshi";
      const note = (line: string) => appendFileSync(new URL("told.txt", import.meta.url), line + "\\n");
      export default defineConfig({
        apps: ["./app"],
        hooks: {
          beforeSend: ({ task }) => ({ headers: { from: task + " " + process.pid } }),
          runSucceeded: ({ task, headers, result }) => note([task, headers.from, process.pid, JSON.stringify(result)].join("|")),
          workerReady: () => { throw new Error("the hook is broken"); },
        },
      });`,
    "app/tasks.ts": `
      import { task } from "hyoshi";
      export const child = task("app.child", { pool: "loop", run: () => process.pid });
      export const parent = task("app.parent", { pool: "processes", run: async (_, { send }) => { await send(child); return process.pid; } });`,
  });
  closing.push(() => project.close());
  await makeTables(project.databaseFile);
  const worker = project.start(["worker"]);
  await worker.says("hook 'workerReady' failed: the hook is broken");
  expect(await project.run(["send", "app.parent"])).toMatchObject({ code: 0 });
  const told = await eventually(
    () => {
      const file = join(project.folder, "told.txt");
      const lines = existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : [];
      return lines.length === 2 ? lines.map((line) => line.split("|")).sort() : undefined;
    },
    { within: 60_000, what: () => worker.output() },
  );
  const [childRun, parentRun] = told;
  const inChild = parentRun?.[3];
  expect(childRun?.slice(0, 2)).toEqual(["app.child", `app.child ${inChild}`]);
  expect(parentRun?.[0]).toBe("app.parent");
  // Both were told in the worker, and the parent was executed in another process.
  expect(childRun?.[2]).toBe(parentRun?.[2]);
  expect(inChild).not.toBe(parentRun?.[2]);
  expect(await worker.end()).toBe(0);
});
