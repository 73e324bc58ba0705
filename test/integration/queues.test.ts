import { writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openApp } from "../../src/app/library.ts";
import type { SendItem } from "../../src/task/send.ts";
import { eventually } from "../support/eventually.ts";
import { makeTables } from "../support/make-tables.ts";
import { createTestProject, type TestProject } from "../support/project.ts";
import { ownVirtualHost } from "../support/rabbitmq.ts";
import { type RedisServer, startRedisServer } from "../support/redis-server.ts";
import { runHere } from "./cli/projects.ts";

const tasks = `
import { setTimeout as sleep } from "node:timers/promises";
import { task } from "hyoshi";
export const slow = task("app.slow", { queue: "slow", run: () => sleep(1_500) });
export const quick = task("app.quick", { run: () => null });
export const routed = task("app.reports.daily", { run: () => null });
`;

const config = `import { defineConfig } from "hyoshi";
export default defineConfig({ apps: ["./app"], routes: [{ task: "app.reports.*", queue: "reports" }] });
`;

let project: TestProject;
let redis: RedisServer | undefined;
beforeEach(() => {
  project = createTestProject({ "app/tasks.ts": tasks, "hyoshi.config.ts": config });
});
afterEach(async () => {
  await project.close();
  await redis?.stop();
  redis = undefined;
});

async function redisUrl(): Promise<string> {
  redis = await startRedisServer({ forgetful: true });
  return redis.url;
}

async function send(...names: readonly string[]): Promise<void> {
  const app = await openApp({ config: join(project.folder, "hyoshi.config.ts") });
  await app.sendMany(names.map((task) => ({ task, input: {} })) as SendItem[]);
  await app.close();
}

const run = (...args: readonly string[]) => runHere(project.folder, args);

async function told<T>(...args: readonly string[]): Promise<T> {
  const { code, stdout, stderr } = await run(...args, "--json");
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout) as T;
}

interface Queue {
  readonly name: string;
  readonly ready: number;
  readonly running: number;
  readonly workers: number;
  readonly paused: { readonly reason: string } | null;
}

const queue = async (name: string) => (await told<readonly Queue[]>("queues")).find((one) => one.name === name);
const ended = async (task: string) => {
  const { items } = await told<{ items: readonly { task: string; state: string }[] }>("runs", "--limit", "100");
  return items.filter((run) => run.task === task && run.state === "succeeded").length;
};

it("pauses, resumes, purges and drains while a worker is at work", async () => {
  await makeTables(project.databaseFile);
  const worker = project.start(["worker", "--name", "one"]);
  await worker.says("worker is at work");

  await told("queues", "pause", "default", "--reason", "a deploy");
  // A hint takes a moment; behind it there is a look each second.
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  await send("app.quick", "app.quick", "app.quick", "app.reports.daily");
  await eventually(async () => (await ended("app.reports.daily")) === 1, { within: 30_000 });
  expect(await queue("default")).toMatchObject({ ready: 3, paused: { reason: "a deploy" } });
  expect(await queue("reports")).toMatchObject({ workers: 1, paused: null });
  const { items } = await told<{ items: readonly { id: string; task: string }[] }>("runs", "--limit", "100");
  const held = items.find(({ task }) => task === "app.quick");
  expect((await run("run", "show", held?.id ?? "")).stdout).toContain("is paused by");

  expect(await told("queues", "purge", "default")).toEqual({ runs: 3, messages: 0, purged: false });
  expect(await queue("default")).toMatchObject({ ready: 3 });
  expect(await told("queues", "purge", "default", "--yes")).toEqual({ runs: 3, messages: 0, purged: true });
  await send("app.quick");
  expect(await run("queues", "resume", "default")).toMatchObject({ code: 0 });
  await eventually(async () => (await ended("app.quick")) === 1, { within: 30_000 });

  await send("app.slow");
  await eventually(async () => (await queue("slow"))?.running === 1, { within: 30_000, every: 50 });
  expect(await told("drain", "--worker", "one", "--wait", "30")).toMatchObject({ scope: "worker", running: 0 });
  expect(await ended("app.slow")).toBe(1);
  await send("app.quick");
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  expect(await queue("default")).toMatchObject({ ready: 1 });
  await told("drain", "--worker", "one", "--resume");
  await eventually(async () => (await ended("app.quick")) === 2, { within: 30_000 });

  await told("drain", "--host", hostname(), "--reason", "maintenance");
  await worker.end("SIGTERM");
  const next = project.start(["worker", "--name", "two"]);
  await next.says("worker is at work");
  await send("app.quick");
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  expect(await queue("default")).toMatchObject({ ready: 1 });
  await told("drain", "--host", hostname(), "--resume");
  await eventually(async () => (await ended("app.quick")) === 3, { within: 30_000 });
}, 180_000);

it.each([
  ["Redis", redisUrl],
  ["RabbitMQ", ownVirtualHost],
])(
  "purges a queue on %s with its messages, and what is sent afterwards is executed",
  async (_name, brokerUrl) => {
    const broker = JSON.stringify(await brokerUrl());
    writeFileSync(
      join(project.folder, "hyoshi.config.ts"),
      `import { defineConfig } from "hyoshi";\nexport default defineConfig({ apps: ["./app"], broker: ${broker} });\n`,
    );
    await makeTables(project.databaseFile);
    await send("app.quick", "app.quick", "app.slow", "app.quick");
    // What the sending process could not hand over before it ended, a beat does.
    project.start(["beat"]);
    const asked = () => told<{ readonly messages: number }>("queues", "purge", "default");
    await eventually(async () => (await asked()).messages === 3, { within: 30_000 });
    expect(await told("queues", "purge", "default", "--yes")).toEqual({ runs: 3, messages: 3, purged: true });
    expect(await queue("default")).toMatchObject({ ready: 0 });

    await send("app.quick");
    const worker = project.start(["worker"]);
    await worker.says("worker is at work");
    await eventually(async () => (await ended("app.quick")) === 1 && (await ended("app.slow")) === 1, {
      within: 60_000,
    });
    const { items } = await told<{ items: readonly { state: string }[] }>("runs", "--limit", "100");
    expect(items.filter(({ state }) => state === "cancelled")).toHaveLength(3);
    expect(items).toHaveLength(5);
  },
  180_000,
);
