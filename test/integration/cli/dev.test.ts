import { createServer } from "node:net";
import { afterEach, expect, it } from "vitest";
import { eventually } from "../../support/eventually.ts";
import type { TestProject } from "../../support/project.ts";
import { createAppProject, runHere } from "./projects.ts";

let project: TestProject;
afterEach(() => project.close());

const occurrences = (text: string, part: string) => text.split(part).length - 1;

it("runs admin, beat and worker, restarts what a saved file touches and what is killed, and ends with all of them", async () => {
  project = createAppProject();
  await runHere(project.folder, ["migrate"]);
  const dev = project.start(["dev", "--port", "0"]);
  await dev.says("open http://127.0.0.1:");
  await dev.says("beat is at work");
  await dev.says("worker is at work");
  const address = /open (\S+)/.exec(dev.output())?.[1] ?? "";
  expect((await fetch(address)).status).toBe(200);

  project.write(
    "app/tasks.ts",
    `import { task } from "hyoshi"; export const fresh = task("app.fresh", { run: () => "fresh" });`,
  );
  await dev.says("app/tasks.ts saved: admin, worker start again");
  await eventually(() => occurrences(dev.output(), "worker is at work") === 2, { within: 30_000, what: dev.output });
  expect(occurrences(dev.output(), "beat is at work")).toBe(1);
  expect(await project.run(["send", "app.fresh", "--wait", "--timeout", "30"])).toMatchObject({
    code: 0,
    stdout: '"fresh"\n',
  });

  const { stdout } = await runHere(project.folder, ["tasks", "--json"]);
  expect(JSON.parse(stdout).find(({ task }: { task: string }) => task === "app.fresh").workers).toBe(1);
  const pid = Number(/worker-(\d+)@/.exec((await runHere(project.folder, ["runs"])).stdout)?.[1]);
  process.kill(pid, "SIGKILL");
  await dev.says("worker was ended by SIGKILL; it starts again in 0.5 s");
  await eventually(() => occurrences(dev.output(), "worker is at work") === 3, { within: 30_000, what: dev.output });

  expect(await dev.end("SIGTERM")).toBe(0);
  expect(occurrences(dev.output(), "| ") > 0 && /worker [^\n]* stopped/.test(dev.output())).toBe(true);
  await expect(fetch(address)).rejects.toThrow();
});

it("keeps what is down for wrong settings down until they are saved right", async () => {
  project = createAppProject();
  await runHere(project.folder, ["migrate"]);
  const dev = project.start(["dev", "--port", "0"]);
  await dev.says("beat is at work");
  await dev.says("worker is at work");
  await dev.says("open http");
  project.write("hyoshi.config.ts", "export default { apps: [], wrong: 1 };");
  for (const role of ["admin", "beat", "worker"]) await dev.says(`${role} is down until a file is saved`);
  await dev.says("setting 'wrong' is not known");
  project.write("hyoshi.config.ts", `export default { apps: ["app"] };`);
  await eventually(() => occurrences(dev.output(), "beat is at work") === 2, { within: 30_000, what: dev.output });
  expect(await dev.end("SIGTERM")).toBe(0);
});

it("refuses a port that is taken, at once", async () => {
  project = createAppProject();
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  const { port } = other.address() as { port: number };
  try {
    for (const words of [["dev", "--port", String(port)]]) {
      expect(await project.run(words)).toEqual({
        code: 1,
        stdout: "",
        stderr: `hyoshi: port ${port} of 127.0.0.1 is in use: stop what listens there, or choose another with --port or PORT\n`,
      });
    }
    expect(await project.run(["dev"], { PORT: "x" })).toMatchObject({
      code: 3,
      stderr: expect.stringContaining("PORT is 'x'"),
    });
  } finally {
    other.close();
  }
});
