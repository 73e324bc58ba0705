import type { Bilingual } from "../base/bilingual.ts";
import { assertEverMatches } from "./crontab-check.ts";
import type { MonthDays } from "./crontab-days.ts";
import { FIELDS, type Field } from "./crontab-fields.ts";
import { hashedValues, possibleValues } from "./crontab-hash.ts";
import { expandName, nameError, withSundayAsZero } from "./crontab-names.ts";
import { type Part, parsePart } from "./crontab-part.ts";
import { quote, quoteJa, scheduleError } from "./schedule-error.ts";

/** What a crontab's five fields stand for: the values of each, ascending. A field of days may hold rules in place of values. */
export interface Crontab extends MonthDays {
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  /** 1 to 12. */
  readonly months: readonly number[];
  /** Whether some of the values follow from the seed. */
  readonly hashed: boolean;
}

export interface CrontabOptions {
  /** Where the expression stands in the document that was given. Default: `expression`. */
  readonly path?: string;
  /**
   * How the day of month and the day of week combine. `or` is cron's own rule: one of them is enough where both are restricted, and
   * a field that begins with `*` (so `*` + `/2` too) restricts nothing to cron: with one, both must match. Default: `and`.
   */
  readonly days?: "and" | "or" | undefined;
  /** What the values of `H` follow from. Default: the empty text. */
  readonly seed?: string | undefined;
}

/** Longer than a crontab that lists every value of every field by its full name. */
const LONGEST_EXPRESSION = 1024;

/**
 * Reads minute, hour, day of month, month and day of week, with Celery's grammar and meaning: each a list of `*`,
 * `value` and `from-to`, the first and the last perhaps with `/step`. Steps of `*` count from the field's first value, those of a range
 * from its start; a range that ends before it starts goes on at the field's first value; all five fields must match.
 * Stricter than Celery in one point: what follows a valid part is an error and not ignored.
 *
 * Beyond Celery's: `L`, `L-3`, `15W` and `LW` in the day of month; `5L` and `5#2` in the day of week; `H`, `H/15`, `H(0-29)` and
 * `H(0-29)/10` everywhere; `@daily` and the like in place of all five; with `days: "or"`, weekday 7 for Sunday.
 *
 * @throws HyoshiError `invalid_crontab`, or `crontab_never_matches` for dates that no year has (or not with every value of `H`)
 */
export function parseCrontab(expression: unknown, options: CrontabOptions = {}): Crontab {
  const { path = "expression", days: combined = "and", seed = "" } = options;
  const texts = splitFields(expression, path, combined);
  const fields = FIELDS.map((field, index) => parseField(texts[index] ?? "", field, path));
  const [minute = [], hour = [], dayOfMonth = [], month = [], dayOfWeek = []] = fields;
  const days = {
    days: valuesOf(dayOfMonth, FIELDS[2], seed),
    dayRules: unique(dayOfMonth.flatMap((part) => (part.kind === "day" ? part.rule : []))),
  };
  const weekdays = {
    weekdays: valuesOf(dayOfWeek, FIELDS[4], seed),
    weekdayRules: unique(dayOfWeek.flatMap((part) => (part.kind === "weekday" ? part.rule : []))),
  };
  const isStarred = (text = "") => text.startsWith("*");
  const crontab: Crontab = {
    minutes: valuesOf(minute, FIELDS[0], seed),
    hours: valuesOf(hour, FIELDS[1], seed),
    ...withoutIdleRules({
      ...days,
      ...weekdays,
      either: combined === "or" && !isStarred(texts[2]) && !isStarred(texts[4]),
    }),
    months: valuesOf(month, FIELDS[3], seed),
    hashed: fields.some((parts) => parts.some(({ kind }) => kind === "hashed")),
  };
  assertEverMatches(crontab, {
    expression: String(expression).trim(),
    path,
    dayText: texts[2] ?? "",
    weekdayText: texts[4] ?? "",
    days: choicesOf(dayOfMonth),
    weekdays: choicesOf(dayOfWeek),
    months: choicesOf(month),
  });
  return crontab;
}

/** The expression as it is stored: one space between the fields, names in small letters, and in the mode `or` 0 for weekday 7. */
export function canonicalCrontab(expression: string, days: "and" | "or" = "and"): string {
  const text = expression.trim().split(/\s+/).join(" ");
  if (text.startsWith("@")) return text.toLowerCase();
  return days === "or" ? withSundayAsZero(text) : text;
}

/** The five fields as texts. */
function splitFields(expression: unknown, path: string, days: "and" | "or"): string[] {
  if (typeof expression !== "string") {
    const missing = { en: "is missing", ja: "crontab 式を入力してください" };
    const notText = { en: `${quote(expression)} is not text`, ja: `${quoteJa(expression)}は文字列ではありません` };
    throw wholeError(expression === undefined ? missing : notText, expression, path);
  }
  if (expression.length > LONGEST_EXPRESSION) {
    const wrong = {
      en: `is ${expression.length} characters long, more than ${LONGEST_EXPRESSION}`,
      ja: `crontab 式が長すぎます（${expression.length} 文字。${LONGEST_EXPRESSION} 文字まで）`,
    };
    throw wholeError(wrong, expression, path);
  }
  const text = canonicalCrontab(expression, days);
  if (text.startsWith("@")) {
    const meaning = expandName(text);
    if (meaning === undefined) throw nameError(expression.trim(), path);
    return meaning.split(" ");
  }
  const texts = text.split(" ");
  if (texts.length === 5) return texts;
  throw wholeError(wrongCount(expression, text === "" ? 0 : texts.length), expression, path);
}

function wrongCount(expression: string, count: number): Bilingual {
  const fields = `${quote(expression)} has ${count} field${count === 1 ? "" : "s"}`;
  if (count === 0) return { en: fields, ja: "crontab 式を入力してください" };
  const told = `${quoteJa(expression)}は ${count} 項目`;
  if (count < 5) return { en: fields, ja: `${told}しかありません` };
  return { en: `${fields}; seconds and years are not accepted`, ja: `${told}あります。秒と年は指定できません` };
}

function parseField(text: string, field: Field, path: string): readonly Part[] {
  return text.split(",").map((part) => parsePart(part, text, field, path));
}

function valuesOf(parts: readonly Part[], field: Field, seed: string): readonly number[] {
  const values = new Set<number>();
  for (const part of parts) {
    if (part.kind === "values") for (const value of part.values) values.add(value);
    if (part.kind === "hashed") for (const value of hashedValues(part.hashed, seed, field.key)) values.add(value);
  }
  return [...values].sort((a, b) => a - b);
}

/** Each once. */
function unique<Rule>(rules: readonly Rule[]): Rule[] {
  return [...new Map(rules.map((rule) => [JSON.stringify(rule), rule])).values()];
}

/** Where every day is listed, rules add none; and where one of two fields is enough, one that lists every day decides alone. */
function withoutIdleRules(given: MonthDays): MonthDays {
  const { days, weekdays } = given;
  const everyDay = days.length === 31;
  const everyWeekday = weekdays.length === 7;
  if (given.either && (everyDay || everyWeekday)) {
    return { days: whole(1, 31), dayRules: [], weekdays: whole(0, 6), weekdayRules: [], either: false };
  }
  return {
    ...given,
    dayRules: everyDay ? [] : given.dayRules,
    weekdayRules: everyWeekday ? [] : given.weekdayRules.filter(({ weekday }) => !weekdays.includes(weekday)),
  };
}

function whole(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

/** The values that a field can have: one list where nothing is hashed, otherwise one for each outcome of its first `H`. */
function choicesOf(parts: readonly Part[]): readonly (readonly number[])[] {
  const fixed = parts.flatMap((part) => (part.kind === "values" ? part.values : []));
  const first = parts.find((part) => part.kind === "hashed");
  if (first === undefined) return [fixed];
  return possibleValues(first.hashed).map((values) => [...fixed, ...values]);
}

function wholeError(wrong: Bilingual, value: unknown, path: string): Error {
  const accepted = "five fields: minute, hour, day of month, month, day of week, such as '30 2 * * mon-fri'";
  const message = `crontab ${wrong.en}: expected ${accepted}`;
  const ja = `${wrong.ja}。分・時・日・月・曜日の 5 項目で書きます（例: 30 2 * * mon-fri）`;
  return scheduleError({ code: "invalid_crontab", message, ja, field: "expression", path, value, accepted });
}
