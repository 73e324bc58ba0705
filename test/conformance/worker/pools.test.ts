import { randomUUID } from "node:crypto";
import { symlinkSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { loadConfig } from "../../../src/app/config-load.ts";
import { library } from "../../../src/app/library.ts";
import { openMigratedApp } from "../../../src/app/open-app.ts";
import { taskSurroundings } from "../../../src/app/task-surroundings.ts";
import { systemClock } from "../../../src/base/clock.ts";
import { silentLogger } from "../../../src/base/logger.ts";
import { siblingModule } from "../../../src/base/sibling-module.ts";
import type { ClaimedRun } from "../../../src/run/run-store.ts";
import { captureConsole } from "../../../src/worker/console-capture.ts";
import type { ExecutorParts } from "../../../src/worker/executor.ts";
import { ChildPool, type ChildPoolParts } from "../../../src/worker/pool/child-pool.ts";
import { LoopPool } from "../../../src/worker/pool/loop-pool.ts";
import type { Pool } from "../../../src/worker/pool/pool.ts";
import { startProcess } from "../../../src/worker/pool/process-link.ts";
import { startThread } from "../../../src/worker/pool/thread-link.ts";
import { RunLog } from "../../../src/worker/run-log.ts";
import { makeTables } from "../../support/make-tables.ts";
import { createTestProject } from "../../support/project.ts";
import { describePool, type PoolBench } from "./describe-pool.ts";

const tasks = `
import { task } from "hyoshi";
import { z } from "zod";

const aborted = (signal, log) =>
  new Promise((_resolve, reject) =>
    signal.addEventListener("abort", () => {
      log.info("aborted " + signal.reason.code);
      reject(signal.reason);
    }),
  );

export const greet = task("app.greet", { input: z.object({ name: z.string() }), run: ({ name }) => "Hello, " + name });
export const writes = task("app.writes", {
  run: async (_input, { log, progress }) => {
    log.info("by the log 100%");
    console.warn("by the console");
    log.info("two\\nlines");
    progress({ current: 1, total: 2, text: "half" });
  },
});
export const sends = task("app.sends", {
  run: async (_input, { db, send }) => {
    await send(greet, { name: "child" });
    const rows = await db({}).selectFrom("process").selectAll().execute();
    return { tables: Array.isArray(rows) };
  },
});
export const fails = task("app.fails", { run: () => { throw new RangeError("too far"); } });
export const failsAgain = task("app.fails_again", { retry: { limit: 3 }, run: () => { throw new Error("not yet"); } });
export const waits = task("app.waits", {
  run: async (_input, { log, signal }) => {
    const ended = aborted(signal, log);
    log.info("waiting");
    await ended;
  },
});
export const strays = task("app.strays", {
  run: async () => {
    void Promise.reject(new Error("forgotten"));
    await new Promise((resolve) => setTimeout(resolve, 20));
  },
});
export const loops = task("app.loops", { run: (_input, { log }) => { log.info("looping"); for (;;); } });
export const exits = task("app.exits", { run: () => process.exit(3) });
export const fills = task("app.fills", {
  run: () => {
    const all = [];
    for (;;) all.push(new Array(10_000).fill({}));
  },
});
export const throwsLate = task("app.throws_late", {
  run: () => new Promise(() => setTimeout(() => { throw new Error("out of reach"); }, 10)),
});
`;

/** Small, so that it is full soon. */
const HEAP_MB = 96;

async function openBench(kind: Pool["kind"]): Promise<PoolBench> {
  const project = createTestProject({ "app/tasks.ts": tasks });
  // Where its tasks find zod.
  symlinkSync(fileURLToPath(new URL("../../../node_modules", import.meta.url)), `${project.folder}/node_modules`);
  await makeTables(project.databaseFile);
  const file = `${project.folder}/hyoshi.config.ts`;
  const { config, load } = await loadConfig({ file, workingFolder: project.folder, env: {}, library });
  if (config === undefined) throw new Error("the project has no settings");
  const app = await openMigratedApp({ config, load, withApps: true });
  const lines = new Map<string, string[]>();
  const progress = new Map<string, unknown>();
  const keep = (log: RunLog) => {
    const kept = lines.get(log.runId) ?? [];
    lines.set(log.runId, kept);
    for (const { text } of log.take()) kept.push(...text.split("\n").slice(0, -1));
  };
  const executor: ExecutorParts = {
    ...app,
    ...taskSurroundings(app),
    output: {
      open: (run) => new RunLog(run, { clock: systemClock, changed: keep, echo: () => {} }),
      progress: ({ id }, done) => void progress.set(id, done),
    },
  };
  const data = { config: file, workingFolder: project.folder, role: "test" };
  const module = siblingModule(import.meta.resolve("../../../src/app/open-app.ts"), "pool-child");
  const another = (options: Partial<ChildPoolParts>): Pool => {
    if (kind === "loop") return new LoopPool(executor);
    const start =
      kind === "threads"
        ? startThread(module, data)
        : startProcess(module, data, systemClock, [`--max-old-space-size=${HEAP_MB}`]);
    return new ChildPool({ kind, size: 1, start, executor, clock: systemClock, logger: silentLogger, ...options });
  };
  const pool = another({});
  return {
    pool,
    another,
    task: (name) => app.discovery.registry.get(name),
    run: (task, input, options = {}): ClaimedRun =>
      ({
        id: randomUUID(),
        task,
        payload: input === undefined ? { args: [], kwargs: {} } : { input },
        queue: "default",
        priority: 5,
        options,
        origin: { kind: "api" },
        availableAt: 0,
        queuedAt: 0,
        claim: 1,
        processId: 1,
        attempt: 1,
        retries: 0,
        lost: 0,
        suspect: false,
      }) as ClaimedRun,
    linesOf: ({ id }) => lines.get(id) ?? [],
    progressOf: ({ id }) => progress.get(id),
    async close() {
      await pool.close();
      await app.close();
      await project.close();
    },
  };
}

captureConsole();

describePool("the event loop", () => openBench("loop"), { isolated: false, ownMemory: false });
describePool("threads", () => openBench("threads"), { isolated: true, ownMemory: false });
describePool("processes", () => openBench("processes"), { isolated: true, ownMemory: true });
