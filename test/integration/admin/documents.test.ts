import { afterAll, beforeAll, expect, test } from "vitest";
import { type Caller, openTestAdmin, type TestAdmin } from "../../support/admin.ts";

let admin: TestAdmin;
let root: Caller;
beforeAll(async () => {
  admin = await openTestAdmin();
  root = await admin.signIn("admin");
});
afterAll(() => admin.close());

const document = {
  hyoshi: 1,
  groups: [{ name: "On call", permissions: ["runs.view"] }],
  periodicTasks: [
    {
      uid: "u1",
      name: "Report",
      task: "tapp_a.report",
      schedules: [{ uid: "s1", kind: "crontab", expression: "0 9 * * 1", zone: "Asia/Tokyo" }],
    },
    { name: "Never", task: "tapp_a.report", schedules: [{ kind: "crontab", expression: "0 0 31 2 *" }] },
  ],
};

test("a dry run tells what an import would do, and the import does it", async () => {
  const dry = await root.call("POST", "/import?dryRun=true", document);
  expect(dry.statusCode).toBe(200);
  expect(dry.json()).toMatchObject({
    dryRun: true,
    counts: { imported: 2, changed: 0, unchanged: 0, skipped: 1 },
    items: [
      { place: "groups[0]", outcome: "imported" },
      { place: "periodicTasks[0]", outcome: "imported", name: "Report" },
      { place: "periodicTasks[1]", outcome: "skipped", reason: expect.stringContaining("can never match") },
    ],
  });
  expect((await root.call("GET", "/export")).json()).toEqual({
    hyoshi: 1,
    calendars: [],
    groups: [],
    periodicTasks: [],
    pauses: [],
  });
  await root.call("POST", "/import", document);
  const exported = (await root.call("GET", "/export")).json();
  expect(exported).toMatchObject({ groups: document.groups, periodicTasks: [document.periodicTasks[0]] });
  const again = await root.call("POST", "/import", exported);
  expect(again.json().counts).toEqual({ imported: 0, changed: 0, unchanged: 2, skipped: 0 });
});

test("an export is YAML where it is asked for", async () => {
  const answer = await root.call("GET", "/export?format=yaml");
  expect(answer.headers["content-type"]).toContain("application/yaml");
  expect(answer.body).toMatch(/^hyoshi: 1\n/);
});

test("an export's YAML is taken in as it is", async () => {
  const yaml = (await root.call("GET", "/export?format=yaml")).body;
  const headers = { "content-type": "application/yaml" };
  const answer = await root.call("POST", "/import?dryRun=true", yaml, headers);
  expect(answer.json()).toMatchObject({ counts: { imported: 0, changed: 0, unchanged: 2, skipped: 0 } });
  const broken = await root.call("POST", "/import?dryRun=true", "hyoshi: 1\n - x: [", headers);
  expect(broken.json()).toMatchObject({ code: "invalid_document" });
  expect((await root.call("POST", "/groups", yaml, headers)).statusCode).toBe(415);
});

test("groups need the permission to manage users, on the way out and in", async () => {
  await admin.addUser("exporter", ["project.manage"]);
  const exporter = await admin.withToken("exporter");
  await root.call("POST", "/groups", { name: "Night", permissions: [] });
  expect((await exporter.call("GET", "/export")).json().groups).toEqual([]);
  const report = await exporter.call("POST", "/import", { hyoshi: 1, groups: document.groups });
  expect(report.json().items).toEqual([
    expect.objectContaining({ outcome: "skipped", reason: "needs the permission users.manage" }),
  ]);
});

test("what is no document is refused with the place of the fault", async () => {
  const answer = await root.call("POST", "/import", { hyoshi: 2, periodicTasks: {} });
  expect(answer.statusCode).toBe(422);
  expect(answer.json().errors.map(({ path }: { path: string }) => path)).toEqual(["/hyoshi", "/periodicTasks"]);
});
