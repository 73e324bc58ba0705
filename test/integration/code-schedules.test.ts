import { afterEach, beforeEach, expect, test } from "vitest";
import { systemActor } from "../../src/account/permission.ts";
import type { CodePlan, CodePlanItem } from "../../src/catalog/code/code-plan.ts";
import type { CodeRequest } from "../../src/catalog/code/code-schedules.ts";
import { driftFromCode } from "../../src/catalog/code/drift.ts";
import type { PeriodicTaskInput } from "../../src/catalog/periodic-task-check.ts";
import { periodicTask } from "../../src/task/periodic-task.ts";
import { createTestCatalog, type TestCatalog } from "../support/catalog.ts";
import { openTestDatabase, type TestDatabase } from "../support/database.ts";
import { FakeClock } from "../support/fake-clock.ts";

let database: TestDatabase;
let clock: FakeClock;
let testCatalog: TestCatalog;
beforeEach(async () => {
  database = await openTestDatabase();
  clock = new FakeClock(Date.UTC(2026, 0, 15, 12));
  testCatalog = createTestCatalog(database, clock);
});
afterEach(() => database.close());

const by = systemActor("kana");
const nightly = { name: "nightly", kind: "crontab", expression: "30 2 * * *" } as const;
const hourly = { key: "hourly", kind: "interval", every: 1, period: "hours" } as const;
const report = {
  name: "Report",
  task: "shop.report",
  args: [1],
  tags: ["shop"],
  schedules: [nightly, hourly],
} as const;
type Definition = Parameters<typeof periodicTask<string>>[0];

const request = (...definitions: readonly Definition[]): CodeRequest => ({
  definitions: definitions.map((definition) => ({ app: "shop", definition: periodicTask<string>(definition) })),
  unread: [],
});
const apply = (...definitions: readonly Definition[]) => testCatalog.catalog.code.apply(request(...definitions));
const plan = (...definitions: readonly Definition[]) => testCatalog.catalog.code.plan(request(...definitions));
const actions = ({ items }: CodePlan) => items.map(({ action, name }) => `${action} ${name}`);
const only = ({ items: [item] }: CodePlan): CodePlanItem => item as CodePlanItem;

async function stored(name = "Report") {
  const id = await testCatalog.parts.readers.periodicTasks.findIdByName(name);
  const task = await testCatalog.parts.periodicTasks.find(id ?? 0, clock.now());
  if (task === undefined) throw new Error(`there is no '${name}'`);
  return task;
}

/** As a person would in the admin: everything as it is, but for these. */
async function edit(parts: Partial<PeriodicTaskInput>, name = "Report") {
  const { id, version, payload, schedules, options, ...task } = await stored(name);
  const kept = schedules.map(({ definition, ...schedule }) => ({ ...definition, ...schedule }));
  const { codeBase: _base, codeApp: _app, ...rest } = task;
  const input = { ...rest, ...options, ...payload, schedules: kept, ...parts } as PeriodicTaskInput;
  return testCatalog.catalog.editor.save(input, { id, version }, by);
}

test("a definition is made once, and applying it again does nothing", async () => {
  expect(actions(await plan(report))).toEqual(["create Report"]);
  expect(actions(await apply(report))).toEqual(["create Report"]);
  const made = await stored();
  expect(made).toMatchObject({
    codeApp: "shop",
    task: "shop.report",
    payload: { args: [1], kwargs: {} },
    schedules: [{ name: "nightly" }, { definition: { kind: "interval" } }],
  });
  expect(actions(await apply(report))).toEqual(["none Report"]);
  expect((await stored()).version).toBe(made.version);
  expect(driftFromCode(made)).toEqual([]);
});

test("what code changes is changed here, and schedules that stay keep their cursor", async () => {
  await apply(report);
  const before = await stored();
  await clock.advance(60_000);
  const changed = { ...report, args: [2], overlap: "skip", schedules: [{ ...nightly, zone: "UTC" }, hourly] } as const;
  const planned = only(await plan(changed));
  expect(planned).toMatchObject({
    action: "update",
    updates: [
      { field: "args", from: [1], to: [2] },
      { field: "overlap", from: "allow", to: "skip" },
      { field: "schedules.nightly.zone", from: "Asia/Tokyo", to: "UTC" },
    ],
    conflicts: [],
  });
  await apply(changed);
  const after = await stored();
  expect(after).toMatchObject({ payload: { args: [2] }, options: { overlap: "skip" } });
  expect(after.schedules.map(({ uid }) => uid)).toEqual(before.schedules.map(({ uid }) => uid));
  expect(after.schedules.map(({ version }) => version)).toEqual([2, 1]);
});

test("what was edited here is kept, told as drift, and can be given back to the code", async () => {
  await apply(report);
  const [, second] = (await stored()).schedules;
  const moved = { ...nightly, expression: "0 5 * * *", id: (await stored()).schedules[0]?.id, zone: "Asia/Tokyo" };
  await edit({
    enabled: false,
    tags: ["shop", "night"],
    schedules: [moved, { kind: "clocked", ...{ at: Date.UTC(2027, 0, 1) }, name: "new year" }],
  });
  const drift = driftFromCode(await stored());
  expect(drift).toEqual([
    { field: "tags", code: ["shop"], now: ["shop", "night"] },
    { field: "enabled", code: true, now: false },
    {
      field: "schedules.nightly.definition",
      code: { kind: "crontab", expression: "30 2 * * *" },
      now: { kind: "crontab", expression: "0 5 * * *" },
    },
    { field: "schedules.hourly", code: expect.objectContaining({ zone: "Asia/Tokyo" }), now: null },
    { field: "schedules.new year", code: null, now: expect.objectContaining({ name: "new year" }) },
  ]);
  const deployed = only(await apply({ ...report, description: "Ask Kana." }));
  expect(deployed).toMatchObject({ action: "update", updates: [{ field: "description" }], conflicts: [], drift });
  expect(await stored()).toMatchObject({ enabled: false, tags: ["shop", "night"], description: "Ask Kana." });

  const { id } = await stored();
  await testCatalog.catalog.code.returnToCode(id, by);
  const returned = await stored();
  expect(driftFromCode(returned)).toEqual([]);
  expect(returned).toMatchObject({ enabled: true, tags: ["shop"], schedules: [{ name: "nightly" }, { name: "" }] });
  expect(returned.schedules[1]?.uid).not.toBe(second?.uid);
  expect(actions(await plan({ ...report, description: "Ask Kana." }))).toEqual(["none Report"]);
});

test("where both changed a thing, the edit stays and is told once as a conflict, and as drift from then on", async () => {
  await apply(report);
  await edit({ queue: "slow", priority: 3 });
  const changed = { ...report, queue: "quick", priority: 3 } as const;
  const conflict = { field: "queue", base: null, code: "quick", now: "slow" };
  expect(only(await plan(changed))).toMatchObject({ action: "conflict", conflicts: [conflict], drift: [] });
  expect(only(await apply(changed))).toMatchObject({ action: "conflict", conflicts: [conflict] });
  expect(await stored()).toMatchObject({ queue: "slow", priority: 3 });
  expect(only(await apply(changed))).toMatchObject({
    action: "none",
    conflicts: [],
    drift: [{ field: "queue", code: "quick", now: "slow" }],
  });
});

test("what code does not define any more is archived, unless it was edited", async () => {
  const other = { ...report, name: "Other" };
  await apply(report, other);
  await edit({ description: "mine" }, "Other");
  expect(actions(await plan())).toEqual(["archive Report", "release Other"]);
  const unread = await testCatalog.catalog.code.plan({ definitions: [], unread: ["shop"] });
  expect(unread.items).toEqual([]);
  await apply();
  await expect(stored()).rejects.toThrow("there is no 'Report'");
  expect(await stored("Other")).toMatchObject({ codeApp: null, description: "mine" });
  expect(actions(await plan())).toEqual([]);
  expect(actions(await apply(report))).toEqual(["create Report"]);
});

test("what was archived here stays archived while code defines it", async () => {
  await apply(report);
  await testCatalog.catalog.editor.archive((await stored()).id, by);
  expect(only(await apply(report))).toMatchObject({
    action: "none",
    reason: expect.stringContaining("was archived here"),
  });
  await expect(stored()).rejects.toThrow("there is no 'Report'");
});

test("one of the same name that was made in the admin is taken on where it is just so, and is a conflict else", async () => {
  const definition = { ...report, schedules: [nightly] };
  const asMade = { ...report, schedules: [{ ...nightly }] } as unknown as PeriodicTaskInput;
  const { id } = await testCatalog.catalog.editor.save(asMade, undefined, by);
  expect(only(await plan({ ...definition, priority: 9 }))).toMatchObject({
    action: "conflict",
    reason: expect.stringContaining("was made in the admin"),
  });
  expect(only(await apply(definition))).toMatchObject({ action: "none", periodicTaskId: id });
  expect(await stored()).toMatchObject({ id, codeApp: "shop" });
  expect(actions(await apply({ ...definition, priority: 9 }))).toEqual(["update Report"]);
});

test("a name is a field like the others where the definition has a key", async () => {
  await apply({ ...report, key: "report" });
  await edit({ name: "Report of the shop" });
  expect(only(await apply({ ...report, key: "report", tags: [] }))).toMatchObject({
    action: "update",
    name: "Report of the shop",
    drift: [{ field: "name", code: "Report", now: "Report of the shop" }],
  });
});

test("a definition that makes no sense says why, and keeps nobody else from being made", async () => {
  const applied = await apply(
    { ...report, name: "Never", schedules: [{ kind: "crontab", expression: "0 0 31 2 *" }] },
    { ...report, name: "Closed", schedules: [{ ...hourly, calendar: { name: "Nowhere", rule: "skip" } }] },
    report,
  );
  expect(applied.items).toMatchObject([
    { action: "invalid", name: "Never", reason: expect.stringContaining("can never match") },
    { action: "invalid", name: "Closed", reason: expect.stringContaining("'Nowhere'") },
    { action: "create", name: "Report" },
  ]);
});

test("a time that code names once is not made again after it has passed, and does no harm while it is here", async () => {
  const once = { ...report, schedules: [{ kind: "clocked", at: "2026-01-15T12:01:00Z", name: "once" }] } as const;
  await apply(once);
  await clock.advance(120_000);
  await testCatalog.fire();
  expect(actions(await plan(once))).toEqual(["none Report"]);
  expect(actions(await apply({ ...once, name: "Second" }))).toEqual(["create Second", "archive Report"]);
  expect(await stored("Second")).toMatchObject({ schedules: [] });
});
