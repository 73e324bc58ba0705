import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterEach, describe, expect, it } from "vitest";
import { createTestProject, type TestProject } from "../support/project.ts";

const execute = promisify(execFile);

/** Nothing listens there. */
const addresses = { Redis: "redis://127.0.0.1:1/0", RabbitMQ: "amqp://127.0.0.1:1" };
const files = {
  "app/tasks.ts": 'import { task } from "hyoshi";\nexport const noop = task("app.noop", { run: () => 1 });\n',
  "hyoshi.config.ts": 'export default { apps: ["./app"], brokerOptions: { connectTimeoutMs: 1_000 } };\n',
};
const program = `
const { openApp } = await import(process.env.HYOSHI_LIBRARY);
const app = await openApp();
const sent = await Promise.all([app.send("app.noop"), app.sendMany([{ task: "app.noop", input: {} }])]);
console.log(sent.flat().map(({ broker }) => broker).join());
await app.close();
`;

let project: TestProject | undefined;
afterEach(() => project?.close());

describe.each(Object.entries(addresses))("with %s out of reach", (_, url) => {
  it("what is sent is stored, and all else says why it cannot be done", async () => {
    project = createTestProject(files);
    const env = { BROKER_URL: url };
    expect((await project.run(["migrate"], env)).code).toBe(0);
    expect(await project.run(["send", "app.noop"], env)).toMatchObject({ code: 0, stderr: "" });
    const checked = await project.run(["check"], env);
    expect(checked).toMatchObject({ code: 0, stdout: expect.stringMatching(/^warning: .*cannot be (reached|used)/) });
    const runs = await project.run(["runs", "--json"], env);
    expect(JSON.parse(runs.stdout)).toMatchObject({ items: [{ task: "app.noop", state: "unpublished" }] });
    const asked = await Promise.all(
      [
        ["inspect", "ping"],
        ["queues", "purge", "default", "--yes"],
        ["send", "app.noop", "--wait", "--timeout", "1"],
      ].map((words) => project?.run(words, env)),
    );
    for (const answer of asked) {
      expect(answer?.code).toBeGreaterThan(0);
      expect(answer?.stderr).toMatch(/\S/);
    }
  });

  it("a program that waits for nothing else is not ended before it has sent", async () => {
    project = createTestProject(files);
    const env = { ...process.env, BROKER_URL: url, DATABASE_URL: `sqlite:${project.databaseFile}` };
    expect((await project.run(["migrate"], env)).code).toBe(0);
    const library = new URL("../../src/index.ts", import.meta.url).href;
    const { stdout } = await execute(process.execPath, ["--input-type=module", "-e", program], {
      cwd: project.folder,
      env: { ...env, HYOSHI_LIBRARY: library },
    });
    expect(stdout.trim()).toBe("stored,stored");
  });
});
