import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { systemClock } from "../../../src/base/clock.ts";
import { runCommand } from "../../../src/cli/run-command.ts";
import { createTestProject, type Finished, type TestProject } from "../../support/project.ts";
import { testTerminal } from "../../support/terminal.ts";

const modules = fileURLToPath(new URL("../../../node_modules", import.meta.url));

const tasks = `
import { setTimeout as sleep } from "node:timers/promises";
import { task } from "hyoshi";
import { z } from "zod";
export const add = task("app.add", {
  description: "Adds two numbers",
  input: z.object({ a: z.number(), b: z.number().default(1) }),
  run: ({ a, b }, { log }) => { log.info(\`adding \${a} and \${b}\`); return { sum: a + b }; },
});
export const fail = task("app.fail", { run() { throw new Error("no such luck"); } });
export const echo = task("app.echo", { run: ({ args, kwargs }) => ({ args, kwargs }) });
export const talk = task("app.talk", {
  async run(_input, { log, signal }) {
    for (let line = 1; line <= 5; line += 1) { log.info(\`line \${line}\`); await sleep(100, undefined, { signal }); }
  },
});
export const careless = task("app.careless", { run() { void Promise.reject(new Error("left behind")); return "done"; } });
export const deadly = task("app.deadly", { run: () => { setTimeout(() => { throw new Error("from a timer"); }, 0); return sleep(50); } });
export const wait = task("app.wait", { run: (_input, { signal }) => sleep(60_000, undefined, { signal }) });
`;

/** A project with the app `app`, in a folder from which zod is found. */
export function createAppProject(files: Readonly<Record<string, string>> = {}): TestProject {
  const project = createTestProject({ "app/tasks.ts": tasks, ...files });
  symlinkSync(modules, join(project.folder, "node_modules"));
  return project;
}

/** Runs a command in this process: many times quicker than in one of its own, and otherwise the same. */
export async function runHere(
  workingFolder: string,
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Finished> {
  const terminal = testTerminal({ workingFolder, env, clock: systemClock });
  const code = await runCommand(words, terminal, "0.0.0");
  return { code, stdout: terminal.stdout(), stderr: terminal.stderr() };
}
