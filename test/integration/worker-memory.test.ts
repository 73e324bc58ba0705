import { expect, it } from "vitest";
import { createWorkerProject } from "../support/worker-project.ts";

const tasks = `
import { task } from "hyoshi";
const mb = () => Math.round(process.memoryUsage().rss / 1024 / 1024);
export const huge = task("app.huge", { run: (_, { log }) => {
  const text = Buffer.alloc(200 * 1024 * 1024, "x").toString("latin1");
  const before = mb();
  for (let n = 0; n < 5; n += 1) log.info(text);
  console.log(text);
  log.info("kept too");
  return { growth: mb() - before };
} });
export const many = task("app.many", { run: (_, { log }) => {
  const before = mb();
  // A short line out of each large text must not keep all of that in memory.
  for (let n = 0; n < 60; n += 1) log.info("a line, and much more after it: " + n + "\\n" + Buffer.alloc(8 * 1024 * 1024, "x").toString("latin1"));
  return { growth: mb() - before };
} });
`;

it("keeps its memory bounded, whatever a task logs", async () => {
  const at = await createWorkerProject({ "app/tasks.ts": tasks });
  try {
    at.project.start(["worker"]);
    for (const name of ["app.many", "app.huge"]) {
      const id = await at.send(name);
      const run = await at.ended(id);
      expect(run.state).toBe("succeeded");
      const { growth } = run.result as { growth: number };
      console.log(`${name}: resident memory grew by ${growth} MB`);
      expect(growth).toBeLessThan(300);
      expect((await at.log(id)).length).toBeLessThan(11 * 1024 * 1024);
    }
    expect(await at.log("app.huge 2")).toMatch(/x … \[\d+ more characters were cut\]\n.*kept too\n$/s);
  } finally {
    await at.close();
  }
});
