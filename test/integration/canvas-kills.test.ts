import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { afterEach, expect, it } from "vitest";
import { openApp } from "../../src/app/library.ts";
import { chain, chord, group, signature } from "../../src/canvas/signature.ts";
import type { Task } from "../../src/task/task.ts";
import { eventually } from "../support/eventually.ts";
import { makeTables } from "../support/make-tables.ts";
import type { TestProject } from "../support/project.ts";
import { createAppProject } from "./cli/projects.ts";

const tasks = `
import { setTimeout as sleep } from "node:timers/promises";
import { task } from "hyoshi";
import { z } from "zod";
export const double = task("app.double", {
  input: z.number(),
  run: async (n) => { await sleep(Math.random() * 60); return n * 2; },
});
export const sum = task("app.sum", {
  input: z.object({ parts: z.array(z.number()) }),
  run: ({ parts }) => parts.reduce((a, b) => a + b, 0),
});
`;

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const double = (n?: number) => signature<Task<number, number>>("app.double", n as number);
const sum = () => signature<Task<{ parts: number[] }, number>, "parts">("app.sum", {}, { into: "parts" });
const taken = () => signature<Task<number, number>>("app.double");

async function killed(project: TestProject): Promise<void> {
  const worker = project.start(["worker"]);
  await worker.says("worker is at work");
  await new Promise((resolve) => setTimeout(resolve, 300 + Math.random() * 300));
  await worker.end("SIGKILL");
}

it("workers that are killed neither lose nor double what follows in a canvas", { timeout: 120_000 }, async () => {
  const project = createAppProject({ "app/tasks.ts": tasks });
  closing.push(() => project.close());
  await makeTables(project.databaseFile);
  const app = await openApp({ config: join(project.folder, "hyoshi.config.ts") });
  closing.push(() => app.close());
  const canvases = await Promise.all(
    Array.from({ length: 20 }, (_, n) =>
      app.send(chain(chord(group(double(n), chain(double(1), taken()), double(2)), sum()), taken())),
    ),
  );
  const results = Promise.all(canvases.map((sent) => sent.result({ timeoutMs: 100_000 })));
  for (let kill = 0; kill < 2; kill += 1) await killed(project);
  const worker = project.start(["worker"]);
  await worker.says("worker is at work");
  expect(await results).toEqual(canvases.map((_, n) => (2 * n + 4 + 4) * 2));
  const database = new Sqlite(project.databaseFile, { readonly: true });
  closing.push(async () => database.close());
  const count = (table: string) => database.prepare(`select count(*) from ${table}`).pluck().get();
  // Each canvas is its six runs: one that was sent twice would be a seventh.
  expect(count("run_done")).toBe(20 * 6);
  await eventually(() => ["run_live", "chord", "chord_part", "unreported_result"].every((table) => count(table) === 0));
});
