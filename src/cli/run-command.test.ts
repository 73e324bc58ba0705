import { describe, expect, test } from "vitest";
import { testTerminal } from "../../test/support/terminal.ts";
import { exitCodeMeanings } from "./exit-code.ts";
import { createProgram } from "./program.ts";
import { runCommand } from "./run-command.ts";

async function run(...words: string[]) {
  const terminal = testTerminal();
  const code = await runCommand(words, terminal, "1.2.3");
  return { code, stdout: terminal.stdout(), stderr: terminal.stderr() };
}

describe("the command's words", () => {
  test("a wrong command, option or value ends with 2, in one line", async () => {
    expect(await run("previw")).toEqual({
      code: 2,
      stdout: "",
      stderr: "hyoshi: unknown command 'previw'; did you mean preview?\n",
    });
    expect(await run("preview", "--zon", "UTC", "* * * * *")).toEqual({
      code: 2,
      stdout: "",
      stderr: "hyoshi: unknown option '--zon'; did you mean --zone?\n",
    });
    expect(await run("preview")).toMatchObject({ code: 2, stderr: "hyoshi: missing required argument 'expression'\n" });
    expect((await run("preview", "--count", "many", "* * * * *")).stderr).toBe(
      "hyoshi: option '--count <number>' argument 'many' is invalid. expected a whole number from 1 to 1000\n",
    );
    expect(await run("beat", "now")).toMatchObject({ code: 2, stdout: "" });
  });

  test("nothing at all prints the help and ends with 2", async () => {
    const { code, stderr } = await run();
    expect(code).toBe(2);
    expect(stderr).toContain("Usage: hyoshi");
  });

  test("help and version end with 0", async () => {
    expect(await run("--version")).toEqual({ code: 0, stdout: "1.2.3\n", stderr: "" });
    const { code, stdout } = await run("--help");
    expect(code).toBe(0);
    for (const meaning of Object.values(exitCodeMeanings)) expect(stdout).toContain(meaning);
  });

  test("every command tells what it does and what each of its options is for", () => {
    const { commands } = createProgram(testTerminal(), "1.2.3");
    const all = commands.flatMap((command) => [command, ...command.commands]);
    expect(all.length).toBeGreaterThan(20);
    for (const command of all) {
      expect(command.description(), command.name()).not.toBe("");
      for (const option of command.options)
        expect(option.description, `${command.name()} ${option.flags}`).not.toBe("");
    }
  });

  test("outside of a project, a command that needs one ends with 3 and says what to do", async () => {
    for (const words of [["migrate"], ["beat"], ["check"], ["startapp", "x"], ["runs"]]) {
      expect(await run(...words)).toEqual({
        code: 3,
        stdout: "",
        stderr:
          "hyoshi: there is no hyoshi.config.ts in /nowhere or above it: go to a project's folder, name the file with --config, or make a project with 'hyoshi startproject'\n",
      });
    }
    expect(await run("migrate", "--config", "there.ts")).toMatchObject({
      code: 3,
      stderr: "hyoshi: there is no configuration file /nowhere/there.ts\n",
    });
  });

  test("--debug adds the stack", async () => {
    const { code, stderr } = await run("migrate", "--debug");
    expect(code).toBe(3);
    expect(stderr).toMatch(/^hyoshi: there is no [^\n]+\nHyoshiError: [^\n]+\n\s+at /);
  });
});

describe("preview", () => {
  test("shows the words and the coming times, without a project in UTC", async () => {
    expect(await run("preview", "0 9 * * 1-5", "--count", "2")).toEqual({
      code: 0,
      stdout: "Weekdays at 09:00 (UTC)\n  2027-01-01T09:00:00+00:00\n  2027-01-04T09:00:00+00:00\n",
      stderr: "",
    });
  });

  test("takes zone, start and language, and warns of a change of the clock", async () => {
    const { stdout } = await run(
      ...[
        "preview",
        "30 2 * * *",
        "--zone",
        "America/New_York",
        "--after",
        "2027-03-13T12:00",
        "--count",
        "1",
        "--lang",
        "ja",
      ],
    );
    expect(stdout).toMatch(/^毎日 2:30 \(America\/New_York\)\n\* .*\n {2}2027-03-14T03:00:00-04:00\n! .*3:00/);
  });

  test("takes the rules for the clocks, bounds and a window, and shows what does not fire", async () => {
    const rules = ["--gap", "skip", "--fold", "both", "--start", "2027-03-13", "--end", "2027-11-07T12:00"];
    const zone = ["--zone", "America/New_York"];
    const { stdout } = await run("preview", "30 1,2 * * *", ...zone, ...rules, "--window", "2027-03-14/2027-03-15");
    expect(stdout.split("\n").slice(1, 5)).toEqual([
      "* From March 13, 2027 at 00:00 until November 7, 2027 at 12:00",
      "* When the clock is set forward, a time that is left out is skipped; when it is set back, a repeated time happens both times",
      "  2027-03-14T01:30:00-05:00",
      "- 2027-03-14T03:00:00-04:00  Left out by the clock, and skipped",
    ]);
    const december = await run("preview", "30 1 * * *", ...zone, ...rules, "--after", "2027-12-01");
    expect(december.stdout).toContain("no time");
    const midnight = await run("preview", "@daily", "--window", "2027-01-01/2027-01-02");
    expect(midnight.stdout).toBe(
      "Every day at 00:00 (UTC)\n  2027-01-01T00:00:00+00:00\n  2027-01-02T00:00:00+00:00\n",
    );
  });

  test("takes cron's OR, holidays, and the count per day", async () => {
    const both = await run("preview", "0 0 13 * 5", "--or", "--count", "3", "--per-day");
    expect(both.stdout).toContain("On the 13th of each month and on Fridays at 00:00");
    expect(both.stdout).toContain("\n  2027-01-13T00:00:00+00:00\n");
    expect(both.stdout).toContain("\n  2027-01-08  1\n  2027-01-09  0\n");
    const closed = ["--holidays", "JP", "--closed", "next", "--after", "2027-05-02"];
    const office = await run("preview", "0 9 * * *", "--zone", "Asia/Tokyo", "--count", "1", ...closed);
    expect(office.stdout).toContain(
      "- 2027-05-03T09:00:00+09:00  Closed that day (憲法記念日): moved to 2027-05-06 09:00",
    );
    expect(office.stdout).toContain("\n  2027-05-06T09:00:00+09:00\n");
  });

  test("answers in JSON", async () => {
    const { stdout } = await run("preview", "every", "90", "minutes", "--json", "--count", "1");
    expect(JSON.parse(stdout)).toMatchObject({
      definition: { kind: "interval", every: 90, period: "minutes" },
      zone: "UTC",
      times: [{ local: "2027-01-01T01:30:00+00:00" }],
      perYear: { value: 5840, capped: false },
    });
  });

  test.each([
    [["99 * * * *"], "crontab minute '99' is out of range: expected 0-59"],
    [["sunset 91 0"], "solar latitude '91' is out of range: expected degrees from -90 to 90"],
    [["every 0 days"], "interval every '0' is out of range"],
    [["0 0 31 2 *"], "can never match"],
    [["* * * * *", "--zone", "Asia/Tokio"], "did you mean Asia/Tokyo?"],
    [["* * * * *", "--lang", "fr"], "argument 'fr' is invalid. Allowed choices are en, ja"],
    [["* * * * *", "--gap", "later"], "Allowed choices are default, after, skip"],
    [["* * * * *", "--window", "2027-01-01"], "expected two times with a slash between them"],
    [["* * * * *", "--window", "soon/2027-01-01"], "time 'soon' is not a time"],
    [["* * * * *", "--end", "soon"], "schedule end 'soon' is not a time"],
    [["* * * * *", "--holidays", "XX"], "holidays of 'XX' are not known"],
    [["{"], "the schedule is not JSON"],
  ])("refuses %j with 2", async (words, text) => {
    const { code, stderr, stdout } = await run("preview", ...words);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(text);
    expect(stderr.trimEnd()).not.toContain("\n");
  });
});
