import { quote, scheduleError } from "./schedule-error.ts";

/** What a crontab's five fields stand for: the values of each, ascending, never empty. */
export interface Crontab {
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  /** 1 to 31. */
  readonly days: readonly number[];
  /** 1 to 12. */
  readonly months: readonly number[];
  /** 0 for Sunday to 6 for Saturday. */
  readonly weekdays: readonly number[];
}

interface Field {
  /** For texts. */
  readonly label: string;
  /** For the error's `field`. */
  readonly key: string;
  readonly first: number;
  readonly last: number;
  /** Names of the values, from `first` on. */
  readonly names?: readonly string[];
  /** The range in words, where numbers alone would leave a question open. */
  readonly accepted?: string;
}

const MONTH_NAMES = "january february march april may june july august september october november december".split(" ");
const WEEKDAY_NAMES = "sunday monday tuesday wednesday thursday friday saturday".split(" ");

const FIELDS = [
  { label: "minute", key: "minute", first: 0, last: 59 },
  { label: "hour", key: "hour", first: 0, last: 23 },
  { label: "day of month", key: "day_of_month", first: 1, last: 31 },
  { label: "month", key: "month_of_year", first: 1, last: 12, names: MONTH_NAMES, accepted: "1-12 or jan-dec" },
  { label: "day of week", key: "day_of_week", first: 0, last: 6, names: WEEKDAY_NAMES, accepted: "0-6 or sun-sat" },
] as const satisfies readonly Field[];

/** Longer than a crontab that lists every value of every field by its full name. */
const LONGEST_EXPRESSION = 1024;

/** What the named schedules of other crons mean in five fields. */
const MACROS: Readonly<Record<string, string>> = {
  "@yearly": "0 0 1 1 *",
  "@annually": "0 0 1 1 *",
  "@monthly": "0 0 1 * *",
  "@weekly": "0 0 * * 0",
  "@daily": "0 0 * * *",
  "@midnight": "0 0 * * *",
  "@hourly": "0 * * * *",
};

// The longest that each month ever is, January first.
const MONTH_LENGTHS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/**
 * Reads minute, hour, day of month, month and day of week, with Celery's grammar and meaning: each a list of `*`,
 * `value` and `from-to`, the first and the last perhaps with `/step`. Steps of `*` count from the field's first value, those of a range
 * from its start; a range that ends before it starts goes on at the field's first value; all five fields must match.
 * Stricter than Celery in one point: what follows a valid part is an error and not ignored.
 *
 * @param path where the expression stands in the document that was given
 * @throws HyoshiError `invalid_crontab`, or `crontab_never_matches` for a date that no year has
 */
export function parseCrontab(expression: unknown, path = "expression"): Crontab {
  if (typeof expression !== "string") {
    throw wholeError(
      `${expression === undefined ? "is missing" : `${quote(expression)} is not text`}`,
      expression,
      path,
    );
  }
  if (expression.length > LONGEST_EXPRESSION) {
    throw wholeError(`is ${expression.length} characters long, more than ${LONGEST_EXPRESSION}`, expression, path);
  }
  const texts = expression.trim().split(/\s+/);
  const [first = ""] = texts;
  if (first.startsWith("@")) throw macroError(first, expression, path);
  if (texts.length !== 5 || first === "") {
    const count = first === "" ? 0 : texts.length;
    const extra = count > 5 ? "; seconds and years are not accepted" : "";
    throw wholeError(`${quote(expression)} has ${count} field${count === 1 ? "" : "s"}${extra}`, expression, path);
  }
  const [minutes = [], hours = [], days = [], months = [], weekdays = []] = FIELDS.map((field, index) =>
    parseField(texts[index] ?? "", field, path),
  );
  const crontab = { minutes, hours, days, months, weekdays };
  assertEverMatches(crontab, expression, path);
  return crontab;
}

function parseField(text: string, field: Field, path: string): readonly number[] {
  const values = new Set<number>();
  for (const part of text.split(",")) {
    for (const value of parsePart(part, text, field, path)) values.add(value);
  }
  return [...values].sort((a, b) => a - b);
}

// A part: `*` or a value with perhaps the end of a range, then perhaps a step.
const PART = /^(?:(\*)|([A-Za-z0-9]+)(?:-([A-Za-z0-9]+))?)(?:\/(\d+))?$/;

function parsePart(part: string, text: string, field: Field, path: string): number[] {
  const fail = (wrong: string, value: string) => fieldError(field, wrong, value, path);
  if (part === "") throw fail("has an empty part", text);
  const match = PART.exec(part);
  if (match === null) throw fail(explainPart(part), part);
  const [, star, from = "", to, stepText] = match;
  if (star === undefined && to === undefined) {
    const value = parseValue(from, field, path);
    if (stepText === undefined) return [value];
    throw fail(`has a step without a range (write ${from}-${field.last}/${stepText})`, part);
  }
  const step = stepText === undefined ? 1 : Number(stepText);
  if (step === 0) throw fail("has a step of 0, and a step is at least 1", part);
  const start = star === undefined ? parseValue(from, field, path) : field.first;
  const end = to === undefined ? field.last : parseValue(to, field, path);
  const size = field.last - field.first + 1;
  const length = end < start ? end - start + size : end - start;
  const values: number[] = [];
  for (let offset = 0; offset <= length; offset += step) {
    values.push(field.first + ((start - field.first + offset) % size));
  }
  return values;
}

function parseValue(text: string, field: Field, path: string): number {
  if (/^\d+$/.test(text)) {
    const value = Number(text);
    if (value >= field.first && value <= field.last) return value;
    const sunday = field.key === "day_of_week" && value === 7 ? "; write 0 or sun for Sunday" : "";
    throw fieldError(field, "is out of range", text, path, sunday);
  }
  const name = text.toLowerCase();
  const index = name.length < 3 ? -1 : (field.names ?? []).findIndex((full) => full.startsWith(name));
  if (index < 0) throw fieldError(field, explainPart(text), text, path);
  return field.first + index;
}

/** Why a part is refused that other crons would take. */
function explainPart(part: string): string {
  if (part === "?") return "is not accepted (write * for any)";
  if (/^(L|\d+L|L-\d+|LW|\d+W)$/i.test(part))
    return "is not accepted: L and W, for last days and working days, are not supported";
  if (part.includes("#")) return "is not accepted: # for the nth weekday of a month is not supported";
  if (part.startsWith("-")) return "is negative";
  return "is not understood";
}

function assertEverMatches({ days, months }: Crontab, expression: string, path: string): void {
  const earliest = days[0] ?? 0;
  // Every day up to a month's longest falls on every weekday in some year, so weekdays cannot rule a date out.
  if (months.some((month) => earliest <= (MONTH_LENGTHS[month - 1] ?? 0))) return;
  const named = months.map((month) => capital(MONTH_NAMES[month - 1] ?? "")).join(" or ");
  const longest = Math.max(...months.map((month) => MONTH_LENGTHS[month - 1] ?? 0));
  const limit = months.length === 1 && months[0] === 2 ? "29, and that in leap years" : `${longest}`;
  throw scheduleError({
    code: "crontab_never_matches",
    message: `crontab '${expression.trim()}' can never match: no ${named} has a day ${earliest}, expected a day of month up to ${limit}`,
    field: "day_of_month",
    path,
    value: expression,
    accepted: `a day of month up to ${limit}`,
  });
}

const FIVE_FIELDS = "five fields: minute, hour, day of month, month, day of week, such as '30 2 * * mon-fri'";

function wholeError(wrong: string, value: unknown, path: string, accepted = FIVE_FIELDS): Error {
  const message = `crontab ${wrong}: expected ${accepted}`;
  return scheduleError({ code: "invalid_crontab", message, field: "expression", path, value, accepted });
}

function macroError(macro: string, expression: string, path: string): Error {
  const fields = MACROS[macro.toLowerCase()];
  if (fields === undefined) return wholeError(`${quote(expression)} is not accepted`, expression, path);
  return wholeError(`${quote(macro)} is not accepted`, expression, path, `'${fields}', which is the same`);
}

function fieldError(field: Field, wrong: string, value: string, path: string, hint = ""): Error {
  const accepted = field.accepted ?? `${field.first}-${field.last}`;
  const message = `crontab ${field.label} ${quote(value)} ${wrong}: expected ${accepted}${hint}`;
  return scheduleError({ code: "invalid_crontab", message, field: field.key, path, value, accepted });
}

function capital(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}
