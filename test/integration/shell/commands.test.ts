import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Run } from "../../../src/run/run.ts";
import { eventually } from "../../support/eventually.ts";
import type { Running } from "../../support/project.ts";
import { createWorkerProject, type WorkerProject } from "../../support/worker-project.ts";

const config = `
import { defineConfig } from "hyoshi";
const schema = (properties) => ({
  "~standard": {
    version: 1,
    vendor: "test",
    validate: (value) => ({ value }),
    jsonSchema: { input: () => ({ type: "object", properties }), output: () => ({ type: "object", properties }) },
  },
});
export default defineConfig({
  apps: ["./app"],
  worker: { graceMs: 1_000 },
  shell: {
    folders: ["."],
    users: ["nobody"],
    passEnvironment: ["PASSED_ON"],
    tasks: {
      "ops.greet": {
        command: 'echo "hello $INPUT_name, $INPUT_count"; cat',
        input: schema({ name: { type: "string" }, count: { type: "integer" } }),
        stdin: "input",
        env: { GREETING: "hello" },
      },
      "ops.again": { command: ["sh", "-c", "echo attempt $HYOSHI_ATTEMPT; exit 75"], retry: { limit: 1, backoff: "fixed", delayMs: 1 } },
      "ops.slow": { command: "sleep 600", timeLimitMs: 300 },
      "ops.left": { command: "sleep 600 & echo $!", leftover: "leave" },
    },
  },
});
`;

let stage: WorkerProject;
let worker: Running;
beforeAll(async () => {
  stage = await createWorkerProject({ "hyoshi.config.ts": config, "app/tasks.ts": "export {};\n" });
  worker = stage.project.start(["worker"], {
    PASSED_ON: "yes",
    NOT_PASSED_ON: "a key",
    HYOSHI_SECRET_KEY: "k".repeat(20),
  });
  await worker.says("is at work");
});
afterAll(() => stage.close());

const shell = (input: object, changes = {}) =>
  stage.send("hyoshi.shell", { payload: { input: input as never }, ...changes });
const ran = async (input: object): Promise<Run & { lines: string[] }> => {
  const run = await stage.ended(await shell(input));
  return { ...run, lines: await linesOf(run.id) };
};
const linesOf = async (id: string) =>
  (await stage.log(id))
    .split("\n")
    .slice(0, -1)
    .map((line) => line.slice(13));
const isAlive = (pid: number): boolean => {
  try {
    // A dead process that nobody has waited for is a process still, for kill.
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
};
const gone = (pid: number) => eventually(() => !isAlive(pid), { within: 30_000, what: () => `process ${pid} to end` });
const pidIn = async (id: string, place = 0) => {
  const line = await eventually(async () => (await linesOf(id))[place], { within: 30_000, what: () => "a process id" });
  return Number(line.replace(/\D+/, ""));
};

it("runs a line by sh, with both streams in the log, and keeps the exit code", async () => {
  const run = await ran({ command: "echo one; echo two >&2; printf three" });
  expect(run).toMatchObject({ state: "succeeded", result: { exitCode: 0 } });
  expect(run.lines.sort()).toEqual(["INFO one", "INFO three", "WARN two"]);
});

it("hands a list to no shell", async () => {
  const { lines } = await ran({ command: ["echo", "$HOME; echo *", "%s"] });
  expect(lines).toEqual(["INFO $HOME; echo * %s"]);
});

it("gives input as environment and standard input, never as a part of the command", async () => {
  const input = { name: `"; touch owned; echo $(id)`, count: 2 };
  const id = await stage.send("ops.greet", { payload: { input } });
  expect(await stage.ended(id)).toMatchObject({ state: "succeeded" });
  expect(await linesOf(id)).toEqual([`INFO hello ${input.name}, 2`, `INFO ${JSON.stringify(input)}`]);
});

it("tells the command of its run, and nothing of the worker's own environment that was not named", async () => {
  const nominalAt = Date.UTC(2026, 0, 2, 3, 4, 5);
  const id = await shell({ command: "env", env: { GIVEN: "1" } }, { nominalAt, periodicTaskId: undefined });
  await stage.ended(id);
  const lines = await linesOf(id);
  expect(lines).toEqual(
    expect.arrayContaining([
      "INFO GIVEN=1",
      "INFO PASSED_ON=yes",
      `INFO HYOSHI_RUN_ID=${id}`,
      "INFO HYOSHI_ATTEMPT=1",
      "INFO HYOSHI_NOMINAL_AT=2026-01-02T03:04:05.000Z",
    ]),
  );
  expect(lines.filter((line) => /NOT_PASSED_ON|HYOSHI_SECRET_KEY/.test(line))).toEqual([]);
});

it("fails with the exit code or the signal, unless the code was named a success", async () => {
  expect(await ran({ command: "exit 3" })).toMatchObject({
    state: "failed",
    error: { code: "command_failed", message: "the command ended with exit code 3: expected 0" },
  });
  expect(await ran({ command: "exit 3", successCodes: [0, 3] })).toMatchObject({ result: { exitCode: 3 } });
  expect(await ran({ command: "kill -9 $$" })).toMatchObject({
    state: "failed",
    error: { message: "the command was ended by SIGKILL: expected 0" },
  });
  expect((await ran({ command: ["/no/such/program"] })).error).toMatchObject({ code: "command_not_started" });
  expect((await ran({ command: "pwd", cwd: "/" })).error?.message).toContain("the settings do not let it work in '/'");
  expect(await ran({ command: "true", env: { "A B": "" } })).toMatchObject({ state: "failed", attempt: 1 });
});

it("runs as another user where the worker may, and says so where it may not", async () => {
  const run = await ran({ command: "id -un; echo $HOME $USER", user: "nobody" });
  if (process.getuid?.() === 0) expect(run.lines).toEqual(["INFO nobody", expect.stringMatching(/ nobody$/)]);
  else expect(run.error).toMatchObject({ code: "command_not_started", message: expect.stringContaining("only root") });
  expect(await ran({ command: "id", user: "root" })).toMatchObject({ error: { code: "invalid_input" } });
});

it("is tried again as any task is, and counts its attempts", async () => {
  const id = await stage.send("ops.again");
  expect(await stage.ended(id)).toMatchObject({ state: "failed", attempt: 2 });
  expect(await linesOf(id)).toEqual(["INFO attempt 1", "INFO attempt 2"]);
  const { stdout } = await stage.project.run(["logs", id, "--attempt", "2", "--level", "info", "--json"]);
  expect(
    stdout
      .split("\n")
      .slice(0, -1)
      .map((line) => JSON.parse(line)),
  ).toEqual([{ line: 2, level: "info", attempt: 2, text: "attempt 2", at: expect.stringMatching(/^\d{4}-.*Z$/) }]);
  expect((await stage.project.run(["logs", id, "--level", "warn"])).stdout).toBe("");
});

it("reads its standard input, or none", async () => {
  expect((await ran({ command: "cat", stdin: "a\nb\n" })).lines).toEqual(["INFO a", "INFO b"]);
  expect((await ran({ command: "cat" })).lines).toEqual([]);
  expect(await ran({ command: "true", stdin: "x".repeat(1_000_000) })).toMatchObject({ state: "succeeded" });
});

it("shows what it writes while it runs", async () => {
  const id = await shell({ command: "echo begun; while [ ! -e go ]; do sleep 0.05; done; echo ended" });
  await eventually(async () => (await linesOf(id)).includes("INFO begun"), { within: 30_000, what: () => "a line" });
  expect((await stage.find(id)).state).toBe("running");
  stage.project.write("go", "");
  await stage.ended(id);
  expect(await linesOf(id)).toEqual(["INFO begun", "INFO ended"]);
});

it("ends the whole group of a command that ignores TERM when its run is cancelled", async () => {
  const id = await shell({ command: "trap '' TERM; sh -c 'trap \"\" TERM; echo $$; while :; do sleep 0.1; done'" });
  const child = await pidIn(id);
  await stage.runs.cancel({ ids: [id], by: "test", now: Date.now() });
  expect(await stage.ended(id)).toMatchObject({ state: "cancelled" });
  await gone(child);
  expect((await linesOf(id)).join("\n")).toContain("told to end (TERM)");
});

it("lets a command end by itself when it hears TERM", async () => {
  const id = await shell({ command: "trap 'echo cleaned up; exit 0' TERM; echo $$; while :; do sleep 0.1; done" });
  await pidIn(id);
  await stage.runs.cancel({ ids: [id], by: "test", now: Date.now() });
  await stage.ended(id);
  expect(await linesOf(id)).toContain("INFO cleaned up");
});

it("ends a command at its time limit", async () => {
  const run = await stage.ended(await stage.send("ops.slow"));
  expect(run).toMatchObject({ state: "failed", error: { code: "time_limit" } });
});

it("ends what a command leaves behind in its group, unless it is to be left", async () => {
  const run = await ran({ command: "sleep 600 & echo $!" });
  expect(run).toMatchObject({ state: "succeeded" });
  expect(run.lines.join("\n")).toContain("left processes behind");
  await gone(await pidIn(run.id));

  const id = await stage.send("ops.left");
  expect(await stage.ended(id)).toMatchObject({ state: "succeeded" });
  const left = await pidIn(id);
  expect(isAlive(left)).toBe(true);
  process.kill(left, "SIGKILL");
});

it("takes nothing for left behind that ends just after its command", async () => {
  const run = await ran({ command: "sleep 0.01 & exit 0" });
  expect(run).toMatchObject({ state: "succeeded" });
  expect(run.lines).toEqual([]);
});

it("does not wait for a daemon that left the group and holds the output open", async () => {
  const run = await ran({ command: "setsid sh -c 'echo $$; exec sleep 600' & sleep 0.3; exit 0" });
  expect(run).toMatchObject({ state: "succeeded" });
  expect(run.lines.at(-1)).toContain("still holds its output");
  const daemon = await pidIn(run.id);
  expect(isAlive(daemon)).toBe(true);
  process.kill(daemon, "SIGKILL");
});

it("keeps the beginning and the end of a flood, and cuts a line that does not end", async () => {
  const run = await ran({ command: "yes 0123456789 | head -c 40000000; echo; echo the end" });
  expect(run).toMatchObject({ state: "succeeded" });
  expect(run.lines.length).toBeGreaterThan(100_000);
  expect(run.lines.length).toBeLessThan(400_000);
  expect(run.lines.at(-1)).toBe("INFO the end");
  expect(run.lines.filter((line) => line.includes("bytes of the output were left out here"))).toHaveLength(1);

  const line = await ran({ command: "head -c 30000000 /dev/zero | tr '\\0' x" });
  expect(line.lines).toHaveLength(1);
  expect(line.lines[0]?.length).toBeLessThan(70_000);
  expect(line.lines[0]).toContain("more characters were cut");
}, 120_000);

it("ends its commands when it is killed, and the run is lost", async () => {
  const other = stage.project.start(["worker", "--queues", "doomed"]);
  await other.says("is at work");
  const stubborn = await shell(
    { command: "trap '' TERM; sleep 600 & echo $!; echo $$; while :; do sleep 0.1; done" },
    { queue: "doomed", options: { onLost: "fail" } },
  );
  const [child, leader] = [await pidIn(stubborn, 0), await pidIn(stubborn, 1)];
  await other.end("SIGKILL");
  await gone(leader);
  await gone(child);
  expect(await stage.ended(stubborn)).toMatchObject({ state: "lost" });
  expect(stage.attempts(stubborn)).toEqual([{ number: 1, outcome: "lost" }]);
}, 120_000);

it("ends its commands when it is stopped", async () => {
  const id = await shell({ command: "trap '' TERM; echo $$; while :; do sleep 0.1; done" });
  const leader = await pidIn(id);
  expect(await worker.end("SIGTERM")).toBe(0);
  await gone(leader);
  expect(await stage.find(id)).toMatchObject({ state: "lost", error: { code: "worker_stopped" } });
  expect(readFileSync(join(stage.project.folder, "go"), "utf8")).toBe("");
}, 60_000);
