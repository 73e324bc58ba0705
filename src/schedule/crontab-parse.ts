import type { Bilingual } from "../base/bilingual.ts";
import { quote, quoteJa, scheduleError } from "./schedule-error.ts";

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
  readonly labelJa: string;
  /** For the error's `field`. */
  readonly key: string;
  readonly first: number;
  readonly last: number;
  /** Names of the values, from `first` on. */
  readonly names?: readonly string[];
  /** The range in words, where numbers alone would leave a question open. */
  readonly accepted?: Bilingual;
}

const MONTH_NAMES = "january february march april may june july august september october november december".split(" ");
const WEEKDAY_NAMES = "sunday monday tuesday wednesday thursday friday saturday".split(" ");

const FIELDS = [
  { label: "minute", labelJa: "分", key: "minute", first: 0, last: 59 },
  { label: "hour", labelJa: "時", key: "hour", first: 0, last: 23 },
  { label: "day of month", labelJa: "日", key: "day_of_month", first: 1, last: 31 },
  {
    label: "month",
    labelJa: "月",
    key: "month_of_year",
    first: 1,
    last: 12,
    names: MONTH_NAMES,
    accepted: { en: "1-12 or jan-dec", ja: "1〜12 または jan〜dec" },
  },
  {
    label: "day of week",
    labelJa: "曜日",
    key: "day_of_week",
    first: 0,
    last: 6,
    names: WEEKDAY_NAMES,
    accepted: { en: "0-6 or sun-sat", ja: "0〜6 または sun〜sat" },
  },
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
  const texts = expression.trim().split(/\s+/);
  const [first = ""] = texts;
  if (first.startsWith("@")) throw macroError(first, expression, path);
  if (texts.length !== 5 || first === "") {
    const count = first === "" ? 0 : texts.length;
    throw wholeError(wrongCount(expression, count), expression, path);
  }
  const [minutes = [], hours = [], days = [], months = [], weekdays = []] = FIELDS.map((field, index) =>
    parseField(texts[index] ?? "", field, path),
  );
  const crontab = { minutes, hours, days, months, weekdays };
  assertEverMatches(crontab, expression, path);
  return crontab;
}

function wrongCount(expression: string, count: number): Bilingual {
  const fields = `${quote(expression)} has ${count} field${count === 1 ? "" : "s"}`;
  if (count === 0) return { en: fields, ja: "crontab 式を入力してください" };
  const told = `${quoteJa(expression)}は ${count} 項目`;
  if (count < 5) return { en: fields, ja: `${told}しかありません` };
  return { en: `${fields}; seconds and years are not accepted`, ja: `${told}あります。秒と年は指定できません` };
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
  const fail = (wrong: Bilingual, value: string) => fieldError(field, wrong, value, path);
  if (part === "") throw fail({ en: "has an empty part", ja: "に空の部分があります" }, text);
  const match = PART.exec(part);
  if (match === null) throw fail(explainPart(part), part);
  const [, star, from = "", to, stepText] = match;
  if (star === undefined && to === undefined) {
    const value = parseValue(from, field, path);
    if (stepText === undefined) return [value];
    const range = `${from}-${field.last}/${stepText}`;
    const ja = `には間隔を付ける範囲がありません。${range} のように書いてください`;
    throw fail({ en: `has a step without a range (write ${range})`, ja }, part);
  }
  const step = stepText === undefined ? 1 : Number(stepText);
  if (step === 0) {
    const ja = "の間隔が 0 です。1 以上にしてください";
    throw fail({ en: "has a step of 0, and a step is at least 1", ja }, part);
  }
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
    const sunday =
      field.key === "day_of_week" && value === 7
        ? { en: "; write 0 or sun for Sunday", ja: "。日曜は 0 か sun と書きます" }
        : undefined;
    throw fieldError(field, { en: "is out of range", ja: "は範囲外です" }, text, path, sunday);
  }
  const name = text.toLowerCase();
  const index = name.length < 3 ? -1 : (field.names ?? []).findIndex((full) => full.startsWith(name));
  if (index < 0) throw fieldError(field, explainPart(text), text, path);
  return field.first + index;
}

/** Why a part is refused that other crons would take. */
function explainPart(part: string): Bilingual {
  if (part === "?") {
    return { en: "is not accepted (write * for any)", ja: "は使えません。指定しない項目には * と書いてください" };
  }
  if (/^(L|\d+L|L-\d+|LW|\d+W)$/i.test(part)) {
    return {
      en: "is not accepted: L and W, for last days and working days, are not supported",
      ja: "は使えません。最終日の L と平日の W には対応していません",
    };
  }
  if (part.includes("#")) {
    return {
      en: "is not accepted: # for the nth weekday of a month is not supported",
      ja: "は使えません。第 n 曜日の # には対応していません",
    };
  }
  if (part.startsWith("-")) return { en: "is negative", ja: "は負の値です" };
  return { en: "is not understood", ja: "は解釈できません" };
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
    ja: `${months.map((month) => `${month} 月`).join("・")}に ${earliest} 日はないため、一度も実行されません。日は ${longest} 以下にしてください${longest === 29 ? "（29 日はうるう年のみ）" : ""}`,
    field: "day_of_month",
    path,
    value: expression,
    accepted: `a day of month up to ${limit}`,
  });
}

const FIVE_FIELDS = {
  en: "five fields: minute, hour, day of month, month, day of week, such as '30 2 * * mon-fri'",
  ja: "分・時・日・月・曜日の 5 項目で書きます（例: 30 2 * * mon-fri）",
};

function wholeError(wrong: Bilingual, value: unknown, path: string, expected: Bilingual = FIVE_FIELDS): Error {
  const accepted = expected.en;
  const message = `crontab ${wrong.en}: expected ${accepted}`;
  const ja = `${wrong.ja}。${expected.ja}`;
  return scheduleError({ code: "invalid_crontab", message, ja, field: "expression", path, value, accepted });
}

function macroError(macro: string, expression: string, path: string): Error {
  const fields = MACROS[macro.toLowerCase()];
  const refused = (text: string) => ({ en: `${quote(text)} is not accepted`, ja: `${quoteJa(text)}は使えません` });
  if (fields === undefined) return wholeError(refused(expression), expression, path);
  const same = { en: `'${fields}', which is the same`, ja: `同じ意味の ${fields} と書いてください` };
  return wholeError(refused(macro), expression, path, same);
}

const NO_HINT: Bilingual = { en: "", ja: "" };

function fieldError(field: Field, wrong: Bilingual, value: string, path: string, hint = NO_HINT): Error {
  const range = field.accepted ?? { en: `${field.first}-${field.last}`, ja: `${field.first}〜${field.last}` };
  const accepted = range.en;
  const message = `crontab ${field.label} ${quote(value)} ${wrong.en}: expected ${accepted}${hint.en}`;
  const ja = `${field.labelJa}の${quoteJa(value)}${wrong.ja}（${range.ja}）${hint.ja}`;
  return scheduleError({ code: "invalid_crontab", message, ja, field: field.key, path, value, accepted });
}

function capital(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}
