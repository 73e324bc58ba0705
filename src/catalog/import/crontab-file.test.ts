import { expect, test } from "vitest";
import { type CrontabFile, parseCrontabFile } from "./crontab-file.ts";

const parse = (text: string, options = {}): CrontabFile => parseCrontabFile(text, options);
const jobs = (text: string, options = {}) =>
  parse(text, options).entries.flatMap((entry) => (entry.kind === "job" ? [entry] : []));
const only = (text: string, options = {}) => jobs(text, options)[0];

test("a user's line is five fields and a command", () => {
  expect(only("*/5 9-17 * * mon-fri  /usr/bin/check --all")).toMatchObject({
    line: 1,
    expression: "*/5 9-17 * * mon-fri",
    user: null,
    command: "/usr/bin/check --all",
    stdin: null,
    zone: null,
    env: {},
    comment: "",
    commentedOut: false,
  });
});

test("a system crontab names a user, which is known by its path, its head or the users that it names", () => {
  const line = "17 * * * *\troot    cd / && run-parts --report /etc/cron.hourly";
  for (const [text, options, by] of [
    [line, { path: "/etc/cron.d/hourly" }, "path"],
    [`# m h dom mon dow user\tcommand\n${line}`, {}, "header"],
    [line, {}, "users"],
    [line, { userField: "yes" }, "option"],
  ] as const) {
    expect(parse(text, options)).toMatchObject({ hasUserField: true, userFieldKnownBy: by });
    expect(only(text, options)).toMatchObject({ user: "root", command: "cd / && run-parts --report /etc/cron.hourly" });
  }
  expect(parse("# m h  dom mon dow   command\n0 5 * * * backup all")).toMatchObject({
    hasUserField: false,
    userFieldKnownBy: "header",
  });
  expect(parse("0 5 * * * tar -czf x y")).toMatchObject({ hasUserField: false, userFieldKnownBy: undefined });
  expect(parse("0 5 * * * root x", { path: "/var/spool/cron/crontabs/root" })).toMatchObject({ hasUserField: false });
});

test("weekday 7 is Sunday, alone, in a list and at the end of a range", () => {
  const weekdays = (field: string) => only(`0 0 * * ${field} x`)?.expression.split(" ")[4];
  expect(weekdays("7")).toBe("0");
  expect(weekdays("1,7")).toBe("1,0");
  expect(weekdays("5-7")).toBe("0,5,6");
  expect(weekdays("fri-7")).toBe("0,5,6");
  expect(weekdays("1-7/2")).toBe("0,1,3,5");
  expect(weekdays("0-7")).toBe("0,1,2,3,4,5,6");
  expect(weekdays("mon-fri")).toBe("mon-fri");
});

test("names of schedules stay names, and those that are no schedule are told", () => {
  expect(jobs("@daily a\n@Hourly b\n@every_minute c").map(({ expression }) => expression)).toEqual([
    "@daily",
    "@hourly",
    "* * * * *",
  ]);
  expect(parse("@reboot /usr/bin/agent\n@fortnightly x").entries).toEqual([
    { kind: "fault", line: 1, text: "@reboot /usr/bin/agent", reason: expect.stringContaining("once at the start") },
    { kind: "fault", line: 2, text: "@fortnightly x", reason: expect.stringContaining("@fortnightly") },
  ]);
});

test("a percent sign begins the standard input, further ones are new lines, and escaped ones are themselves", () => {
  const of = (command: string) => {
    const job = only(`0 0 * * * ${command}`);
    return [job?.command, job?.stdin];
  };
  expect(of("mail -s Hello root%Good day%%Bye")).toEqual(["mail -s Hello root", "Good day\n\nBye\n"]);
  expect(of(String.raw`date +\%Y-\%m-\%d`)).toEqual(["date +%Y-%m-%d", null]);
  expect(of(String.raw`a%100\%%b`)).toEqual(["a", "100%\nb\n"]);
  expect(of(String.raw`grep '\.log$' x`)).toEqual([String.raw`grep '\.log$' x`, null]);
  expect(of(String.raw`a \\%in`)).toEqual([String.raw`a \\`, "in\n"]);
  expect(of("cat%")).toEqual(["cat", "\n"]);
});

test("settings hold for the lines below them: those of cron for the schedule, the others for the command", () => {
  const text = [
    "SHELL=/bin/bash",
    'PATH = "/usr/local/bin:/usr/bin"',
    "MAILTO=ops@example.com",
    "0 1 * * * a",
    "CRON_TZ=America/New_York",
    "RANDOM_DELAY=30",
    "TZ=UTC",
    'MAILTO=""',
    "0 2 * * * b",
  ].join("\n");
  const [a, b] = jobs(text);
  expect(a).toMatchObject({
    zone: null,
    delayMinutes: null,
    mailTo: "ops@example.com",
    env: { SHELL: "/bin/bash", PATH: "/usr/local/bin:/usr/bin" },
  });
  expect(b).toMatchObject({ zone: "America/New_York", delayMinutes: 30, mailTo: null, env: { TZ: "UTC" } });
});

test("comments directly above a line describe it, and heads of distributions do not", () => {
  const text = [
    "# Example of job definition:",
    "# .---------------- minute (0 - 59)",
    "# |  .------------- hour (0 - 23)",
    "# |  |  .---------- day of month (1 - 31)",
    "# |  |  |  .------- month (1 - 12) OR jan,feb,mar,apr ...",
    "# |  |  |  |  .---- day of week (0 - 6) (Sunday=0 or 7) OR sun,mon,tue,wed,thu,fri,sat",
    "# |  |  |  |  |",
    "# *  *  *  *  * user-name command to be executed",
    "17 * * * * a",
    "",
    "# Not about the next line",
    "",
    "# Backs up the shop.",
    "#",
    "# 5 things to do when it fails: ask Kana",
    "0 3 * * * b",
    "0 4 * * * c",
  ].join("\n");
  expect(jobs(text).map(({ comment, command }) => [command, comment])).toEqual([
    ["a", ""],
    ["b", "Backs up the shop.\n\n5 things to do when it fails: ask Kana"],
    ["c", ""],
  ]);
});

test("a line that is commented out is known as one", () => {
  const [job, live] = jobs("# Nightly report\n#30 2 * * 1-5 /opt/report.sh\n0 1 * * * b");
  expect(job).toMatchObject({
    line: 2,
    commentedOut: true,
    expression: "30 2 * * 1-5",
    command: "/opt/report.sh",
    comment: "Nightly report",
  });
  expect(live).toMatchObject({ commentedOut: false, comment: "" });
});

test("a minus in front and random times are read as what they mean, and told", () => {
  expect(only("-0 5 * * * x")).toMatchObject({
    expression: "0 5 * * *",
    notes: [expect.stringContaining("minus in front")],
  });
  expect(only("0~30 ~ * * * x")).toMatchObject({
    expression: "H(0-30) H * * *",
    notes: [expect.stringContaining("'~'")],
  });
});

test("what is no line of a crontab is told with its place", () => {
  expect(parse("0 5 * *\n0 5 * * *\n0 5 * * * root", { userField: "yes" }).entries).toMatchObject([
    { kind: "fault", line: 1, text: "0 5 * *" },
    { kind: "fault", line: 2, text: "0 5 * * *" },
    { kind: "fault", line: 3, reason: "names the user 'root' and no command" },
  ]);
});
