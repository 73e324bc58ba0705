import type { Bilingual } from "../base/bilingual.ts";
import type { DayRule, WeekdayRule } from "./crontab-days.ts";
import { type Field, fieldError } from "./crontab-fields.ts";

/** What a part of a field's list stands for. */
export type Part =
  | { readonly kind: "values"; readonly values: readonly number[] }
  | { readonly kind: "hashed"; readonly hashed: Hashed }
  | { readonly kind: "day"; readonly rule: DayRule }
  | { readonly kind: "weekday"; readonly rule: WeekdayRule };

/** `H`: one value of a range, or with a step all values so far apart, from one of the first on. */
export interface Hashed {
  readonly from: number;
  readonly to: number;
  readonly step: number | undefined;
}

// A part: `*` or a value with perhaps the end of a range, then perhaps a step.
const PLAIN = /^(?:(\*)|([A-Za-z0-9]+)(?:-([A-Za-z0-9]+))?)(?:\/(\d+))?$/;
const HASHED = /^H(?:\(([A-Za-z0-9]+)-([A-Za-z0-9]+)\))?(?:\/(\d+))?$/i;
const LAST_DAY = /^L(?:-(\d+))?$/i;
const WORKDAY = /^(\d+|L)W$/i;
const LAST_WEEKDAY = /^(\d+|[A-Za-z]{3,})L$/i;
const NTH_WEEKDAY = /^([A-Za-z0-9]+)#(\d+)$/;

/**
 * Reads a part of a field's list.
 *
 * @param text the whole field, for the error of a part that is empty
 * @param path where the expression stands in the document that was given
 * @throws HyoshiError `invalid_crontab`
 */
export function parsePart(part: string, text: string, field: Field, path: string): Part {
  const fail = (wrong: Bilingual, value: string) => fieldError(field, wrong, value, path);
  if (part === "") throw fail({ en: "has an empty part", ja: "に空の部分があります" }, text);
  const hashed = HASHED.exec(part);
  if (hashed !== null) return { kind: "hashed", hashed: parseHashed(hashed, part, field, path) };
  const special = parseSpecial(part, field, path);
  if (special !== undefined) return special;
  const match = PLAIN.exec(part);
  if (match === null) throw fail(explainPart(part, field), part);
  const [, star, from = "", to, stepText] = match;
  if (star === undefined && to === undefined) {
    const value = parseValue(from, field, path, part);
    if (stepText === undefined) return { kind: "values", values: [value] };
    const range = `${from}-${field.last}/${stepText}`;
    const ja = `には間隔を付ける範囲がありません。${range} のように書いてください`;
    throw fail({ en: `has a step without a range (write ${range})`, ja }, part);
  }
  const step = parseStep(stepText, part, field, path) ?? 1;
  const start = star === undefined ? parseValue(from, field, path, part) : field.first;
  const end = to === undefined ? field.last : parseValue(to, field, path, part);
  const size = field.last - field.first + 1;
  const length = end < start ? end - start + size : end - start;
  const values: number[] = [];
  for (let offset = 0; offset <= length; offset += step) {
    values.push(field.first + ((start - field.first + offset) % size));
  }
  return { kind: "values", values };
}

function parseStep(text: string | undefined, part: string, field: Field, path: string): number | undefined {
  if (text === undefined) return undefined;
  if (Number(text) > 0) return Number(text);
  const ja = "の間隔が 0 です。1 以上にしてください";
  throw fieldError(field, { en: "has a step of 0, and a step is at least 1", ja }, part, path);
}

function parseHashed(
  [, fromText, toText, stepText]: RegExpExecArray,
  part: string,
  field: Field,
  path: string,
): Hashed {
  const from = fromText === undefined ? field.first : parseValue(fromText, field, path);
  const to = toText === undefined ? field.lastHashed : parseValue(toText, field, path);
  if (to < from) {
    const wrong = {
      en: "has a range that ends before it starts, which H does not take",
      ja: "の H の範囲が逆です。小さい値から書いてください",
    };
    throw fieldError(field, wrong, part, path);
  }
  const step = parseStep(stepText, part, field, path);
  const size = to - from + 1;
  if (step !== undefined && step > size) {
    const wrong = {
      en: `has a step of ${step}, more than the ${size} values that it steps through`,
      ja: `の間隔 ${step} は、対象の ${size} 個の値より大きいため使えません`,
    };
    throw fieldError(field, wrong, part, path);
  }
  return { from, to, step };
}

/** `L`, `W` and `#`, in the field where they belong. */
function parseSpecial(part: string, field: Field, path: string): Part | undefined {
  const fail = (wrong: Bilingual) => fieldError(field, wrong, part, path);
  if (field.key === "day_of_month") {
    const last = LAST_DAY.exec(part);
    if (last !== null) {
      const before = Number(last[1] ?? 0);
      if (before <= 30 && (last[1] === undefined || before > 0)) {
        return { kind: "day", rule: { kind: "last", before } };
      }
      throw fail({ en: "is out of range: L-1 to L-30 exist", ja: "は範囲外です。L-1〜L-30 で書いてください" });
    }
    const workday = WORKDAY.exec(part);
    if (workday === null) return undefined;
    const day = workday[1]?.toUpperCase() === "L" ? "last" : parseValue(workday[1] ?? "", field, path);
    return { kind: "day", rule: { kind: "workday", day } };
  }
  if (field.key !== "day_of_week") return undefined;
  const last = LAST_WEEKDAY.exec(part);
  if (last !== null) {
    return { kind: "weekday", rule: { weekday: parseValue(last[1] ?? "", field, path), nth: "last" } };
  }
  const numbered = NTH_WEEKDAY.exec(part);
  if (numbered === null) return undefined;
  const nth = Number(numbered[2]);
  const weekday = parseValue(numbered[1] ?? "", field, path);
  if (nth >= 1 && nth <= 5) return { kind: "weekday", rule: { weekday, nth } };
  throw fail({
    en: "asks for a week that no month has: # takes 1 to 5",
    ja: "のような週はありません。# の後は 1〜5 です",
  });
}

function parseValue(text: string, field: Field, path: string, part = text): number {
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
  if (index < 0) {
    const why = explainPart(part, field);
    throw fieldError(field, why, why === NOT_UNDERSTOOD ? text : part, path);
  }
  return field.first + index;
}

/** Why a part is refused that other crons would take, or that stands in the wrong field. */
function explainPart(part: string, field: Field): Bilingual {
  if (part === "?") {
    return { en: "is not accepted (write * for any)", ja: "は使えません。指定しない項目には * と書いてください" };
  }
  if (part.includes("#")) {
    return field.key === "day_of_week"
      ? {
          en: "is not understood: # stands between a weekday and its week, as in 5#2 for the second Friday",
          ja: "は解釈できません。# は 5#2（第2金曜）のように、曜日と週の番号の間に書きます",
        }
      : {
          en: "is not accepted: # names the nth weekday of a month and belongs in the day of week",
          ja: "は使えません。第 n 曜日の # は曜日の項目に書きます",
        };
  }
  if (/^(\d+-\d+|[\d*]+)W|^W$|W\/|^L-\d+W$/i.test(part) && field.key === "day_of_month") {
    return {
      en: "is not accepted: W goes with one day and without a step, as in 15W",
      ja: "は使えません。W は 15W のように、1 つの日にだけ付けます",
    };
  }
  if (/^(\d+|L)W$/i.test(part)) {
    return {
      en: "is not accepted: W names a working day and belongs in the day of month",
      ja: "は使えません。平日の W は日の項目に書きます",
    };
  }
  if (/^L(-\d+)?$/i.test(part) && field.key === "day_of_week") {
    return {
      en: "names no weekday: write 5L for the last Friday, or L in the day of month for the last day",
      ja: "には曜日がありません。最終金曜は 5L、月の末日は日の項目に L と書きます",
    };
  }
  if (/^(L(-\d+)?|\d+L)(\/\d+)?$/i.test(part) || /^\d+-L$/i.test(part)) {
    if (field.key === "day_of_month") {
      return {
        en: "is not accepted: L stands alone or as L-3, without range or step; the last Friday is 5L in the day of week",
        ja: "は使えません。L は単独か L-3 の形で、範囲や間隔なしで書きます。最終金曜は曜日の項目に 5L と書きます",
      };
    }
    return field.key === "day_of_week"
      ? {
          en: "is not accepted: 5L for the last Friday stands without range or step",
          ja: "は使えません。最終金曜の 5L は範囲や間隔なしで書きます",
        }
      : {
          en: "is not accepted: L names a last day and belongs in the day of month or the day of week",
          ja: "は使えません。最終日の L は日か曜日の項目に書きます",
        };
  }
  if (/(^|[^a-z])H/i.test(part)) {
    return {
      en: "is not understood: H stands alone, or as H(0-29), H/15 or H(0-29)/10",
      ja: "は解釈できません。H は単独か、H(0-29)、H/15、H(0-29)/10 の形で書きます",
    };
  }
  if (part.startsWith("-")) return { en: "is negative", ja: "は負の値です" };
  return NOT_UNDERSTOOD;
}

const NOT_UNDERSTOOD: Bilingual = { en: "is not understood", ja: "は解釈できません" };
