import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createTestProject, type TestProject } from "../support/project.ts";

const modules = fileURLToPath(new URL("../../node_modules", import.meta.url));

/** What hyoshi's workers can do; the same, under other names, as test/support/celery/tasks.py. */
const tasks = `
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { task } from "hyoshi";
import { z } from "zod";

const takeNote = (line) => appendFileSync(join(process.env.INTEROP_NOTES, "notes.txt"), line + "\\n");
const two = z.object({ x: z.number(), y: z.number() });

export const add = task("app.add", { input: two, run: ({ x, y }) => x + y });
export const mul = task("app.mul", { input: two, run: ({ x, y }) => x * y });
export const unkept = task("app.unkept", {
  input: z.object({ n: z.number() }),
  record: "none",
  run: ({ n }) => 2 * n,
});
export const total = task("app.total", {
  input: z.object({ numbers: z.array(z.number()) }),
  run: ({ numbers }) => numbers.reduce((sum, one) => sum + one, 0),
});
export const echo = task("app.echo", { run: ({ args, kwargs }) => ({ args, kwargs }) });
export const fail = task("app.fail", {
  input: z.object({ message: z.string() }),
  run: ({ message }) => { throw new TypeError(message); },
});
export const flaky = task("app.flaky", {
  input: z.object({ times: z.number() }),
  retry: { limit: 5, delayMs: 200 },
  run: ({ times }, { attempt }) => { if (attempt <= times) throw new Error("not yet"); return attempt - 1; },
});
export const nap = task("app.nap", {
  input: z.object({ seconds: z.number() }),
  run: async ({ seconds }, { signal, runId }) => {
    takeNote("app.nap " + runId);
    await sleep(seconds * 1000, undefined, { signal });
    return seconds;
  },
});
export const walk = task("app.walk", {
  input: z.object({ steps: z.number() }),
  run: async ({ steps }, { progress }) => {
    for (let step = 1; step <= steps; step += 1) {
      progress({ current: step, total: steps });
      await sleep(100);
    }
    return steps;
  },
});
export const about = task("app.about", {
  run: ({ args, kwargs }, { runId, attempt, headers }) => ({ id: runId, attempt, headers, args, kwargs }),
});
export const note = task("app.note", {
  input: z.object({ text: z.string() }),
  run: ({ text }) => { takeNote(text); return text; },
});
export const onError = task("app.on_error", {
  input: z.object({ taskId: z.string() }),
  run: ({ taskId }) => { takeNote("app.on_error " + taskId); return taskId; },
});
export const signIn = task("app.sign_in", {
  input: z.object({ user: z.string(), token: z.string().meta({ secret: true }) }),
  run: ({ user, token }) => user + " " + token.length,
});
export const spawn = task("app.spawn", {
  input: z.object({ name: z.string(), args: z.array(z.json()), queue: z.string() }),
  run: async ({ name, args, queue }, { send }) => (await send(name, { args }, { queue })).id,
});
`;

const config = (settings: object) => `import { defineConfig } from "hyoshi";
export default defineConfig(${JSON.stringify({ apps: ["./app"], queues: ["hyoshi"], defaultQueue: "hyoshi", ...settings })});
`;

/** A project whose worker is the TypeScript part of a Celery team's workers. */
export function createHyoshiProject(settings: object = {}): TestProject {
  const project = createTestProject({ "hyoshi.config.ts": config(settings), "app/tasks.ts": tasks });
  symlinkSync(modules, join(project.folder, "node_modules"));
  return project;
}
