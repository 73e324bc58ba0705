import { spawnSync } from "node:child_process";
import { chmodSync, closeSync, mkdtempSync, openSync, readdirSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { composeApp } from "../../src/app/app.ts";
import { checkConfig } from "../../src/app/config-check.ts";
import { startBeat } from "../../src/app/run-beat.ts";
import { startWorker } from "../../src/app/run-worker.ts";
import { type Logger, silentLogger } from "../../src/base/logger.ts";
import { TaskRegistry } from "../../src/task/registry.ts";
import { type AnyTask, task } from "../../src/task/task.ts";
import { openTestDatabase } from "../support/database.ts";
import { eventually } from "../support/eventually.ts";
import { gate } from "../support/test-worker.ts";
import { createWorkerProject } from "../support/worker-project.ts";

const closing: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** A worker and a beat of this process on a database of their own. */
async function services(...tasks: readonly AnyTask[]) {
  const database = await openTestDatabase();
  const { config } = checkConfig({ apps: [] }, { env: {}, workingFolder: database.folder, file: null });
  if (config === undefined) throw new Error("the test's settings are wrong");
  const registry = new TaskRegistry();
  for (const task of tasks) registry.add({ task, app: "app", file: null });
  const logged: string[] = [];
  const note = (_fields: object, text: string) => void logged.push(text);
  const logger: Logger = { ...silentLogger, info: note, warn: note, error: note, child: () => logger };
  const app = composeApp({
    config,
    database,
    logger,
    discovery: { apps: [], registry, periodicTasks: [], problems: [] },
  });
  const worker = await startWorker(app, { concurrency: 4 });
  const beat = await startBeat(app);
  closing.push(async () => {
    await worker.stop();
    await beat.stop();
    await app.close();
  });
  const told = (text: string) => logged.filter((line) => line.includes(text)).length;
  return { app, database, told };
}

describe("a database that cannot be written for a while", () => {
  // SQLite's own answers, at the driver's edge: what a file system does is tested below, where one can be mounted.
  it.each([
    {
      what: "full",
      set: "max_page_count = 1",
      unset: "max_page_count = 1073741823",
      says: "disk of the database is full",
    },
    { what: "read-only", set: "query_only = on", unset: "query_only = off", says: "the database cannot be written" },
  ])(
    "because it is $what keeps every outcome and log line, is told once, and goes on",
    async ({ set, unset, says }) => {
      const ends = gate();
      const large = task("app.large", {
        run: async (_input, { log, progress }) => {
          log.info("before");
          await ends.promise;
          progress({ current: 1, total: 2 });
          log.info("while it could not be written");
          return "x".repeat(3_000_000);
        },
      });
      const small = task("app.small", { run: () => "small" });
      const { app, database, told } = await services(large, small);
      const sent = await Promise.all([1, 2, 3].map(() => app.client.send(large)));
      await eventually(async () => (await app.runs.find(sent[2]?.id ?? ""))?.attempt === 1);

      database.hot.pragma(set);
      ends.open();
      await expect(app.client.send(large, { kwargs: { text: "x".repeat(3_000_000) } })).rejects.toMatchObject({
        code: expect.stringMatching(/^database_(full|read_only)$/),
      });
      await eventually(() => told("the worker meets a failure") > 0);
      // Several further attempts are made meanwhile.
      const failing = performance.now();
      await eventually(() => performance.now() - failing > 1_500);
      expect(told(says)).toBeGreaterThan(0);
      expect(told("the worker meets a failure")).toBe(1);
      expect(told("beat cannot fire")).toBeLessThanOrEqual(1);
      for (const { id } of sent) expect((await app.runs.find(id))?.state).toBe("running");

      database.hot.pragma(unset);
      for (const run of sent) expect(await run.result({ timeoutMs: 20_000 })).toHaveLength(3_000_000);
      for (const { id } of sent) {
        expect(await app.runs.find(id)).toMatchObject({ state: "succeeded", attempt: 1, progress: { current: 1 } });
        const text = (await app.logs.read(id, 0, 10)).map((chunk) => chunk.text).join("");
        expect(text).toMatch(/before\n.*while it could not be written\n/);
      }
      expect(await (await app.client.send(small)).result({ timeoutMs: 20_000 })).toBe("small");
    },
  );
});

/** A disk of 24 MB, where this user may mount one. */
function smallDisk(): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), "hyoshi-disk-"));
  const { status } = spawnSync("mount", ["-t", "tmpfs", "-o", "size=24m", "tmpfs", folder]);
  if (status === 0) return folder;
  rmSync(folder, { recursive: true });
  return undefined;
}

function unmount(folder: string): void {
  spawnSync("umount", ["-l", folder]);
  rmSync(folder, { recursive: true, force: true });
}

function canMount(): boolean {
  const folder = smallDisk();
  if (folder !== undefined) unmount(folder);
  return folder !== undefined;
}

describe.runIf(canMount())("a disk that is full", () => {
  it("stops worker and beat for as long as it is, told once by each, and costs neither a run nor a second execution", async () => {
    const folder = smallDisk() ?? "";
    closing.push(() => unmount(folder));
    const databaseFile = join(folder, "hyoshi.sqlite");
    const tasks = `
import { setTimeout as sleep } from "node:timers/promises";
import { task } from "hyoshi";
export const large = task("app.large", { run: async (_, { log }) => {
  await sleep(1_000);
  log.info("done");
  return "x".repeat(3_000_000);
} });
`;
    const at = await createWorkerProject({ "app/tasks.ts": tasks }, { databaseFile });
    closing.push(() => at.close());
    const env = { DATABASE_URL: `sqlite:${databaseFile}` };
    const [worker, beat] = [at.project.start(["worker"], env), at.project.start(["beat"], env)];
    await worker.says("at work");
    const ids = await at.sendAll([["app.large"], ["app.large"]]);
    await eventually(async () => (await Promise.all(ids.map(at.find))).every(({ attempt }) => attempt === 1));
    fill(folder);

    await worker.says("the worker meets a failure");
    // Longer than a lease: that nobody could renew one makes nobody dead.
    const full = performance.now();
    await eventually(() => performance.now() - full > 11_000, { within: 15_000 });
    for (const id of ids) expect((await at.find(id)).state).toBe("running");
    rmSync(join(folder, "ballast"));

    for (const id of ids) {
      expect(await at.ended(id)).toMatchObject({ state: "succeeded", attempt: 1 });
      expect(at.attempts(id)).toEqual([]);
      expect(await at.log(id)).toContain("done");
    }
    expect(worker.output().split("the worker meets a failure")).toHaveLength(2);
    expect(beat.output().split("beat cannot fire").length).toBeLessThanOrEqual(2);
  });
});

/** To the last byte, although others write there meanwhile. */
function fill(folder: string): void {
  const block = Buffer.alloc(64 * 1024);
  const file = openSync(join(folder, "ballast"), "w");
  try {
    for (;;) writeSync(file, block);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
  } finally {
    closeSync(file);
  }
}

/** Root may write where it may not, unless the file system itself cannot be written. */
const isRoot = process.getuid?.() === 0;

function makeReadOnly(folder: string): void {
  if (isRoot) {
    spawnSync("mount", ["--bind", folder, folder]);
    spawnSync("mount", ["-o", "remount,bind,ro", folder]);
    closing.push(() => void spawnSync("umount", ["-l", folder]));
  } else {
    chmodSync(folder, 0o555);
    closing.push(() => chmodSync(folder, 0o755));
    for (const file of readdirSync(folder)) if (file.startsWith("hyoshi.sqlite")) chmodSync(join(folder, file), 0o444);
  }
}

describe.runIf(!isRoot || canMount())("a database whose file is read-only from the start", () => {
  it("is refused by worker and beat in one line", async () => {
    const at = await createWorkerProject({ "app/tasks.ts": "" });
    closing.push(() => at.close());
    makeReadOnly(at.project.folder);
    for (const finished of await Promise.all(["worker", "beat"].map((role) => at.project.run([role])))) {
      expect(finished).toMatchObject({
        code: 6,
        stderr: expect.stringMatching(/^hyoshi: [^\n]*read-?only[^\n]*\n$/),
      });
    }
  });
});
