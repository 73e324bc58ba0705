import { execFileSync } from "node:child_process";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { eventually } from "../support/eventually.ts";
import type { Running } from "../support/project.ts";
import { createWorkerProject, type WorkerProject } from "../support/worker-project.ts";

const tasks = `
import { spawn } from "node:child_process";
import { task } from "hyoshi";
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
export const where = task("app.where", { run: () => process.pid });
export const slow = task("app.slow", { run: async (_input, { log }) => { log.info("at it"); await sleep(1_500); return process.pid; } });
export const endless = task("app.endless", { run: async (_input, { log, signal }) => {
  log.info("at it");
  await new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
} });
export const blocks = task("app.blocks", { timeLimitMs: 300, onLost: "fail", run: () => { for (;;); } });
export const exits = task("app.exits", { onLost: "fail", run: () => process.exit(0) });
export const deaf = task("app.deaf", { pool: "processes", run: (_input, { log }) => {
  spawn("sleep", ["600"], { stdio: "inherit" });
  log.info("at it");
  for (;;);
} });
`;

let at: WorkerProject;
beforeEach(async () => {
  at = await createWorkerProject({ "app/tasks.ts": tasks });
});
afterEach(() => at.close());

const within = { within: 60_000 };
const isAlive = (pid: number) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};
const childrenOf = (pid: number): number[] =>
  execFileSync("ps", ["-eo", "pid=,ppid="], { encoding: "utf8" })
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number))
    .filter(([, parent]) => parent === pid)
    .map(([child = 0]) => child);
const descendantsOf = (pid: number): number[] => childrenOf(pid).flatMap((child) => [child, ...descendantsOf(child)]);
const pidOf = ({ child }: Running) => child.pid ?? 0;

it("leaves nothing behind where a supervisor is killed while its worker is still starting", {
  timeout: 120_000,
}, async () => {
  const supervisor = at.project.start(["worker"], undefined, { supervised: true });
  const [starting = 0] = await eventually(
    () => {
      const found = childrenOf(pidOf(supervisor));
      return found.length > 0 && found;
    },
    { ...within, every: 1 },
  );
  await supervisor.end("SIGKILL");
  await eventually(() => !isAlive(starting), within);
});

async function atWork(args: readonly string[] = []): Promise<Running> {
  const worker = at.project.start(["worker", ...args], undefined, { supervised: true });
  await worker.says("worker is at work");
  return worker;
}
async function begun(task: string): Promise<string> {
  const id = await at.send(task);
  await eventually(async () => (await at.log(id)).includes("at it"), { ...within, what: () => `${task} to begin` });
  return id;
}
const resultOf = async (id: string) => (await at.ended(id)).result;

describe("a supervised worker", () => {
  it("is replaced when a task blocks its loop beyond the hard limit or ends its process, at the cost of that attempt", async () => {
    const worker = await atWork();
    const before = await resultOf(await at.send("app.where"));
    const once = { options: { onLost: "fail" } } as const;
    const blocks = await at.send("app.blocks", once);
    await worker.says("beyond its hard limit");
    const after = await resultOf(await at.send("app.where"));
    expect(after).not.toBe(before);
    const exits = await at.send("app.exits", once);
    await worker.says("the worker ended with 0");
    expect(await resultOf(await at.send("app.where"))).not.toBe(after);
    for (const id of [blocks, exits]) expect(await at.ended(id)).toMatchObject({ state: "lost" });
    expect(await worker.end()).toBe(0);
  });

  it("makes place for a new generation at SIGHUP, and finishes what it executes", async () => {
    const worker = await atWork();
    const before = await resultOf(await at.send("app.where"));
    const slow = await begun("app.slow");
    worker.child.kill("SIGHUP");
    expect(await resultOf(slow)).toBe(before);
    await eventually(async () => (await resultOf(await at.send("app.where"))) !== before, within);
    await eventually(() => !isAlive(Number(before)), within);
    expect(await worker.end()).toBe(0);
  });

  it("makes place for a new generation after so many runs", async () => {
    const worker = await atWork(["--max-runs-per-child", "2"]);
    const first = await resultOf(await at.send("app.where"));
    await eventually(async () => (await resultOf(await at.send("app.where"))) !== first, within);
    expect(await worker.end()).toBe(0);
  });

  it("waits for its runs at SIGTERM, hands them back at a second one, and at SIGQUIT after a while", async () => {
    let worker = await atWork();
    const slow = await begun("app.slow");
    expect(await worker.end("SIGTERM")).toBe(0);
    expect(await at.find(slow)).toMatchObject({ state: "succeeded" });

    worker = await atWork();
    const endless = await begun("app.endless");
    worker.child.kill("SIGTERM");
    await worker.says("stopping");
    await new Promise((resolve) => setTimeout(resolve, 700));
    await worker.end("SIGTERM");
    expect(await at.find(endless)).toMatchObject({ state: "scheduled", retries: 0 });

    at.project.write(
      "hyoshi.config.ts",
      `import { defineConfig } from "hyoshi";\nexport default defineConfig({ apps: ["./app"], worker: { softShutdownMs: 300 } });\n`,
    );
    worker = await atWork();
    await eventually(async () => (await at.find(endless)).state === "running", within);
    const quitAt = performance.now();
    await worker.end("SIGQUIT");
    expect(performance.now() - quitAt).toBeLessThan(20_000);
    expect((await at.find(endless)).state).toBe("scheduled");
  });

  it.each(["SIGKILL", "SIGTERM"] as const)(
    "leaves no process behind at %s, whatever its children do",
    async (signal) => {
      const worker = await atWork(["--grace", "0.5"]);
      await begun("app.deaf");
      const all = [pidOf(worker), ...descendantsOf(pidOf(worker))];
      expect(all.length).toBeGreaterThanOrEqual(4);
      worker.child.kill(signal);
      await eventually(() => !all.some(isAlive), {
        ...within,
        what: () => `the end of ${all.filter(isAlive).join(", ")}`,
      });
    },
  );

  it("ends at once, with its own code, where it cannot begin", async () => {
    at.project.write("hyoshi.config.ts", "export default { apps: 1 };\n");
    expect(await at.project.run(["worker"])).toMatchObject({
      code: 3,
      stderr: expect.stringContaining("setting 'apps'"),
    });
  });
});
