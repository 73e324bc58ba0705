import { afterEach, expect, it } from "vitest";
import { createPostgresTestDatabase } from "../support/postgres-database.ts";
import { createTestProject } from "../support/project.ts";

const tasks = `
import { task } from "hyoshi";
export const leaf = task("app.leaf", { run: () => "leaf" });
const run = async (_, { log, progress, send, db }) => {
  log.info("at it");
  progress({ current: 1, total: 2 });
  const { length } = await db().selectFrom("process").select("id").execute();
  return { pid: process.pid, sees: length > 0, child: (await send(leaf, {})).id };
};
export const apart = task("app.apart", { pool: "processes", run });
export const aside = task("app.aside", { pool: "threads", run });
export const quits = task("app.quits", { pool: "processes", onLost: "fail", run: () => process.exit(3) });
`;

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

it("children of a worker on PostgreSQL see its tables and send on, and one that ends costs its own attempt", async () => {
  const { url, drop } = await createPostgresTestDatabase();
  closing.push(drop);
  const project = createTestProject({ "app/tasks.ts": tasks });
  closing.push(() => project.close());
  const env = { DATABASE_URL: url };
  const worker = project.start(["worker"], env);
  await worker.says("at work");
  const send = async (task: string) => {
    const { code, stdout, stderr } = await project.run(["send", task, "--wait"], env);
    return { code, stderr, result: code === 0 ? JSON.parse(stdout.slice(0, stdout.lastIndexOf("}") + 1)) : undefined };
  };

  const [apart, aside] = await Promise.all([send("app.apart"), send("app.aside")]);
  expect(apart).toMatchObject({ code: 0, result: { sees: true } });
  expect(apart.result.pid).not.toBe(worker.child.pid);
  expect(aside).toMatchObject({ code: 0, result: { sees: true, pid: worker.child.pid } });
  for (const { result } of [apart, aside]) {
    expect((await project.run(["run", "show", result.child], env)).stdout).toContain("app.leaf");
  }
  expect(await send("app.quits")).toMatchObject({ code: 1, stderr: expect.stringContaining("it ended with code 3") });
  expect(await send("app.apart")).toMatchObject({ code: 0 });
});
