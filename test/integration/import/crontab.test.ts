import { afterAll, beforeAll, expect, it } from "vitest";
import type { ImportReport } from "../../../src/catalog/import/import-report.ts";
import type { TestProject } from "../../support/project.ts";
import { createAppProject, runHere } from "../cli/projects.ts";

const files = {
  "hyoshi.config.ts": `import { defineConfig } from "hyoshi";\nexport default defineConfig({ apps: ["./app", "./ops"] });\n`,
  "ops/tasks.ts": `
import { task } from "hyoshi";
import { z } from "zod";
export const execute = task("ops.execute", {
  input: z.object({ line: z.string(), stdin: z.string().optional(), env: z.record(z.string(), z.string()).optional() }),
  run: ({ line }) => line,
});`,
};

const crontab = `SHELL=/bin/bash
MAILTO=ops@example.com
# Keeps the shop's data.
#
# Ask Kana when it fails.
30 2 * * * /usr/local/bin/backup.sh --full > /dev/null 2>&1
0 9 13 * 5 echo friday or the thirteenth
CRON_TZ=America/New_York
0 18 * * 1-5 mail -s Report boss%Good evening%Bye
@reboot /usr/bin/agent
61 * * * * never
# 0 4 * * * old-job
@daily sync
`;

let project: TestProject;
beforeAll(async () => {
  project = createAppProject(files);
  await runHere(project.folder, ["migrate"]);
});
afterAll(() => project.close());

const run = async (...words: string[]): Promise<ImportReport> => {
  const { code, stdout, stderr } = await runHere(project.folder, ["import", "crontab", ...words, "--json"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return JSON.parse(stdout) as ImportReport;
};
const brief = ({ items }: ImportReport) => items.map(({ outcome, place }) => `${outcome} ${place}`);
const mapped = ["--task", "ops.execute", "--input-key", "line"];

it("reports every line with its place where no task runs commands", async () => {
  project.write("crontab.txt", crontab);
  const report = await run("crontab.txt");
  expect(report.counts).toEqual({ imported: 0, changed: 0, unchanged: 0, skipped: 7 });
  expect(report.items[0]).toMatchObject({
    place: "line 6",
    name: "backup.sh --full",
    reason: expect.stringContaining("the settings name no shell tasks"),
  });
});

it("says in a dry run what it would do, and makes nothing", async () => {
  const dry = await run("crontab.txt", ...mapped, "--dry-run", "--zone", "Asia/Tokyo");
  expect(dry.dryRun).toBe(true);
  expect(dry.counts.imported).toBe(4);
  const listed = await runHere(project.folder, ["export", "--format", "json"]);
  expect(JSON.parse(listed.stdout).periodicTasks).toEqual([]);
});

it("makes a periodic task of each line, and importing again changes nothing", async () => {
  const first = await run("crontab.txt", ...mapped, "--zone", "Asia/Tokyo");
  expect(brief(first)).toEqual([
    "imported line 6",
    "imported line 7",
    "imported line 9",
    "skipped line 10",
    "skipped line 11",
    "skipped line 12",
    "imported line 13",
  ]);
  expect(first.items[3]?.reason).toContain("@reboot");
  expect(first.items[4]?.reason).toContain("crontab minute '61' is out of range");
  expect(first.items[5]?.reason).toContain("commented out");
  expect(first.items[0]?.notes).toEqual([expect.stringContaining("ops@example.com")]);
  const again = await run("crontab.txt", ...mapped, "--zone", "Asia/Tokyo");
  expect(again.counts).toEqual({ imported: 0, changed: 0, unchanged: 4, skipped: 3 });
});

it("keeps what the lines say", async () => {
  const { stdout } = await runHere(project.folder, ["export", "--format", "json"]);
  const { periodicTasks } = JSON.parse(stdout);
  const byName = new Map<string, Record<string, unknown>>(
    periodicTasks.map((one: { name: string }) => [one.name, one]),
  );
  expect(byName.get("backup.sh --full")).toMatchObject({
    task: "ops.execute",
    input: { line: "/usr/local/bin/backup.sh --full > /dev/null 2>&1", env: { SHELL: "/bin/bash" } },
    description: "Keeps the shop's data.\n\nAsk Kana when it fails.",
    schedules: [{ kind: "crontab", expression: "30 2 * * *", days: "or", zone: "Asia/Tokyo" }],
  });
  expect(byName.get("mail -s Report boss")).toMatchObject({
    input: { line: "mail -s Report boss", stdin: "Good evening\nBye\n" },
    schedules: [{ expression: "0 18 * * 1-5", zone: "America/New_York" }],
  });
  expect(byName.get("sync")).toMatchObject({ schedules: [{ expression: "@daily" }] });
});

it("tells of lines that were imported before and are gone or edited", async () => {
  project.write("crontab.txt", crontab.replace("30 2 * * *", "45 2 * * *"));
  const report = await run("crontab.txt", ...mapped, "--zone", "Asia/Tokyo");
  expect(report.counts).toMatchObject({ imported: 1, unchanged: 3 });
  expect(report.items[0]).toMatchObject({ outcome: "imported", name: "backup.sh --full (45 2 * * *)" });
  expect(report.notes).toContainEqual(expect.stringMatching(/'backup\.sh --full' was imported from this file before/));
});

it("tells people the same in lines, and names a file that cannot be read", async () => {
  const { stdout } = await runHere(project.folder, [
    "import",
    "crontab",
    "crontab.txt",
    ...mapped,
    "--zone",
    "Asia/Tokyo",
    "--dry-run",
  ]);
  expect(stdout).toMatch(/^unchanged +line 6 'backup\.sh --full \(45 2 \* \* \*\)'$/m);
  expect(stdout).toMatch(/crontab\.txt: 4 unchanged, 3 skipped \(dry run: nothing was written\)\n$/);
  expect(await runHere(project.folder, ["import", "crontab", "nowhere.txt"])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("cannot be read"),
  });
});

it("makes shell tasks where the settings name them, with the lines' variables, input and user", async () => {
  const shell = createAppProject({
    "hyoshi.config.ts": `import { defineConfig } from "hyoshi";
export default defineConfig({ apps: ["./app"], shell: { users: ["www-data"] } });
`,
    "cron.d": `PATH=/usr/local/bin:/usr/bin:/bin
HOME=/var/shop
MAILTO=ops@example.com
30 2 * * * www-data backup --full%from the crontab
0 4 * * * root prune
`,
  });
  try {
    await runHere(shell.folder, ["migrate"]);
    const { code, stdout } = await runHere(shell.folder, [
      "import",
      "crontab",
      "cron.d",
      "--user-field",
      "yes",
      "--json",
    ]);
    expect(code).toBe(0);
    const report = JSON.parse(stdout) as ImportReport;
    expect(brief(report)).toEqual(["imported line 4", "imported line 5"]);
    expect(report.items.map(({ notes }) => notes)).toEqual([
      [expect.stringContaining("ops@example.com")],
      [expect.stringContaining("ran as 'root'"), expect.stringContaining("ops@example.com")],
    ]);
    const exported = JSON.parse((await runHere(shell.folder, ["export", "--format", "json"])).stdout);
    const env = { PATH: "/usr/local/bin:/usr/bin:/bin", HOME: "/var/shop" };
    expect(exported.periodicTasks).toMatchObject([
      {
        task: "hyoshi.shell",
        input: { command: "backup --full", stdin: "from the crontab\n", user: "www-data", cwd: "/var/shop", env },
      },
      { task: "hyoshi.shell", input: { command: "prune", cwd: "/var/shop", env } },
    ]);
  } finally {
    await shell.close();
  }
});

it("reports shell tasks that make no sense", async () => {
  const wrong = createAppProject({
    "hyoshi.config.ts": `import { defineConfig } from "hyoshi";
export default defineConfig({ apps: ["./app"], shell: { tasks: { "ops.x": { command: [] }, "ops.y": { command: "true" } } } });
`,
  });
  try {
    const { stdout, stderr, code } = await runHere(wrong.folder, ["check"]);
    expect(code).not.toBe(0);
    expect(stdout + stderr).toContain("setting 'shell.tasks': option 'command' of task 'ops.x' is an object");
  } finally {
    await wrong.close();
  }
});
