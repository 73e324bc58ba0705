import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import type { TestProject } from "../../support/project.ts";
import { createAppProject, runHere } from "./projects.ts";

let project: TestProject;
afterEach(() => project.close());

it("finds three mistakes in the settings at once", async () => {
  project = createAppProject({
    "hyoshi.config.ts": `import { defineConfig } from "hyoshi";
      export default defineConfig({ apps: ["app"], timeZone: "Asia/Tokio", admin: { port: "8000" }, quues: ["a"] });`,
  });
  const { code, stdout, stderr } = await runHere(project.folder, ["check"]);
  expect({ code, stderr }).toEqual({ code: 3, stderr: "" });
  const lines = stdout.trimEnd().split("\n");
  expect(lines.slice(0, 3).sort()).toEqual([
    "error: setting 'admin.port' is '8000': expected a whole number from 0 to 65,535",
    "error: setting 'quues' is not known; did you mean 'queues'?",
    expect.stringMatching(/^error: setting 'timeZone': .*Asia\/Tokio.*did you mean Asia\/Tokyo/),
  ]);
  expect(lines[3]).toMatch(/hyoshi\.config\.ts: 3 errors, 0 warnings$/);
  expect((await runHere(project.folder, ["beat"])).stderr).toMatch(
    /^hyoshi: \S+hyoshi\.config\.ts: 3 errors\n( {2}setting [^\n]+\n){3}$/,
  );
});

it("finds apps that cannot be imported, tasks of one name and broken migrations, apart from warnings", async () => {
  project = createAppProject({
    "hyoshi.config.ts": `export default { apps: ["app", "other", "broken"] };`,
    "other/tasks.ts": `import { task } from "hyoshi"; export const add = task("app.add", { run() {} }); task("other.lost", { run() {} });`,
    "other/migrations/0001-nothing.ts": "export const up = 1;",
    "broken/tasks.ts": `throw new Error("no such setting");`,
  });
  const { code, stdout } = await runHere(project.folder, ["check", "--json"]);
  expect(code).toBe(3);
  const { errors, warnings } = JSON.parse(stdout);
  const texts = (found: { text: string }[]) => found.map(({ text }) => text).join("\n");
  expect(errors.length).toBe(3);
  expect(texts(errors)).toMatch(/broken\/tasks\.ts of app 'broken' cannot be imported: no such setting/);
  expect(texts(errors)).toMatch(/two tasks are called 'app\.add'/);
  expect(texts(errors)).toMatch(/migration 'other\/0001-nothing' exports no function 'up'/);
  expect(texts(warnings)).toMatch(/'other\.lost' is made but not exported/);
  expect(texts(warnings)).toMatch(/there is no database/);
});

it("ends with 0 where there are warnings alone, from a folder below too", async () => {
  project = createAppProject();
  expect(await runHere(join(project.folder, "app"), ["check"])).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("0 errors, 1 warning"),
  });
});
