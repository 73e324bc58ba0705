import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { parse } from "yaml";
import type { ImportReport } from "../../../src/catalog/import/import-report.ts";
import type { TestProject } from "../../support/project.ts";
import { createAppProject, runHere } from "../cli/projects.ts";

const document = `
hyoshi: 1
calendars:
  - name: Shop
    weekend: [0]
    holidays: [{ country: JP }]
    years: { from: 2026, to: 2027 }
    closed: [{ date: 2026-12-31, name: stocktaking }]
groups:
  - name: Operators
    permissions: [periodic-tasks.view, periodic-tasks.run]
periodicTasks:
  - uid: report-1
    name: Nightly report
    task: app.add
    input: { a: 1 }
    description: |
      Who is hurt: nobody.
    tags: [report]
    owner: nobody-here
    priority: 7
    overlap: queue
    overlapQueue: 3
    expiresMs: 60000
    schedules:
      - uid: report-1-weekdays
        name: weekdays
        kind: crontab
        expression: 30 2 * * 1-5
        zone: Asia/Tokyo
        misfire: all
        catchUpCap: 10
        calendar: { name: Shop, rule: next }
      - kind: interval
        every: 6
        period: hours
        anchor: 2026-01-01T00:00:00Z
        enabled: false
        input: { b: 2 }
  - name: Once
    task: app.echo
    args: [1]
    kwargs: { b: 2 }
    enabled: false
    schedules: [{ kind: clocked, at: 2026-01-01T00:00:00Z }]
  - name: Broken
    task: app.add
    input: { a: one }
  - name: Misspelled
    task: app.add
    shedules: []
pauses:
  - scope: tag
    target: report
    reason: audit
`;

let project: TestProject;
beforeEach(async () => {
  project = createAppProject();
  await runHere(project.folder, ["migrate"]);
  project.write("all.yaml", document);
});
afterEach(() => project.close());

const imported = async (...words: string[]): Promise<ImportReport> => {
  const { code, stdout, stderr } = await runHere(project.folder, ["import", ...words, "--json"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return JSON.parse(stdout) as ImportReport;
};
const exported = async () => {
  const { code } = await runHere(project.folder, ["export", "out.yaml"]);
  expect(code).toBe(0);
  return readFileSync(join(project.folder, "out.yaml"), "utf8");
};
const outcomes = ({ items }: ImportReport) => items.map(({ outcome, place }) => `${place} ${outcome}`);

it("makes everything once, and says what it could not make and why", async () => {
  const dry = await imported("all.yaml", "--dry-run");
  expect(parse(await exported())).toMatchObject({ groups: [], periodicTasks: [] });
  const first = await imported("all.yaml", "--with-pauses");
  expect(outcomes(first)).toEqual([
    "calendars[0] imported",
    "groups[0] imported",
    "periodicTasks[0] imported",
    "periodicTasks[1] imported",
    "periodicTasks[2] skipped",
    "periodicTasks[3] skipped",
    "pauses[0] imported",
  ]);
  expect(outcomes(dry).slice(0, 6)).toEqual(outcomes(first).slice(0, 6));
  expect(first.items[2]?.notes).toEqual(["there is no user 'nobody-here' here: it has no owner"]);
  expect(first.items[3]?.notes).toEqual([expect.stringContaining("has passed: it is left out")]);
  expect(first.items[4]?.reason).toMatch(/input\.a/);
  expect(first.items[5]?.reason).toMatch(/shedules/);
  const again = await imported("all.yaml", "--with-pauses");
  expect(again.counts).toEqual({ imported: 0, changed: 0, unchanged: 5, skipped: 2 });
});

it("exports what it imported, and takes it in again without a change", async () => {
  await imported("all.yaml", "--with-pauses");
  const text = await exported();
  const written = parse(text);
  expect(written.periodicTasks.map(({ name }: { name: string }) => name)).toEqual(["Nightly report", "Once"]);
  expect(written.periodicTasks[0]).toEqual({
    uid: "report-1",
    name: "Nightly report",
    task: "app.add",
    input: { a: 1 },
    description: "Who is hurt: nobody.\n",
    tags: ["report"],
    priority: 7,
    overlap: "queue",
    overlapQueue: 3,
    expiresMs: 60_000,
    schedules: [
      {
        uid: "report-1-weekdays",
        name: "weekdays",
        kind: "crontab",
        expression: "30 2 * * 1-5",
        zone: "Asia/Tokyo",
        misfire: "all",
        catchUpCap: 10,
        calendar: { name: "Shop", rule: "next" },
      },
      {
        uid: expect.any(String),
        kind: "interval",
        every: 6,
        period: "hours",
        anchor: "2026-01-01T00:00:00.000Z",
        zone: "UTC",
        enabled: false,
        input: { b: 2 },
      },
    ],
  });
  expect(written.calendars).toEqual([
    {
      name: "Shop",
      weekend: [0],
      holidays: [{ country: "JP" }],
      years: { from: 2026, to: 2027 },
      closed: [{ date: "2026-12-31", name: "stocktaking" }],
    },
  ]);
  expect(written.pauses).toEqual([{ scope: "tag", target: "report", reason: "audit" }]);
  expect(written.groups).toEqual([{ name: "Operators", permissions: ["periodic-tasks.run", "periodic-tasks.view"] }]);
  const again = await imported("out.yaml", "--with-pauses");
  expect(again.counts).toEqual({ imported: 0, changed: 0, unchanged: 5, skipped: 0 });
  expect(await exported()).toBe(text);
  const json = await runHere(project.folder, ["export", "--format", "json"]);
  expect(JSON.parse(json.stdout)).toEqual(written);
});

it("changes what differs, keeps the schedules that stay, and leaves alone what the file does not hold", async () => {
  await imported("all.yaml");
  const before = parse(await exported());
  const [report] = before.periodicTasks;
  report.schedules[0].expression = "45 2 * * 1-5";
  report.tags = [];
  project.write("edited.json", JSON.stringify({ hyoshi: 1, periodicTasks: [report] }));
  const dry = await imported("edited.json", "--dry-run");
  expect(dry.items).toEqual([
    expect.objectContaining({ outcome: "changed", name: "Nightly report", fields: ["tags", "schedules"] }),
  ]);
  await imported("edited.json");
  const after = parse(await exported());
  expect(after.periodicTasks).toHaveLength(2);
  expect(after.periodicTasks[0].schedules.map(({ uid }: { uid: string }) => uid)).toEqual(
    report.schedules.map(({ uid }: { uid: string }) => uid),
  );
  expect(after.periodicTasks[0].schedules[0].expression).toBe("45 2 * * 1-5");
});

it("refuses what is no document of its own, with the place", async () => {
  project.write("other.yaml", "hyoshi: 2\nperiodicTask: []\n");
  const other = await runHere(project.folder, ["import", "other.yaml"]);
  expect(other).toMatchObject({ code: 2, stderr: expect.stringMatching(/hyoshi .*periodicTask/) });
  project.write("broken.yaml", "hyoshi: 1\nperiodicTasks: [\n");
  const broken = await runHere(project.folder, ["import", "broken.yaml"]);
  expect(broken).toMatchObject({ code: 2, stderr: expect.stringMatching(/neither YAML nor JSON.* line \d/) });
});
