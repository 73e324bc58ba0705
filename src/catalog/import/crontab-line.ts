/** The six names that crons know for a schedule of five fields, and what some know beyond them. */
const NAMED = new Set(["@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"]);
const SAME_AS: Readonly<Record<string, string>> = { "@every_minute": "* * * * *" };

/** A line's schedule, and what stands behind it. */
export interface ScheduleAndRest {
  /** Five fields in the words of our crontabs, or a name such as `@daily`. */
  readonly expression: string;
  readonly rest: string;
  /** What was read as something else than it says. */
  readonly notes: readonly string[];
}

/** `@reboot`, and names that nobody knows here. */
export interface UnknownName {
  readonly name: string;
  readonly rest: string;
}

const FIELD = String.raw`[\d*,/~?\-A-Za-z]+`;
const FIVE = new RegExp(String.raw`^((?:${FIELD}[ \t]+){5})(.*)$`);

/** Splits a line of a crontab; undefined where it begins with neither five fields nor a name. */
export function splitSchedule(text: string): ScheduleAndRest | UnknownName | undefined {
  const named = /^(@[A-Za-z_]+)[ \t]+(.*)$/.exec(text);
  if (named !== null) {
    const [, given = "", rest = ""] = named;
    const name = given.toLowerCase();
    const expression = NAMED.has(name) ? name : SAME_AS[name];
    return expression === undefined ? { name, rest } : { expression, rest, notes: [] };
  }
  const match = FIVE.exec(text);
  if (match === null) return undefined;
  const [, fields = "", rest = ""] = match;
  const given = fields.trim().split(/[ \t]+/);
  const read = given.map((field, index) => (index === 4 ? withoutSeven(field) : withoutRandom(field)));
  const random = given.some((field) => field.includes("~"));
  const notes = random ? ["'~' takes a random time at each start of cron: H takes one and keeps it"] : [];
  return { expression: read.join(" "), rest, notes };
}

/** A random value of a range, which cron draws anew at each start, as the hashed one that stays. */
function withoutRandom(field: string): string {
  return field
    .split(",")
    .map((part) => part.replace(/^(\d*)~(\d*)$/, (_whole, from, to) => (from && to ? `H(${from}-${to})` : "H")))
    .join(",");
}

const WEEKDAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

/** Weekday 7 is Sunday in every crontab, and 0 here. A list that names all seven stays a list: it is not `*`, which means another thing there. */
export function withoutSeven(field: string): string {
  return field.split(",").map(sundayAsZero).join(",");
}

function sundayAsZero(part: string): string {
  if (/^0*7$/.test(part)) return "0";
  const match = /^([A-Za-z0-9]+)-0*7(?:\/(\d+))?$/.exec(part);
  if (match === null) return part;
  const [, from = "", step = "1"] = match;
  const index = WEEKDAYS.indexOf(from.slice(0, 3).toLowerCase());
  const first = index < 0 ? Number(from) : index;
  if (!Number.isInteger(first) || first > 7 || Number(step) === 0) return part;
  const days = new Set<number>();
  for (let day = first; day <= 7; day += Number(step)) days.add(day % 7);
  return [...days].sort((a, b) => a - b).join(",");
}

/**
 * What a command line means: the first `%` that no backslash precedes ends the command, what follows is its standard input, in which
 * each further one is a new line. `\%` is a percent sign.
 */
export function splitCommand(text: string): { command: string; stdin: string | null } {
  let command = "";
  let at = 0;
  for (; at < text.length && text[at] !== "%"; at += 1) {
    const escaped = text[at] === "\\" && text[at + 1] === "%";
    // A backslash before another character takes that one along: the second of two does not escape what comes after.
    const pair = text[at] === "\\" && at + 1 < text.length;
    command += escaped ? "%" : text.slice(at, at + (pair ? 2 : 1));
    if (pair) at += 1;
  }
  if (at >= text.length) return { command: command.trim(), stdin: null };
  const given = text.slice(at + 1);
  const stdin = given.replace(/\\%|%/g, (mark) => (mark === "%" ? "\n" : "%"));
  return { command: command.trim(), stdin: stdin.endsWith("\n") ? stdin : `${stdin}\n` };
}

/** `NAME = value`, quoted or not; undefined for any other line. */
export function splitSetting(text: string): { name: string; value: string } | undefined {
  const match = /^(?:"([^"]+)"|'([^']+)'|([^\s="']+))[ \t]*=[ \t]*(.*)$/.exec(text);
  if (match === null) return undefined;
  const [, double, single, plain = "", given = ""] = match;
  const value = given.trimEnd();
  const quoted = /^"(.*)"$|^'(.*)'$/.exec(value);
  return { name: double ?? single ?? plain, value: quoted ? (quoted[1] ?? quoted[2] ?? "") : value };
}
