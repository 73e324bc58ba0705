import { afterAll, beforeAll, expect, it } from "vitest";
import type { TestProject } from "../../support/project.ts";
import { createAppProject, runHere } from "./projects.ts";

const definitions = (cron: string, more = "") => `
import { periodicTask } from "hyoshi";
import { add, echo } from "./tasks.ts";
export const periodicTasks = [
  periodicTask({ name: "Add", task: add, input: { a: 1 }, schedules: [{ kind: "crontab", expression: "${cron}" }] }),
  periodicTask({ name: "Echo", task: echo, kwargs: { a: [1] }, tags: ["demo"] }),
  ${more}
];
`;

let project: TestProject;
beforeAll(() => {
  project = createAppProject({ "app/periodic-tasks.ts": definitions("0 9 * * 1") });
});
afterAll(() => project.close());

const run = (...words: string[]) => runHere(project.folder, words);
/** In a process of its own, which reads the app's files anew. */
const fresh = (...words: string[]) => project.run(words);

it("makes with the first migration what code defines, and then finds nothing to do", async () => {
  const migrated = await run("migrate");
  expect(migrated.code).toBe(0);
  expect(migrated.stdout).toMatch(/made 'Add' \(app\)\n\+ made 'Echo' \(app\)\n$/);
  expect(await run("plan")).toEqual({ code: 0, stdout: "2 periodic tasks in code: nothing to do\n", stderr: "" });
  const { stdout } = await run("migrate", "--json");
  expect(JSON.parse(stdout).code).toMatchObject([{ action: "none" }, { action: "none" }]);
});

it("is applied once by deploys at the same time", { timeout: 120_000 }, async () => {
  project.write(
    "app/periodic-tasks.ts",
    definitions("0 9 * * 1", 'periodicTask({ name: "Third", task: add, input: { a: 3 } }),'),
  );
  const all = await Promise.all([fresh("migrate", "--json"), fresh("migrate", "--json"), fresh("migrate", "--json")]);
  const actions = all.map(({ stdout }) =>
    JSON.parse(stdout)
      .code.map(({ action }: { action: string }) => action)
      .join(),
  );
  expect(actions.sort()).toEqual(["none,none,create", "none,none,none", "none,none,none"]);
  project.write("app/periodic-tasks.ts", definitions("0 9 * * 1"));
  expect((await fresh("migrate")).stdout).toMatch(/^- archived 'Third' \(app\): is not in the code any more$/m);
});

it("shows what a deploy would change, with an exit code of its own, and what was edited meanwhile", {
  timeout: 120_000,
}, async () => {
  await run("disable", "Echo");
  project.write("app/periodic-tasks.ts", definitions("0 10 * * 1"));
  const plan = await fresh("plan");
  expect(plan.code).toBe(7);
  expect(plan.stdout).toMatch(/^~ update 'Add' \(app\)$/m);
  expect(plan.stdout).toContain(
    'schedules.1.definition: {"kind":"crontab","expression":"0 9 * * 1"} -> {"kind":"crontab","expression":"0 10 * * 1"}',
  );
  expect(plan.stdout).toMatch(/^ {2}edited here: 'Echo' \(app\)\n {4}enabled: edited here to false, code has true$/m);
  expect(plan.stdout).toMatch(/2 periodic tasks in code: 1 to update\n$/);
  const json = await fresh("plan", "--json");
  expect(json.code).toBe(7);
  expect(JSON.parse(json.stdout)).toMatchObject({ changes: true, items: [{ action: "update" }, { action: "none" }] });
  expect((await fresh("migrate")).stdout).toMatch(/^~ updated 'Add' \(app\)$/m);
  expect((await fresh("plan")).code).toBe(0);
});

it("is checked before it is applied, and what is wrong keeps nothing else back", async () => {
  project.write(
    "app/periodic-tasks.ts",
    definitions(
      "0 11 * * 1",
      'periodicTask({ name: "Wrong", task: "app.add", input: { a: "one" } }), { task: "app.add" }',
    ),
  );
  const check = await fresh("check");
  expect(check.code).toBe(3);
  expect(check.stdout).toMatch(/error: periodic task 'Wrong': input\.a /);
  expect(check.stdout).toMatch(/error: periodicTasks\[3\] of app 'app' has no name \(.*periodic-tasks\.ts\)/);
  const migrated = await fresh("migrate");
  expect(migrated.code).toBe(1);
  expect(migrated.stdout).toMatch(/^~ updated 'Add' \(app\)$/m);
  expect(migrated.stdout).toMatch(/^! cannot apply 'Wrong' \(app\): input\.a /m);
  expect(migrated.stdout).toContain("app 'app' could not be read in full: nothing that it defined is taken away");
});
