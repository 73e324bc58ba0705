import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { z } from "zod";
import * as library from "../task/task.ts";
import { task } from "../task/task.ts";
import { announcementOf } from "./announcement.ts";
import { discover } from "./discover.ts";
import { createModuleLoader } from "./load-module.ts";

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function project(files: Record<string, string>) {
  const folder = mkdtempSync(join(tmpdir(), "hyoshi-discover-"));
  folders.push(folder);
  for (const [name, text] of Object.entries({ "package.json": `{"type":"module"}`, ...files })) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const load = createModuleLoader(folder, library);
  const find = (...apps: string[]) =>
    discover(
      apps.map((name) => ({ name, folder: join(folder, name) })),
      load,
    );
  return { folder, find };
}

const simple = (name: string, ...more: string[]) =>
  [`import { task } from "hyoshi";`, ...more, `export const made = task("${name}", { run: () => 1 });`].join("\n");

describe("discover", () => {
  it("finds the exported tasks of apps whose files import each other", async () => {
    const { find, folder } = project({
      "a/tasks.ts": simple("a.made", `import { made as other } from "../b/tasks";`, `export const see = () => other;`),
      "b/tasks/index.ts": simple(
        "b.made",
        `import { made as other } from "../../a/tasks";`,
        `enum Old { Way }`,
        `export const see = () => [other, Old.Way];`,
      ),
    });
    const { registry, problems, apps } = await find("a", "b");
    expect(problems).toEqual([]);
    expect(registry.names()).toEqual(["a.made", "b.made"]);
    expect(registry.get("b.made")).toMatchObject({ app: "b", file: join(folder, "b/tasks/index.ts") });
    const seen = apps[0]?.tasks?.exports.see as (() => unknown) | undefined;
    expect(seen?.()).toBe(registry.get("b.made").task);
  });

  it("finds models, admin screens and migrations", async () => {
    const { find } = project({
      "a/models.ts": "export const Counter = { table: 'a_counter' };",
      "a/admin.js": "export const screens = [1];",
      "a/migrations/0002-more.ts": "export const up = 2;",
      "a/migrations/0001-create.ts": "export const up = 1;",
      "a/migrations/notes.md": "",
    });
    const { apps, problems } = await find("a");
    expect(problems).toEqual([]);
    expect(apps[0]?.models?.exports.Counter).toEqual({ table: "a_counter" });
    expect(apps[0]?.admin?.exports.screens).toEqual([1]);
    expect(apps[0]?.migrations.map(({ name }) => name)).toEqual(["0001-create", "0002-more"]);
    expect(await apps[0]?.migrations[1]?.load()).toMatchObject({ up: 2 });
  });

  it("names the file that throws on import, and loads the other apps", async () => {
    const { find, folder } = project({
      "a/tasks.ts": `throw new Error("no such setting");`,
      "b/tasks.ts": simple("b.made"),
      "c/tasks.ts": "export const = ;",
    });
    const { registry, problems } = await find("a", "b", "c");
    expect(registry.names()).toEqual(["b.made"]);
    expect(problems).toMatchObject([
      { severity: "error", code: "import_failed", app: "a", file: join(folder, "a/tasks.ts") },
      { severity: "error", code: "import_failed", app: "c", file: join(folder, "c/tasks.ts") },
    ]);
    expect(problems[0]?.message).toBe(`${folder}/a/tasks.ts of app 'a' cannot be imported: no such setting`);
  });

  it("names both files of two tasks with one name, and keeps the first", async () => {
    const { find, folder } = project({ "a/tasks.ts": simple("same"), "b/tasks.ts": simple("same") });
    const { registry, problems } = await find("a", "b");
    expect(registry.get("same").app).toBe("a");
    expect(problems).toMatchObject([{ code: "duplicate_task", app: "b", file: join(folder, "b/tasks.ts") }]);
    expect(problems[0]?.message).toContain(join(folder, "a/tasks.ts"));
  });

  it("takes a task that another app passes on for the same one", async () => {
    const { find } = project({
      "a/tasks.ts": simple("a.made"),
      "b/tasks.ts": `export { made as again } from "../a/tasks.ts";\n${simple("b.made")}`,
    });
    const { registry, problems } = await find("a", "b");
    expect(problems).toEqual([]);
    expect(registry.get("a.made").app).toBe("a");
  });

  it("warns of a task that is made and not exported, and of an app without any", async () => {
    const { find } = project({
      "a/tasks.ts": simple("a.made", `task("a.forgotten", { run() {} });`),
      "b/tasks.ts": "export const nothing = 1;",
      "c/readme.md": "",
    });
    const { problems } = await find("a", "b", "c", "d");
    expect(problems.map(({ severity, code, app }) => [severity, code, app])).toEqual([
      ["warning", "app_without_modules", "c"],
      ["error", "app_not_found", "d"],
      ["warning", "no_tasks", "b"],
      ["warning", "task_not_exported", "a"],
    ]);
    expect(problems[3]?.message).toContain("task 'a.forgotten' is made but not exported");
  });

  it("reports a schema that no form can be drawn from, and finds the other tasks", async () => {
    const dated = task("m.dated", { input: z.object({ at: z.date() }), run() {} });
    const fine = task("m.fine", { run() {} });
    const { registry, problems } = await discover([{ name: "m", tasks: { dated, fine } }], async () => ({}));
    expect(registry.names()).toEqual(["m.fine"]);
    expect(problems).toMatchObject([{ code: "invalid_task", app: "m", file: null }]);
    expect(problems[0]?.message).toContain("the input schema of task 'm.dated' has no JSON Schema");
  });

  it("takes modules that the program imported itself", async () => {
    const made = task("m.made", { run() {} });
    const { apps, registry } = await discover(
      [{ name: "m", tasks: { made }, migrations: { "0002-b": {}, "0001-a": { up: 1 } } }],
      async () => ({}),
    );
    expect(registry.get("m.made")).toEqual({ task: made, app: "m", file: null });
    expect(apps[0]?.migrations.map(({ name }) => name)).toEqual(["0001-a", "0002-b"]);
  });
});

describe("announcementOf", () => {
  it("tells the schema, the positional order and the default queue", () => {
    const made = task("m.made", { input: z.object({ n: z.number(), s: z.string().optional() }), run() {} });
    const announced = announcementOf({ task: made, app: "m", file: null }, "elsewhere");
    expect(announced).toMatchObject({ task: "m.made", app: "m", queue: "elsewhere", positional: ["n", "s"] });
    expect(announced.inputSchema).toMatchObject({ type: "object", required: ["n"] });
    expect(announced.schemaHash).toMatch(/^[0-9a-f]{16}$/);
  });

  it("has no schema for a task that takes args and kwargs", () => {
    const made = task("m.made", { queue: "own", run() {} });
    expect(announcementOf({ task: made, app: "m", file: null }, "d")).toMatchObject({
      inputSchema: null,
      positional: null,
      queue: "own",
    });
  });
});
