import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TestProject } from "../../support/project.ts";
import { createAppProject, runHere } from "./projects.ts";

let project: TestProject;
const run = (...words: string[]) => runHere(project.folder, words);
const json = async (...words: string[]) => JSON.parse((await run(...words, "--json")).stdout);

beforeAll(async () => {
  project = createAppProject({
    "hyoshi.config.ts": `import { defineConfig } from "hyoshi";
      export default defineConfig({ apps: ["app"], timeZone: "Europe/Berlin", seed: async ({ createPeriodicTask }) => {
        await createPeriodicTask({ name: "Hourly", task: "app.echo", tags: ["nightly"], schedules: [{ kind: "crontab", expression: "0 * * * *" }] });
        await createPeriodicTask({ name: "Night", task: "app.echo", schedules: [{ kind: "crontab", expression: "30 2 * * *" }] });
      } });`,
  });
  expect(await run("migrate")).toMatchObject({ code: 0 });
});
afterAll(() => project.close());

describe("pause and resume", () => {
  it("hold back everything, a tag, a periodic task or a schedule, with a reason", async () => {
    expect(await run("pause", "--all", "--reason", "move", "--until", "2h")).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^paused everything until \d{4}-/),
    });
    expect((await run("pause", "--tag", "nightly", "--reason", "r")).stdout).toBe(
      "paused the tag 'nightly' until it is resumed\n",
    );
    expect((await run("pause", "--periodic-task", "Night", "--reason", "r")).stdout).toMatch(/^paused 'Night' until/);
    expect(await json("pause", "--schedule", "1", "--reason", "r")).toMatchObject({
      scope: "schedule",
      label: "Hourly",
    });
    expect((await run("resume", "--all")).stdout).toBe("resumed everything\n");
    expect((await run("resume", "--tag", "nightly")).stdout).toBe("resumed the tag 'nightly'\n");
    expect((await run("resume", "--periodic-task", "Night")).stdout).toBe("resumed 'Night'\n");
    expect((await run("resume", "--schedule", "1")).stdout).toBe("resumed schedule 1 of 'Hourly'\n");
  });

  it("say what they need", async () => {
    expect(await run("resume", "--all")).toMatchObject({
      code: 4,
      stderr: "hyoshi: everything is not paused by itself\n",
    });
    expect(await run("pause", "--reason", "r")).toMatchObject({ code: 2, stderr: expect.stringContaining("--all") });
    expect(await run("pause", "--all", "--tag", "a", "--reason", "r")).toMatchObject({ code: 2 });
    expect(await run("pause", "--all")).toMatchObject({ code: 2, stderr: expect.stringContaining("--reason") });
    expect(await run("pause", "--periodic-task", "Nobody", "--reason", "r")).toMatchObject({ code: 4 });
    expect((await run("release", "Night")).stdout).toBe("'Night' was not held\n");
  });
});

describe("replan", () => {
  it("shows what another zone changes, and moves the schedules", async () => {
    const zone = ["--zone", "Europe/Berlin=Asia/Tokyo"];
    const shown = await run("replan", ...zone, "--dry-run");
    expect(shown).toMatchObject({ code: 0, stdout: expect.stringContaining("Night (schedule 2)\n  no more  ") });
    expect(shown.stdout).toMatch(/2 schedules would be planned anew; the times of 1 change\n$/);
    expect((await run("replan", ...zone)).stdout).toBe(
      "planned 2 schedules anew; 1 of them now wait for another time\n",
    );
    expect((await run("check")).stdout).toContain(
      "warning: 2 schedules have the zone Asia/Tokyo, and none has the project's, Europe/Berlin",
    );
    expect((await run("replan", "--zone", "Asia/Tokyo=Europe/Berlin")).code).toBe(0);
    expect((await run("replan")).stdout).toBe("planned 0 schedules anew; 0 of them now wait for another time\n");
    expect(await run("replan", "--zone", "Europe/Berlin=Mars")).toMatchObject({ code: 2 });
    expect(await run("replan", "--zone", "Europe/Berlin")).toMatchObject({ code: 2 });
  });
});

describe("backfill", () => {
  it("shows what it would send, refuses too much, and sends", async () => {
    const stretch = ["--from", "5h", "--rate", "60"];
    expect((await run("backfill", "Hourly", ...stretch, "--dry-run")).stdout).toMatch(
      /^5 runs would be sent, for .* to .*\nthe last one begins 4\.0 s after the first\n$/,
    );
    const much = await run("backfill", "Hourly", "--from", "2026-01-01", "--dry-run");
    expect(much).toMatchObject({ code: 1, stdout: expect.stringMatching(/^more than 1000 runs would be sent/) });
    expect(await run("backfill", "Hourly", "--from", "2026-01-01")).toMatchObject({ code: 1 });
    expect((await run("backfill", "Hourly", ...stretch)).stdout).toBe("sent 5\n");
    expect(await json("backfill", "Hourly", ...stretch)).toEqual({ sent: 0, waiting: 0, skipped: 0 });
    expect((await run("backfill", "Hourly", "--from", "soon")).code).toBe(2);
  });
});

describe("forecast", () => {
  it("draws the coming week, and a coming day", async () => {
    const { code, stdout } = await run("forecast");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^2 schedules with 2 different plans\n/);
    expect(stdout.match(/\|[ .:\-=+*#%@]{24}\|/g)).toHaveLength(7);
    expect((await json("forecast", "--tag", "nightly")).schedules).toBe(1);
    expect((await run("forecast", "--day", "2027-01-15")).stdout).toMatch(/^25 runs for 0 slots of live workers;/);
    expect(await run("forecast", "--day", "2027-02-30")).toMatchObject({ code: 2 });
  });
});

describe("ledger audit", () => {
  it("finds nothing where nothing is wrong", async () => {
    const { code, stdout } = await run("ledger", "audit", "--since", "1h");
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: expect.stringMatching(/^2 schedules and \d+ rows looked at: 0 errors, 0 notes\n$/),
    });
    expect(await json("ledger", "audit")).toMatchObject({ schedules: 2, errors: 0, findings: [] });
  });
});

describe("check", () => {
  it("tells of the next change of the clocks that touches a schedule", async () => {
    const { code, stdout } = await run("check");
    expect(code).toBe(0);
    expect(stdout).toMatch(/warning: The clocks of Europe\/Berlin change on \d{4}-\d\d-\d\d: '(Night|Hourly)'/);
  });
});
